import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test'
import { BoundSessions, launchBoundChromium } from '../support/bound-chromium.ts'
import { exchange } from '../support/browser-client.ts'
import { type Person, rowsOf } from '../support/fixtures.ts'
import { freePort, startServer, type TestServer } from '../support/server.ts'
import { type SeenRequest, startTlsProxy, type TlsProxy } from '../support/tls-proxy.ts'
import { createProject, fillSignIn, registerByPage, signOutIn, someone } from './people.ts'

// Sessions that are bound to a key (DBSC), in Chromium, over https. The server's clock is moved on, the browser's is not:
// it sends the ticket that has run out, is told to get another one, and sends the same request again.

test.describe.configure({ mode: 'default' })
const minute = 60_000
const boundCookie = '__Host-cloakroom-bound'
const refreshCookie = '__Host-Http-cloakroom'
/** How long a machine with other things to do may take for a key. */
const patience = { timeout: 25_000 }

let server: TestServer
let proxy: TlsProxy
let browser: Browser | null = null

test.beforeAll(async () => {
  const port = await freePort()
  server = await startServer({ env: { APP_ORIGIN: `https://localhost:${port}`, TRUSTED_PROXIES: '127.0.0.1' } })
  proxy = await startTlsProxy(port, server.port)
  browser = await launchBoundChromium(proxy.fingerprint)
})
test.afterAll(async () => {
  await browser?.close()
  await proxy?.stop()
  await server?.stop()
})

type House = { context: BrowserContext; page: Page; bound: BoundSessions; person: Person }

/** A browser that binds sessions; where none can be had the test is skipped, and says so. */
async function openBrowser(): Promise<House> {
  test.skip(browser === null, 'there is no whole Chromium here: no session can be bound')
  if (browser === null) throw new Error('no browser')
  const context = await browser.newContext({ locale: 'en-GB' })
  const page = await context.newPage()
  const bound = await BoundSessions.watch(context, page)
  test.skip(bound === null, `Chromium ${browser.version()} knows nothing of bound sessions`)
  if (bound === null) throw new Error('no bound sessions')
  return { context, page, bound, person: someone() }
}

/** Somebody new, signed in, with the key registered and its ticket in the jar. */
async function openBound(): Promise<House & { id: string }> {
  const house = await openBrowser()
  await registerByPage(house.page, proxy.origin, house.person)
  await expect.poll(() => house.bound.created, patience).toHaveLength(1)
  const [id = ''] = house.bound.created
  await house.page.goto(`${proxy.origin}/account`)
  expect(await ticketOf(house.context)).not.toBeNull()
  return { ...house, id }
}

async function ticketOf(context: BrowserContext): Promise<string | null> {
  return (await context.cookies(proxy.origin)).find(({ name }) => name === boundCookie)?.value ?? null
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true })
const uses = (id: string) =>
  proxy.requests.filter(
    ({ path, headers }) => path === '/bff/device/refresh' && headers['sec-secure-session-id'] === id,
  )
const boundRow = ({ email }: Person) =>
  rowsOf(server, email).sessions.find(({ revoked_at }) => revoked_at === null) as unknown as {
    binding_id: string | null
    binding_uses: number
  }

test('signing in binds the session, with and without scripts', async () => {
  const { context, page, bound, id, person } = await openBound()
  expect(boundRow(person).binding_id).toBe(id)
  const [cookie] = (await context.cookies(proxy.origin)).filter(({ name }) => name === boundCookie)
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', domain: 'localhost' })
  await page.goto(`${proxy.origin}/account/sessions`)
  await expect(page.getByText('Bound to this device')).toBeVisible()
  await signOutIn(page)

  const plain = await browser?.newContext({ javaScriptEnabled: false, locale: 'en-GB' })
  if (!plain) return
  const tab = await plain.newPage()
  const seen = await BoundSessions.watch(plain, tab)
  await tab.goto(`${proxy.origin}/login`)
  await fillSignIn(tab, person)
  await expect(heading(tab, 'Your projects')).toBeVisible()
  await expect.poll(() => seen?.created, patience).toHaveLength(1)
  expect(bound.created).toHaveLength(1)
  await plain.close()
  await context.close()
})

test('after its ticket has run out a page, a fetch and a form are each sent again and carried out once', async () => {
  const { context, page, bound, id, person } = await openBound()
  const seen = () => proxy.requests.length
  await server.advance(11 * minute)
  await page.goto(`${proxy.origin}/dashboard`)
  await expect(heading(page, 'Your projects')).toBeVisible()
  await expect.poll(() => bound.refreshed.length, patience).toBeGreaterThan(0)

  await server.advance(11 * minute)
  const from = seen()
  const status = await page.evaluate(async () => (await fetch('/bff/user')).status)
  expect(status).toBe(200)
  expect(served(from, 'GET', '/bff/user')).toHaveLength(2)

  await server.advance(11 * minute)
  await createProject(page, 'Carried out once')
  expect(rowsOf(server, person.email).projects.map(({ name }) => name)).toEqual(['Carried out once'])
  expect(uses(id).length).toBeGreaterThanOrEqual(3)
  await context.close()
})

test('without its ticket a request waits for the browser, which uses its key first', async () => {
  const { context, page, id } = await openBound()
  // What the browser does by itself when Max-Age is over.
  await context.clearCookies({ name: boundCookie })
  const from = proxy.requests.length
  await page.goto(`${proxy.origin}/account`)
  await expect(heading(page, 'Account')).toBeVisible()
  const paths = proxy.requests.slice(from).map(({ path }) => path)
  expect(paths.indexOf('/bff/device/refresh')).toBeLessThan(paths.indexOf('/account'))
  expect(served(from, 'GET', '/account')).toHaveLength(1)
  // The challenge had been handed out ahead.
  expect(uses(id).every(({ headers }) => headers['secure-session-response'] !== undefined)).toBe(true)

  // From a page of another site as well.
  await context.clearCookies({ name: boundCookie })
  await page.goto(`http://127.0.0.1:${server.port}/healthz`)
  await page.evaluate((target) => location.assign(target), `${proxy.origin}/account`)
  await expect(heading(page, 'Account')).toBeVisible()
  await context.close()
})

