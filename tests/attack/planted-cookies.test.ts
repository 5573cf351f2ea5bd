import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clearForeignCookies, clearingLines, cookies, isOverfull } from '../../app/bff/cookies/cookies.server.ts'
import { Client, exchange } from '../support/browser-client.ts'
import { signedInClient } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

// Cookies know no ports: whatever listens on another port of the host, and a sibling host, can fill the header that comes
// with every request to this site.

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

const host = () => `localhost:${server.port}`
const many = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, index) => `planted${index}=${'v'.repeat(bytes)}`).join('; ')
const linesOf = (answer: { headers: Record<string, unknown> }) =>
  [answer.headers['set-cookie'] ?? []].flat().map(String)
const ask = (path: string, cookie: string, headers: Record<string, string> = {}) =>
  exchange(server.origin, 'GET', path, { headers: { host: host(), cookie, ...headers } })

describe('a header full of others’ cookies', () => {
  test.each([
    ['two of 4 KiB and more', many(3, 4_000)],
    ['many small ones', many(150, 2)],
    ['some 30 KiB', many(30, 1_000)],
    ['some 60 KiB', many(15, 4_000)],
  ])('gets a page that removes them by name: %s', async (_name, planted) => {
    const answer = await ask('/login', planted)
    expect(answer.status).toBe(431)
    expect(answer.headers['content-type']).toContain('text/html')
    expect(answer.headers['cache-control']).toBe('private, no-store')
    expect(answer.body).toContain('removed by name')
    const lines = linesOf(answer)
    expect(lines).toContain('planted0=; Max-Age=0; Path=/')
    expect(lines).toContain('planted14=; Max-Age=0; Path=/'.replace('14', planted.includes('planted14') ? '14' : '0'))
    expect(lines.join('\n').length).toBeLessThan(13_000)
    expect(answer.body + lines.join('')).not.toContain('vvv')
    expect(answer.body).not.toContain('planted')
  })

  test('says so in German, and as a document for scripts', async () => {
    const german = await ask('/login', many(15, 1_000), { 'accept-language': 'de' })
    expect(german.body).toContain('namentlich entfernt')
    const document = await ask('/bff/user', many(15, 1_000))
    expect(document.status).toBe(431)
    expect(document.headers['content-type']).toContain('application/problem+json')
    expect(JSON.parse(document.body)).toMatchObject({ code: 'headers_too_large' })
    expect(linesOf(document)).toContain('planted0=; Max-Age=0; Path=/')
    const proxied = await ask('/bff/api/projects', many(15, 1_000))
    expect([proxied.status, linesOf(proxied).length]).toEqual([431, expect.any(Number)])
    expect(linesOf(proxied)).toContain('planted0=; Max-Age=0; Path=/')
  })

  test('leaves ours alone: whoever was signed in still is', async () => {
    const { client } = await signedInClient(server)
    const held = client.jar.header() ?? ''
    const answer = await ask('/dashboard', [many(150, 5), held].join('; '))
    expect(answer.status).toBe(431)
    for (const { name } of Object.values(cookies))
      expect(linesOf(answer).filter((line) => line.startsWith(`${name}=`))).toEqual([])
    expect(linesOf(answer).filter((line) => line.includes('cloakroom'))).toEqual([])
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('changes nothing, and does not stop what the page looks like', async () => {
    const { client } = await signedInClient(server)
    const value = await client.csrf()
    const answer = await exchange(server.origin, 'POST', '/bff/logout', {
      headers: { host: host(), cookie: `${client.jar.header()}; ${many(20, 1_000)}`, 'x-csrf-token': value },
    })
    expect(answer.status).toBe(431)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    const page = await ask('/login', many(20, 1_000))
    const [, style = ''] = /href="(\/build\/[^"]+\.css)"/.exec(page.body) ?? []
    expect((await ask(style, many(20, 1_000))).status).toBe(200)
  })

  test('is served as ever while there is room', async () => {
    expect((await ask('/login', many(60, 100))).status).toBe(200)
    expect((await new Client(server).get('/login')).status).toBe(200)
  })
})

describe('what is removed', () => {
  test('is named for each place where a browser may keep it', () => {
    expect(clearForeignCookies('a=1', 'accounts.shop.example', '/x/y')).toEqual(
      ['/', '/x', '/x/', '/x/y', '/x/y/'].flatMap((path) =>
        ['', '; Domain=accounts.shop.example', '; Domain=shop.example'].flatMap((domain) => [
          `a=; Max-Age=0; Path=${path}${domain}`,
          `a=; Max-Age=0; Path=${path}${domain}; Secure; SameSite=None; Partitioned`,
        ]),
      ),
    )
    for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000'])
      expect(clearForeignCookies('a=1', host, '/')[0]).toBe('a=; Max-Age=0; Path=/')
  })

  test.each(['x[0]', 'a b', 'a,b', 'a"b', 'a\u00e4', 'a\u00a0b', '\u00a0__Host-Http-cloakroom', ''])(
    'is whatever name a browser keeps: %j',
    (name) => {
      expect(clearForeignCookies(`${name}=x`, 'localhost', '/')[0]).toBe(`${name}=; Max-Age=0; Path=/`)
    },
  )

  // The header is a stranger's: it must not buy more work than the answer can hold.
  test('is worked out no further than it is sent', () => {
    const names = Array.from({ length: 15_000 }, (_, index) => index.toString(36))
    const lines = clearingLines(names.join('=;'), 'a.b.c.example.com', '/a/b/c/d')
    const first = lines.next().value
    expect(first).toBe('0=; Max-Age=0; Path=/')
    expect(clearForeignCookies(names.join('=;'), 'a.b.c.example.com', '/a/b/c/d').length).toBeLessThan(500)
  })

  test('is never ours, nor anything that would write another attribute', () => {
    const own = [...Object.values(cookies).map(({ name }) => name), `__Host-Http-cloakroom-at-${'a'.repeat(12)}`]
    expect(clearForeignCookies(own.map((name) => `${name}=x`).join('; '), 'localhost', '/')).toEqual([])
    for (const name of ['a\tb', 'a\u0001', 'a\u007f', 'a\u0100'])
      expect(clearForeignCookies(`${name}=x`, 'localhost', '/')).toEqual([])
    expect(clearForeignCookies('a=1', 'localhost', '/x; Domain=evil')[0]).toBe('a=; Max-Age=0; Path=/')
    expect(clearForeignCookies('__Secure-a=1', 'localhost', '/')[0]).toBe('__Secure-a=; Max-Age=0; Path=/; Secure')
  })

  test('is judged by what is not ours', () => {
    const attempts = Array.from(
      { length: 4 },
      (_, index) => `__Host-Http-cloakroom-at-${String(index).padStart(12, 'a')}=${'x'.repeat(1_600)}`,
    )
    const own = [...attempts, ...Object.values(cookies).map(({ name }) => `${name}=${'x'.repeat(600)}`)].join('; ')
    expect(isOverfull(own)).toBe(false)
    expect(isOverfull(`${own}; ${many(1, 8_300)}`)).toBe(true)
    expect(isOverfull(many(100, 3))).toBe(false)
    expect(isOverfull(many(101, 3))).toBe(true)
  })
})
