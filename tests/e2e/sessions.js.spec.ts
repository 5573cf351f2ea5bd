import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { startServer, type TestServer } from '../support/server.ts'
import { expectOtherPersonAsAWhole } from './other-person.ts'
import { createProject, fillSignIn, registerIn, signInIn, signOutIn, someone, untilHydrated } from './people.ts'

// What scripts add: the tabs of one browser agree on who is signed in, without being reloaded by hand.

test.describe.configure({ mode: 'default' })
let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

const second = 1_000
const hour = 3_600 * second

/** A tab on a page of the server, with its scripts at work. */
async function openTab(context: BrowserContext, path: string): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(`${server.origin}${path}`)
  await untilHydrated(tab)
  return tab
}

function look(page: Page): Promise<unknown> {
  return page.evaluate(() => window.dispatchEvent(new Event('focus')))
}

function endSessions(reason: string): void {
  const database = server.openDatabase()
  database.prepare('update sessions set revoked_at = ?, revoked_reason = ?').run(Date.now(), reason)
  database.close()
}

test('signing out in one tab takes the other tabs to the sign-in page', async ({ page, context }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  await createProject(page, 'Behind the counter')
  const account = await openTab(context, '/account')
  const dashboard = await openTab(context, '/dashboard')

  await signOutIn(page)
  for (const [tab, path] of [
    [account, '/account'],
    [dashboard, '/dashboard'],
  ] as const) {
    await expect(tab).toHaveURL(`${server.origin}/login?${new URLSearchParams({ redirectTo: path, why: 'revoked' })}`)
    await expect(tab.getByText('Your session ended because it was signed out')).toBeVisible()
    expect(await tab.content()).not.toContain(person.email)
    expect(await tab.content()).not.toContain('Behind the counter')
    // Nothing of the old page is a step back in the history either.
    await tab.goBack()
    expect(await tab.content()).not.toContain('Behind the counter')
  }
})

test('signing in in one tab takes an open sign-in page along', async ({ page, context }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  await signOutIn(page)
  const waiting = await openTab(context, '/login?redirectTo=/account')
  await fillSignIn(page, person)
  await expect(waiting).toHaveURL(`${server.origin}/account`)
  await expect(waiting.getByText(person.email)).toBeVisible()
})

test('a page shows the other person as a whole, never a mixture, when somebody else signs in', async ({
  page,
  context,
}) => {
  await expectOtherPersonAsAWhole(page, server.origin, async () => ({ tab: await openTab(context, '/dashboard') }))
})

test('a page that is looked at again asks, and says why its session has ended', async ({ page }) => {
  await page.clock.install()
  await registerIn(page, server.origin, someone())
  await untilHydrated(page)
  endSessions('reuse')
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))

  await look(page)
  expect(asked, 'a page that has only just come does not ask').toEqual([])
  await page.clock.fastForward(6 * second)
  await look(page)
  await expect(page).toHaveURL(/\/login\?redirectTo=%2Fdashboard&why=reuse/)
  await expect(page.getByText('someone used an old copy of your ticket')).toBeVisible()
})

test('a page asks once when its session has run its time, and not before', async ({ page }) => {
  await page.clock.install()
  await registerIn(page, server.origin, someone())
  await untilHydrated(page)
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))

  await page.clock.fastForward(11 * hour)
  expect(asked, 'nothing is polled').toEqual([])
  await server.advance(12 * hour + second)
  await page.clock.fastForward(hour + 5 * second)
  await expect(page).toHaveURL(/\/login\?redirectTo=%2Fdashboard&why=expired/)
  await server.advance(-12 * hour - second)
})

test('a network that fails and a server that is down leave the page as it is', async ({ page }) => {
  await page.clock.install()
  const person = someone()
  await registerIn(page, server.origin, person)
  await createProject(page, 'Still here')
  await untilHydrated(page)
  for (const fault of ['abort', 503, 429] as const) {
    await page.route('**/bff/user', (route) => (fault === 'abort' ? route.abort() : route.fulfill({ status: fault })))
    await page.clock.fastForward(6 * second)
    const asked = page.waitForRequest('**/bff/user')
    await look(page)
    await asked
    await page.unroute('**/bff/user')
  }
  await expect(page).toHaveURL(/\/dashboard/)
  await expect(page.getByRole('heading', { name: 'Still here' })).toBeVisible()
})

test('a page that the browser brings back as it was left is loaded anew', async ({ page }) => {
  await registerIn(page, server.origin, someone())
  await untilHydrated(page)
  const loaded = page.waitForRequest((request) => request.isNavigationRequest())
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  await loaded
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()
})

test('a tab keeps nothing of a person in the storage of the browser', async ({ page }) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  await signOutIn(page)
  await signInIn(page, server.origin, person)
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  )
  expect(stored).not.toContain(person.email)
  const database = server.openDatabase()
  const { id } = database.prepare('select id from users where email = ?').get(person.email) as { id: string }
  database.close()
  expect(stored).not.toContain(id)
})
