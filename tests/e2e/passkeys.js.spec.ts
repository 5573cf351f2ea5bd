import { expect, test } from '@playwright/test'
import { Client } from '../support/browser-client.ts'
import { codeTo } from '../support/mailbox.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { addPasskey, attachPhone, enterCode } from './factors.ts'
import { fillSignIn, registerIn, signOutIn, someone } from './people.ts'

// Passkeys in Chromium, with its virtual authenticator.

test.describe.configure({ mode: 'default' })
let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

test('a passkey signs in from the suggestions, with nothing typed and no second step', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  const phone = await attachPhone(page)
  await addPasskey(page, server, 'Phone')
  await expect(page.locator('.codes code')).toHaveCount(10)
  await phone.setPresent(false)
  await signOutIn(page)
  await expect(page.getByRole('button', { name: 'Use a passkey instead' })).toBeVisible()
  // Away from the page whose request is still waiting: it would answer while the next one is loaded.
  await page.goto(server.origin)
  await phone.setPresent(true)
  await page.goto(`${server.origin}/login?redirectTo=/account`)
  await expect(page).toHaveURL(`${server.origin}/account`)
})

test('suggestions that cannot be offered trouble nobody: no message that nobody asked for', async ({ page }) => {
  await page.route('**/bff/passkeys/sign-in-options', (route) => route.abort())
  const unanswered = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/sign-in-options'))
  await page.goto(`${server.origin}/login`)
  await unanswered
  await fillSignIn(page, someone())
  await expect(page.getByRole('alert')).toHaveText(/Invalid email or password/)
})

test('a passkey signs in by the button', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  const phone = await attachPhone(page)
  await addPasskey(page, server, 'Phone')
  await phone.setPresent(false)
  // A browser without suggestions: what the button does, it does alone.
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })
  await signOutIn(page)
  await phone.setPresent(true)
  await page.getByRole('button', { name: 'Use a passkey instead' }).click()
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
  await page.goto(`${server.origin}/account/security`)
  await expect(page.getByText('last used')).toBeVisible()
})

test('a stranger who used up the tries of an account does not keep its passkey out', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  const phone = await attachPhone(page)
  await addPasskey(page, server, 'Phone')
  await phone.setPresent(false)
  await signOutIn(page)
  const stranger = new Client(server)
  const statuses: number[] = []
  for (let tries = 0; tries < 6; tries++) {
    const guess = { email: person.email, password: 'a guess of somebody else', remember: false }
    statuses.push((await stranger.json('POST', '/bff/login', guess)).status)
  }
  expect(statuses.at(-1)).toBe(429)
  // Without the mark of a known device, too: only the passkey speaks for the owner.
  await page.context().clearCookies()
  await page.goto(server.origin)
  await phone.setPresent(true)
  await page.goto(`${server.origin}/login?redirectTo=/account`)
  await expect(page).toHaveURL(`${server.origin}/account`)
})

test('a passkey is the second step after the password; without it a recovery code is', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  const phone = await attachPhone(page)
  await addPasskey(page, server, 'Phone')
  const [code = ''] = await page.locator('.codes code').allInnerTexts()
  await phone.setPresent(false)
  await signOutIn(page)
  await fillSignIn(page, person)
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible()
  await phone.setPresent(true)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()

  await phone.remove()
  await signOutIn(page)
  await fillSignIn(page, person)
  await enterCode(page, code)
  await expect(page.getByText('You are signed in with a recovery code.')).toBeVisible()
})

test('passkeys are several, have names, and one that was removed signs nobody in', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  const phone = await attachPhone(page)
  await addPasskey(page, server, 'Phone')
  const { credentials } = await phone.cdp.send('WebAuthn.getCredentials', { authenticatorId: phone.id })
  await phone.remove()
  const key = await attachPhone(page)
  await addPasskey(page, server, 'Key')
  await expect(page.getByRole('heading', { name: 'Phone' })).toBeVisible()
  const card = page.getByRole('article', { name: 'Key' })
  await card.locator('summary', { hasText: 'Rename' }).click()
  await card.getByLabel('New name').fill('Key in the drawer')
  await card.getByRole('button', { name: 'Save name' }).click()
  await expect(page.getByText('Passkey renamed.')).toBeVisible()
  const first = page.getByRole('article', { name: 'Phone' })
  await first.locator('summary', { hasText: 'Remove' }).click()
  await first.getByRole('button', { name: 'Remove this passkey' }).click()
  await expect(page.getByText('Passkey removed.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Key in the drawer' })).toBeVisible()

  // The phone still holds what the account has forgotten.
  await key.remove()
  await signOutIn(page)
  const old = await attachPhone(page)
  for (const credential of credentials) {
    await old.cdp.send('WebAuthn.addCredential', { authenticatorId: old.id, credential })
  }
  await page.goto(`${server.origin}/login`)
  await expect(page.getByRole('alert').filter({ hasText: 'That was not accepted' })).toBeVisible()
  await page.goto(`${server.origin}/dashboard`)
  await expect(page).toHaveURL(/\/login/)
})

