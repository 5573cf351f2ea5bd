import { expect, type Page, test } from '@playwright/test'
import { findViolations } from '../support/axe.ts'
import { makeAdmin, rowsOf } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { registerIn, signInIn, someone } from './people.ts'

// With scripts and without: the same journeys.

test.describe.configure({ mode: 'default' })
let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

/** Axe runs its own script in the page, so it looks at pages of browsers that have scripts. */
async function expectAccessible(page: Page): Promise<void> {
  if (test.info().project.name !== 'js') return
  expect(await findViolations(page, ['light'])).toEqual([])
}

test('somebody ends the session of another browser, and that one is signed out', async ({ page, browser }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  const elsewhere = await (await browser.newContext()).newPage()
  await signInIn(elsewhere, server.origin, person)
  await page.getByRole('link', { name: 'Account' }).click()
  await page.getByRole('link', { name: 'Sessions' }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'End session' }).click()
  await expect(page.getByText('Session ended.')).toBeVisible()
  await elsewhere.goto(`${server.origin}/dashboard`)
  await expect(elsewhere).toHaveURL(/\/login\?redirectTo=%2Fdashboard&why=revoked/)
  await elsewhere.context().close()
  await page.getByRole('link', { name: 'Activity' }).click()
  await expect(page.getByText('You ended a session')).toBeVisible()
  await expectAccessible(page)
})

test('somebody takes their data along and deletes the account', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  await page.goto(`${server.origin}/account/privacy`)
  await expectAccessible(page)
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download my data (JSON)' }).click()
  expect((await downloading).suggestedFilename()).toBe('cloakroom-export.json')

  await page.getByRole('link', { name: 'Delete my account…' }).click()
  await page.getByLabel('Your email address').fill('somebody@example.com')
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByRole('alert')).toContainText('That is not the email address of this account')
  await expectAccessible(page)
  await page.getByLabel('Your email address').fill(person.email)
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByRole('heading', { name: 'Your coat is handed back' })).toBeVisible()
  await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible()
  expect(rowsOf(server, person.email).user).toBeNull()
})

test('an admin looks at the overview and the events, and disables somebody with a reason', async ({ page }) => {
  const person = someone('Grace')
  await registerIn(page, server.origin, person)
  await page.context().clearCookies()
  const admin = someone('Ada')
  await registerIn(page, server.origin, admin)
  makeAdmin(server, admin.email)

  await page.goto(`${server.origin}/admin`)
  await expect(page.getByRole('img', { name: /^Sign-ins/ })).toBeVisible()
  await expectAccessible(page)
  await page.getByText('The same as a table').click()
  await expect(page.getByRole('columnheader', { name: 'Lockouts' })).toBeVisible()

  await page.getByRole('link', { name: 'Events' }).click()
  await page.getByLabel('Person (email address or id)').fill(person.email)
  await page.getByLabel('Kind').selectOption('account.registered')
  await page.getByRole('button', { name: 'Search' }).click()
  await expect(page).toHaveURL(/type=account\.registered/)
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: 'by Grace' })).toHaveCount(1)
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Grace' }).click()
  await expect(page.getByRole('heading', { name: 'Grace', level: 1 })).toBeVisible()
  await page.getByText('Disable', { exact: true }).click()
  await page.getByLabel('Reason').fill('Lent to a friend')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Disable the account' }).click()
  await expect(page.getByText('Account disabled. Its sessions have ended.')).toBeVisible()
  await expect(page.getByText('Lent to a friend')).toBeVisible()
})
