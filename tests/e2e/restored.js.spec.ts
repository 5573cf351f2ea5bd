import { type Browser, type BrowserContext, chromium, expect, type Page, test } from '@playwright/test'
import { chromiumArguments, findWholeChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { holdScripts, loseScripts, openEarly } from './late-scripts.ts'
import { registerIn, someone, untilHydrated } from './people.ts'

// Pages that a browser keeps whole for the way back (back/forward cache): only a whole Chromium does, and only when it is
// let, since Playwright turns that off.

test.describe.configure({ mode: 'default' })
let server: TestServer
let browser: Browser
let context: BrowserContext
test.beforeAll(async () => {
  server = await startServer()
  const executablePath = findWholeChromium()
  if (executablePath === null) throw new Error('there is no whole Chromium')
  browser = await chromium.launch({
    executablePath,
    args: [...chromiumArguments],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
})
test.beforeEach(async () => {
  context = await browser.newContext()
})
test.afterEach(() => context.close())
test.afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** Goes to another page and back. Resolves once the browser has brought the first one back as it was left. */
async function leaveAndComeBack(page: Page, between: () => Promise<void> = async () => {}): Promise<void> {
  const session = await context.newCDPSession(page)
  await session.send('Page.enable')
  await page.goto(`${server.origin}/farewell`)
  await between()
  const restored = new Promise<void>((resolve, reject) => {
    session.on('Page.frameNavigated', ({ type }) => type === 'BackForwardCacheRestore' && resolve())
    session.on('Page.backForwardCacheNotUsed', (event) => reject(new Error(JSON.stringify(event))))
  })
  // Playwright's own way back waits for a page that is loaded, and a kept one is not.
  await page.evaluate(() => history.back()).catch(() => {})
  await restored
}

function navigationOf(page: Page): Promise<unknown> {
  return page.waitForRequest((request) => request.isNavigationRequest() && request.url().endsWith('/account'))
}

for (const state of ['at work', 'late', 'lost'] as const) {
  test(`a page that the browser kept whole is loaded anew, its scripts being ${state}`, async () => {
    const page = await context.newPage()
    const person = someone()
    await registerIn(page, server.origin, person)
    if (state === 'late') await holdScripts(page)
    if (state === 'lost') await loseScripts(page)
    await openEarly(page, `${server.origin}/account`)
    if (state === 'at work') await untilHydrated(page)
    await page.evaluate(() => {
      document.documentElement.dataset.kept = 'as it was left'
    })
    let loaded: Promise<unknown> | undefined
    await leaveAndComeBack(page, async () => {
      loaded = navigationOf(page)
    })
    await loaded
    await expect(page.locator('html[data-kept]')).toHaveCount(0)
    await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()
  })
}

test('a kept page of somebody who has signed out shows nothing of them on the way back', async () => {
  const page = await context.newPage()
  const person = someone()
  await registerIn(page, server.origin, person)
  await loseScripts(page)
  await openEarly(page, `${server.origin}/account`)
  await expect(page.getByText(person.email)).toBeVisible()
  // Ended on the server alone: a changed cookie would make the browser drop what it kept.
  await leaveAndComeBack(page, async () => {
    const database = server.openDatabase()
    database.prepare("update sessions set revoked_at = ?, revoked_reason = 'ended'").run(Date.now())
    database.close()
  })
  await expect(page).toHaveURL(/\/login\?redirectTo=%2Faccount/)
  expect(await page.content()).not.toContain(person.email)
})