test('the same device is told that it holds a passkey already', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  await attachPhone(page)
  await addPasskey(page, server, 'Phone')
  await page.goto(`${server.origin}/account/security/passkeys`)
  await page.getByLabel('Name', { exact: true }).fill('Again')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  await expect(page.getByText('already holds a passkey')).toBeVisible()
})

test("the passkey of another account is no second step for this one's password", async ({ page }) => {
  const [owner, other] = [someone('Owner'), someone('Other')]
  await registerIn(page, server.origin, other)
  const phone = await attachPhone(page)
  await addPasskey(page, server, "The other's")
  const { credentials } = await phone.cdp.send('WebAuthn.getCredentials', { authenticatorId: phone.id })
  await phone.remove()
  await signOutIn(page)
  await registerIn(page, server.origin, owner)
  const own = await attachPhone(page)
  await addPasskey(page, server, "The owner's")
  const { credentials: owns } = await own.cdp.send('WebAuthn.getCredentials', { authenticatorId: own.id })
  await own.remove()
  await signOutIn(page)

  // A device that answers with the other's key whatever it is asked for.
  const thief = await attachPhone(page)
  await thief.setPresent(false)
  const [key] = credentials
  const [asked] = owns
  if (!key || !asked) throw new Error('a passkey is missing')
  const posed = { ...key, credentialId: asked.credentialId, userHandle: asked.userHandle }
  await thief.cdp.send('WebAuthn.addCredential', { authenticatorId: thief.id, credential: posed })
  await page.goto(`${server.origin}/login`)
  await fillSignIn(page, owner)
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible()
  await thief.setPresent(true)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'That was not accepted' })).toBeVisible()
})

test('pages that need no passkey load nothing of the library', async ({ page }) => {
  const scripts: string[] = []
  page.on('response', async (response) => {
    if (response.url().endsWith('.js')) scripts.push(await response.text())
  })
  await page.goto(`${server.origin}/register`)
  await page.waitForLoadState('networkidle')
  expect(scripts.length).toBeGreaterThan(0)
  expect(scripts.filter((text) => text.includes('ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'))).toEqual([])
})

test('a passkey confirms a sensitive change, and the form that waited is carried out', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  await attachPhone(page)
  await addPasskey(page, server, 'Phone')
  await page.goto(`${server.origin}/account/security`)
  await server.advance(11 * 60_000)
  await page.getByRole('button', { name: 'Trust none of them any more' }).click()
  await expect(page.getByRole('heading', { name: 'Please confirm that it is you' })).toBeVisible()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByText('No browser is trusted any more.')).toBeVisible()
})

test('a passkey stands in for a forgotten password: signed in, and with a code from the mail', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  await attachPhone(page)
  await addPasskey(page, server, 'Phone')
  await page.goto(`${server.origin}/account/password`)
  await page.getByRole('link', { name: 'Go on without it' }).click()
  // Both pages have a field of this name.
  await expect(page.getByRole('heading', { name: 'New password', level: 1 })).toBeVisible()
  const field = page.getByRole('textbox', { name: 'New password' })
  await field.fill('seven lanterns on the quay')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByText('Your password is changed. Your other sessions have ended.')).toBeVisible()

  await new Client(server).submit('/forgot', { email: person.email })
  const code = await codeTo(server, person.email, 'Choose a new password')
  await page.goto(`${server.origin}/reset#code=${code}`)
  await field.fill('nine kettles under the pier')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByLabel('Recovery code')).toBeVisible()
  await field.fill('nine kettles under the pier')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page).not.toHaveURL(/\/reset/)
  const credentials = { email: person.email, password: 'nine kettles under the pier' }
  const answer = await new Client(server).json('POST', '/bff/login', credentials)
  expect(answer.json()).toMatchObject({ code: 'second_factor_required' })
})