test('two tabs at once both go on', async () => {
  const { context, page, id } = await openBound()
  const second = await context.newPage()
  await second.goto(`${proxy.origin}/dashboard`)
  await server.advance(11 * minute)
  await Promise.all([page.goto(`${proxy.origin}/account`), second.reload()])
  await expect(heading(page, 'Account')).toBeVisible()
  await expect(heading(second, 'Your projects')).toBeVisible()
  await context.clearCookies({ name: boundCookie })
  await Promise.all([page.reload(), second.reload()])
  await expect(heading(page, 'Account')).toBeVisible()
  await expect(heading(second, 'Your projects')).toBeVisible()
  expect(uses(id).length).toBeGreaterThan(0)
  await context.close()
})

test('all its cookies, copied, work in another browser and with curl until the ticket ends, and fail after', async () => {
  const { context, page, id, person } = await openBound()
  const cookies = await context.cookies(proxy.origin)
  const thief = await browser?.newContext({ locale: 'en-GB' })
  if (!thief) return
  await thief.addCookies(cookies)
  const tab = await thief.newPage()
  const curl = () => askAsCurl(cookies.map(({ name, value }) => `${name}=${value}`).join('; '))
  await tab.goto(`${proxy.origin}/account`)
  await expect(tab.getByText(person.email).first()).toBeVisible()
  expect(await curl()).toMatchObject({ status: 200 })

  await server.advance(11 * minute)
  await tab.goto(`${proxy.origin}/account`)
  await expect(heading(tab, 'This browser could not show that it is yours')).toBeVisible()
  expect(await tab.content()).not.toContain(person.email)
  expect((await curl()).status).toBe(307)
  const bare = cookies.filter(({ name }) => name === refreshCookie).map(({ name, value }) => `${name}=${value}`)
  expect((await askAsCurl(bare.join('; '))).status).toBe(403)

  await page.goto(`${proxy.origin}/account`)
  await expect(page.getByText(person.email).first()).toBeVisible()
  // What the owner's browser has just signed is worth nothing a second time.
  const [last] = uses(id).slice(-1)
  expect((await replay(last)).status).toBe(403)
  await thief.close()
  await context.close()
})

test('a sensitive change waits for a new use of the key', async () => {
  const { context, page, id, person } = await openBound()
  await server.advance(4 * minute)
  const before = boundRow(person).binding_uses
  await page.goto(`${proxy.origin}/account/password`)
  await page.getByLabel('Current password').fill(person.password)
  await page.getByLabel('New password').fill(`${person.password} once more`)
  const from = proxy.requests.length
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Your password is changed')).toBeVisible()
  expect(uses(id).length).toBeGreaterThan(before)
  expect(
    proxy.requests.slice(from).filter(({ method, path }) => method === 'POST' && /password/.test(path)),
  ).toHaveLength(2)
  await context.close()
})

test('signing out and in again leaves one key that counts, and a new password carries it on', async () => {
  const { context, page, bound, id, person } = await openBound()
  await signOutIn(page)
  expect(await ticketOf(context)).toBeNull()
  await page.goto(`${proxy.origin}/login`)
  await fillSignIn(page, person)
  await expect(heading(page, 'Your projects')).toBeVisible()
  await expect.poll(() => bound.created, patience).toHaveLength(2)
  const [, next] = bound.created
  expect(next).not.toBe(id)
  await page.goto(`${proxy.origin}/account/password`)
  await page.getByLabel('Current password').fill(person.password)
  await page.getByLabel('New password').fill(`${person.password} once more`)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Your password is changed')).toBeVisible()
  await page.goto(`${proxy.origin}/dashboard`)
  await expect(heading(page, 'Your projects')).toBeVisible()
  expect(boundRow(person).binding_id).toBe(next)
  expect(bound.created).toHaveLength(2)
  await server.advance(11 * minute)
  await page.reload()
  await expect(heading(page, 'Your projects')).toBeVisible()
  // The keys of sessions that have ended are dropped as soon as the browser asks about them.
  await context.clearCookies({ name: boundCookie })
  await page.reload()
  await expect(heading(page, 'Your projects')).toBeVisible()
  await context.close()
})

test.describe('a browser that knows nothing of it', () => {
  test.use({ ignoreHTTPSErrors: true })
  test('notices nothing', async ({ page, context }) => {
    const person = someone()
    await registerByPage(page, proxy.origin, person)
    await server.advance(11 * minute)
    await createProject(page, 'As ever')
    await page.goto(`${proxy.origin}/account`)
    await expect(heading(page, 'Account')).toBeVisible()
    expect(await ticketOf(context)).toBeNull()
    expect(boundRow(person).binding_id).toBeNull()
  })
})

const served = (from: number, method: string, path: string) =>
  proxy.requests.slice(from).filter((request) => request.method === method && request.path === path)

/** Past the browser and its certificates, as a program does that has the cookies. */
function askAsCurl(cookie: string) {
  const { host } = new URL(proxy.origin)
  return exchange(`http://localhost:${server.port}`, 'GET', '/account', { headers: { host, cookie } })
}

function replay(seen: SeenRequest | undefined) {
  const { host } = new URL(proxy.origin)
  const headers = { ...(seen?.headers as Record<string, string> | undefined), host }
  return exchange(`http://localhost:${server.port}`, 'POST', '/bff/device/refresh', { headers })
}
