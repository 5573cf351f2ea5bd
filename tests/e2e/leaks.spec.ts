import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { findSecrets } from '../support/leaks.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createProject, fillSignIn, registerIn, signOutIn, someone } from './people.ts'

// Every byte that reaches Chromium during a whole journey, and everything that Chromium keeps of it.

let server: TestServer
test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server.stop())

type Received = { url: string; head: string; body: string; sent: string }

/** Notes every response, and every request that the browser sends. */
function recordTraffic(context: BrowserContext): () => Promise<Received[]> {
  const pending: Promise<Received>[] = []
  context.on('response', (response) => {
    pending.push(
      (async () => {
        const request = response.request()
        const head = (await response.headersArray()).map(({ name, value }) => `${name}: ${value}`).join('\n')
        const sent = JSON.stringify([await request.allHeaders(), request.postData()])
        // Redirects have no body to ask for.
        const body = await response.text().catch(() => '')
        return { url: response.url(), head, body, sent }
      })(),
    )
  })
  return () => Promise.all(pending)
}

/** What scripts of the page can read. */
function readStorage(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const databases = (await indexedDB.databases?.()) ?? []
    const caches = 'caches' in window ? await window.caches.keys() : []
    return JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, databases, caches])
  })
}

test('A22 no byte that reaches the browser holds a JWT or a private key, and no script can read the ticket', async ({
  page,
  context,
  javaScriptEnabled,
}) => {
  const traffic = recordTraffic(context)
  const person = someone()
  await registerIn(page, server.origin, person)
  await createProject(page, 'Watched')
  await server.advance(6 * 60_000)
  for (const path of [
    '/account',
    '/inspect',
    '/dashboard',
    '/',
    '/admin/users',
    '/bff/user',
    '/.well-known/jwks.json',
  ]) {
    await page.goto(`${server.origin}${path}`)
  }
  await page.goto(`${server.origin}/dashboard`)

  const cookies = await context.cookies()
  const ticket = cookies.find(({ name }) => name === '__Host-Http-cloakroom')
  expect(ticket).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', domain: 'localhost' })
  for (const { httpOnly, secure } of cookies) expect({ httpOnly, secure }).toEqual({ httpOnly: true, secure: true })

  if (javaScriptEnabled !== false) {
    const readable = await readStorage(page)
    expect(JSON.parse(readable)[0]).toBe('')
    expect(findSecrets(readable)).toEqual([])
    expect(readable).not.toContain(ticket?.value)
  }

  await signOutIn(page)
  await fillSignIn(page, person)
  await expect(page.getByRole('heading', { name: 'Your projects' })).toBeVisible()

  const received = await traffic()
  expect(received.length).toBeGreaterThan(15)
  for (const { url, head, body, sent } of received) {
    expect(findSecrets(`${head}\n${body}`), `received from ${url}`).toEqual([])
    expect(findSecrets(sent), `sent to ${url}`).toEqual([])
    expect(body.includes(ticket?.value ?? 'none'), `the ticket in the body of ${url}`).toBe(false)
    expect(new URL(url).origin, 'nothing is fetched from elsewhere').toBe(server.origin)
  }
})

test('A22 the browser finds nothing to complain about: no errors, no broken policy', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (request.url().endsWith('/bff/csp-report')) complaints.push(`reported: ${request.postData()}`)
  })
  await registerIn(page, server.origin, someone())
  await createProject(page, 'Quiet')
  for (const path of [
    ...['/', '/dashboard?archived=true', '/account', '/account/security', '/account/security/passkeys'],
    ...['/account/sessions', '/account/activity', '/account/privacy', '/account/address', '/account/password'],
  ])
    await page.goto(`${server.origin}${path}`)
  await signOutIn(page)
  for (const path of ['/login', '/register', '/forgot', '/reset', '/verify']) await page.goto(`${server.origin}${path}`)
  expect(complaints).toEqual([])
})
