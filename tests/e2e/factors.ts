import { type CDPSession, expect, type Page } from '@playwright/test'
import { CodeApp } from '../support/code-app.ts'
import type { TestServer } from '../support/server.ts'

/** Adds an authenticator app to the signed-in account; answers the app and the recovery codes, if any were shown. */
export async function addApp(page: Page, server: TestServer): Promise<{ app: CodeApp; recoveryCodes: string[] }> {
  await page.goto(`${server.origin}/account/security`)
  await page.getByRole('link', { name: 'Add an authenticator app' }).click()
  await page.getByRole('button', { name: 'Show the picture to scan' }).click()
  const app = new CodeApp(server, (await page.locator('code.key').textContent()) ?? '')
  await page.getByLabel('Code').fill(app.code())
  await page.getByRole('button', { name: 'Add the app' }).click()
  await expect(page.getByText('Authenticator app added.')).toBeVisible()
  return { app, recoveryCodes: await page.locator('.codes code').allInnerTexts() }
}

/** Enters a code on the page of the second step, which is open. */
export async function enterCode(page: Page, code: string): Promise<void> {
  await page.getByLabel(/^(Recovery code|Code)$/).fill(code)
  await page.getByRole('button', { name: 'Go on' }).click()
}

/** A phone that is attached to the browser: Chromium's virtual authenticator. */
export type Phone = {
  readonly cdp: CDPSession
  readonly id: string
  /** Whether its owner answers when it asks. */
  setPresent(isPresent: boolean): Promise<void>
  /** Lost: it answers no more. */
  remove(): Promise<void>
}

export async function attachPhone(page: Page): Promise<Phone> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId: id } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    cdp,
    id,
    setPresent: async (enabled) => {
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: id, enabled })
    },
    remove: async () => {
      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: id })
    },
  }
}

/** Adds a passkey to the signed-in account. */
export async function addPasskey(page: Page, server: TestServer, name: string): Promise<void> {
  await page.goto(`${server.origin}/account/security/passkeys`)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  await expect(page.getByText('Passkey added.')).toBeVisible()
}
