import { expect, type Page, test } from '@playwright/test'
import { moveClock } from '../support/code-app.ts'
import type { Person } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { addApp, enterCode } from './factors.ts'
import { fillSignIn, registerIn, signInIn, signOutIn, someone } from './people.ts'

// An authenticator app and recovery codes, with and without scripts.

test.describe.configure({ mode: 'default' })
let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

async function signInToSecondStep(page: Page, person: Person): Promise<void> {
  await page.goto(`${server.origin}/login`)
  await fillSignIn(page, person)
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible()
}

test('an app is added, asked for at the next sign-in, and its code works once', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  const { app, recoveryCodes } = await addApp(page, server)
  expect(recoveryCodes).toHaveLength(10)
  await signOutIn(page)

  await signInToSecondStep(page, person)
  await page.goto(`${server.origin}/dashboard`)
  await expect(page).toHaveURL(/\/login\?redirectTo=%2Fdashboard/)

  await page.goto(`${server.origin}/login/verify`)
  await enterCode(page, app.wrongCode())
  await expect(page.getByRole('alert').first()).toContainText('That code is not right')
  const code = await app.nextCode()
  await enterCode(page, code)
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()

  await signOutIn(page)
  await signInToSecondStep(page, person)
  await enterCode(page, code)
  await expect(page.getByRole('alert').first()).toContainText('or was used before')
})

test('a lost phone: a recovery code gets in once, and leads to where a new app is added', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  const { recoveryCodes } = await addApp(page, server)
  await signOutIn(page)
  await signInToSecondStep(page, person)
  const [first = ''] = recoveryCodes
  await enterCode(page, first.toLowerCase())
  await expect(page.getByText('You are signed in with a recovery code.')).toBeVisible()
  await expect(page.getByText('9 of 10 left.')).toBeVisible()

  await page.locator('summary', { hasText: 'Remove' }).click()
  await page.getByRole('button', { name: 'Remove the app' }).click()
  await expect(page.getByText('Authenticator app removed.')).toBeVisible()
  const { app, recoveryCodes: anew } = await addApp(page, server)
  expect(anew).toHaveLength(10)
  expect(anew).not.toContain(first)
  await signOutIn(page)
  await signInToSecondStep(page, person)
  await enterCode(page, first)
  await expect(page.getByRole('alert').first()).toContainText('That code is not right')
  await enterCode(page, await app.nextCode())
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
})

test('a trusted browser needs no second step until its owner says so, and no other browser is', async ({
  page,
  browser,
}) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  const { app } = await addApp(page, server)
  await signOutIn(page)
  await signInToSecondStep(page, person)
  await page.getByLabel('Trust this browser for 30 days').check()
  await enterCode(page, await app.nextCode())
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
  await signOutIn(page)
  await signInIn(page, server.origin, person)

  const other = await browser.newPage()
  await signInToSecondStep(other, person)
  await other.close()

  await page.goto(`${server.origin}/account/security`)
  await page.getByRole('button', { name: 'Trust none of them any more' }).click()
  await expect(page.getByText('No browser is trusted any more.')).toBeVisible()
  await signOutIn(page)
  await signInToSecondStep(page, person)
})

test('a second step that takes too long starts again with the password', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  const { app } = await addApp(page, server)
  await signOutIn(page)
  await signInToSecondStep(page, person)
  await moveClock(server, 11 * 60_000)
  await enterCode(page, app.code())
  await expect(page.getByText('That sign-in took too long')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('a wrong first code leaves the picture as it was, and going back and forth starts a new one', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  await page.goto(`${server.origin}/account/security/app`)
  await page.getByRole('button', { name: 'Show the picture to scan' }).click()
  const key = await page.locator('code.key').textContent()
  await page.getByLabel('Code').fill('12 34')
  await page.getByRole('button', { name: 'Add the app' }).click()
  await expect(page.getByRole('alert').first()).toContainText('does not fit the picture')
  expect(await page.locator('code.key').textContent()).toBe(key)

  await page.getByRole('link', { name: 'Back without a change' }).click()
  await expect(page.getByRole('link', { name: 'Add an authenticator app' })).toBeVisible()
  const { recoveryCodes } = await addApp(page, server)
  expect(recoveryCodes).toHaveLength(10)
})
