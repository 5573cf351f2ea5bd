import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { startServer, type TestServer } from '../support/server.ts'
import { holdScripts, loseScripts, openEarly } from './late-scripts.ts'
import { expectOtherPersonAsAWhole } from './other-person.ts'
import { fillSignIn, registerIn, signOutIn, someone, untilHydrated } from './people.ts'

// The tabs of one browser agree on who is signed in also while a page's scripts are on their way, or never come.

test.describe.configure({ mode: 'default' })
let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server?.stop())

/** A tab whose scripts do not come until they are released; `null` stands for never. */
async function openTabEarly(context: BrowserContext, path: string, fate: 'late' | 'never') {
  const tab = await context.newPage()
  const { release } = fate === 'late' ? await holdScripts(tab) : { release: () => {} }
  if (fate === 'never') await loseScripts(tab)
  await openEarly(tab, `${server.origin}${path}`)
  return { tab, release }
}

async function isHydrated(tab: Page): Promise<boolean> {
  return tab.evaluate(() => window.cloakroomTab.refresh !== null)
}

for (const fate of ['late', 'never'] as const) {
  test(`signing out takes a page away whose scripts come ${fate}`, async ({ page, context }) => {
    const person = someone()
    await registerIn(page, server.origin, person)
    const { tab, release } = await openTabEarly(context, '/account', fate)
    await expect(tab.getByText(person.email)).toBeVisible()
    await untilHydrated(page)
    await signOutIn(page)
    const address = `${server.origin}/login?${new URLSearchParams({ redirectTo: '/account', why: 'revoked' })}`
    await expect(tab).toHaveURL(address)
    expect(await tab.content()).not.toContain(person.email)
    expect(await isHydrated(tab)).toBe(false)
    release()
    if (fate === 'late') await untilHydrated(tab)
    await expect(tab).toHaveURL(address)
  })

  test(`a page whose scripts come ${fate} shows the other person as a whole`, async ({ page, context }) => {
    await expectOtherPersonAsAWhole(page, server.origin, async () => {
      const { tab, release } = await openTabEarly(context, '/dashboard', fate)
      return { tab, releaseScripts: release }
    })
  })

  test(`a sign-in and a sign-out on pages whose scripts come ${fate} reach the other tabs`, async ({
    page,
    context,
  }) => {
    const person = someone()
    await registerIn(page, server.origin, person)
    await untilHydrated(page)
    const { tab } = await openTabEarly(context, '/account', fate)
    await signOutIn(tab)
    await expect(page).toHaveURL(/\/login\?redirectTo=%2Fdashboard&why=revoked/)
    await untilHydrated(page)
    await fillSignIn(tab, person)
    // Closed at once: what it had to say is said.
    await expect(tab.getByRole('heading', { name: 'Your projects' })).toBeVisible()
    expect(await isHydrated(tab)).toBe(false)
    await tab.close()
    await expect(page).toHaveURL(`${server.origin}/dashboard`)
  })
}

test('a sign-in page hears of a sign-in before its scripts come, and follows it once they are there', async ({
  page,
  context,
}) => {
  const person = someone()
  await registerIn(page, server.origin, person)
  await signOutIn(page)
  const { tab, release } = await openTabEarly(context, '/login?redirectTo=/account', 'late')
  await tab.getByLabel('Email address').fill('half@typed.example')
  await fillSignIn(page, person)
  await tab.waitForFunction(() => window.cloakroomTab.hasHeard)
  await expect(tab.getByLabel('Email address')).toHaveValue('half@typed.example')
  const loads: string[] = []
  tab.on('request', (request) => {
    if (/\/login\.data/.test(request.url())) loads.push(request.url())
  })
  release()
  await expect(tab).toHaveURL(`${server.origin}/account`)
  await expect(tab.getByText(person.email)).toBeVisible()
  expect(loads).toHaveLength(1)
})

test('a change is taken over once: the same message does not ask a second time when the scripts come', async ({
  page,
  context,
}) => {
  await registerIn(page, server.origin, someone())
  const { tab, release } = await openTabEarly(context, '/account', 'late')
  let asked = 0
  tab.on('request', (request) => {
    if (request.url().endsWith('/bff/user')) asked++
  })
  const answered = tab.waitForResponse('**/bff/user')
  await page.evaluate(() => new BroadcastChannel('cloakroom-session').postMessage('changed'))
  await answered
  release()
  await untilHydrated(tab)
  await expect(tab).toHaveURL(/\/account$/)
  expect(asked).toBe(1)
})

test('a page that was looked at again before its scripts came asks when they do, once', async ({ page }) => {
  await page.clock.install()
  await registerIn(page, server.origin, someone())
  const { release } = await holdScripts(page)
  await openEarly(page, `${server.origin}/account`)
  await page.clock.fastForward(6_000)
  const database = server.openDatabase()
  database.prepare("update sessions set revoked_at = ?, revoked_reason = 'reuse'").run(Date.now())
  database.close()
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  release()
  await expect(page).toHaveURL(/\/login\?redirectTo=%2Faccount&why=reuse/)
})

for (const fate of ['late', 'never'] as const) {
  test(`a page that the browser brings back is loaded anew when its scripts come ${fate}`, async ({
    page,
    context,
  }) => {
    await registerIn(page, server.origin, someone())
    const { tab } = await openTabEarly(context, '/account', fate)
    const loaded = tab.waitForRequest((request) => request.isNavigationRequest())
    await tab.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await loaded
    await expect(tab.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()
  })
}
