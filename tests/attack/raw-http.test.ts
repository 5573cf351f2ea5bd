import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../support/browser-client.ts'
import { startSignedIn } from '../support/fixtures.ts'
import { rawExchange, statusesIn } from '../support/raw-socket.ts'
import type { TestServer } from '../support/server.ts'
import { pictureOf } from '../support/store-picture.ts'

// What a proxy in front could be made to read otherwise than we do. Where Node refuses by itself, before any of our code
// runs, its answer is a status line and nothing else.

let server: TestServer
let client: Client
let csrf: string
beforeAll(async () => {
  ;({ server, client, csrf } = await startSignedIn())
})
afterAll(() => server?.stop())

const own = () => `Host: localhost:${server.port}\r\n`
const signedIn = () => `${own()}Cookie: ${client.jar.header()}\r\n`
const smuggled = () =>
  `POST /dashboard HTTP/1.1\r\n${signedIn()}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ncsrf=${csrf}&name=smuggled&description=`

describe('a request whose end two readers could see at two places', () => {
  const heads: Record<string, string> = {
    'both lengths, chunked first': 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n',
    'both lengths, chunked last': 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n',
    'two lengths that differ': 'Content-Length: 4\r\nContent-Length: 5\r\n',
    'a list of lengths': 'Content-Length: 4, 4\r\n',
    'a length with a sign': 'Content-Length: +4\r\n',
    'a negative length': 'Content-Length: -1\r\n',
    'a length in hexadecimal': 'Content-Length: 0x4\r\n',
    'a length that is too long': 'Content-Length: 99999999999999999999999\r\n',
    'a length with a space within': 'Content-Length: 1 0\r\n',
    'an unknown coding': 'Transfer-Encoding: xchunked\r\n',
    'a coding after chunked': 'Transfer-Encoding: chunked, identity\r\n',
    'chunked twice': 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n',
    'a space before the colon': 'Transfer-Encoding : chunked\r\n',
    'a folded line': 'X-A: b\r\n Transfer-Encoding: chunked\r\n',
    'a folded coding': 'Transfer-Encoding:\r\n chunked\r\n',
    'a vertical tab': 'Transfer-Encoding: \x0bchunked\r\n',
    'a line that ends early': 'X-A: b\rTransfer-Encoding: chunked\r\n',
    'a NUL in a value': 'X-A: b\0c\r\n',
    'a NUL in a name': 'X\0A: b\r\n',
    'a line without a colon': 'nonsense\r\n',
    'an empty name': ': x\r\n',
  }

  test.each(Object.entries(heads))('%s: is refused, and nothing behind it is carried out', async (_name, head) => {
    const before = pictureOf(server)
    const bytes = `POST /bff/refresh HTTP/1.1\r\n${signedIn()}X-CSRF-Token: ${csrf}\r\n${head}\r\n0\r\n\r\n${smuggled()}`
    const statuses = statusesIn(await rawExchange(server.port, bytes))
    expect(statuses[0]).toBeGreaterThanOrEqual(400)
    expect(statuses[0]).toBeLessThan(500)
    expect(statuses).toHaveLength(1)
    expect(pictureOf(server)).toEqual(before)
  })

  test.each([
    ['a chunk size that is no number', 'zz\r\nx\r\n0\r\n\r\n'],
    ['a chunk size with a sign', '+1\r\nx\r\n0\r\n\r\n'],
    ['a chunk size that overflows', 'fffffffffffffffff\r\nx\r\n0\r\n\r\n'],
    ['a chunk longer than it says', '1\r\nxyz\r\n0\r\n\r\n'],
    ['a bare line feed after the size', '1\nx\r\n0\r\n\r\n'],
  ])('%s: is refused', async (_name, body) => {
    const before = pictureOf(server)
    const bytes = `POST /bff/refresh HTTP/1.1\r\n${signedIn()}X-CSRF-Token: ${csrf}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body}${smuggled()}`
    const statuses = statusesIn(await rawExchange(server.port, bytes))
    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true)
    expect(pictureOf(server)).toEqual(before)
  })

  test('a body on a request that was refused early is not read as the next request', async () => {
    const before = pictureOf(server)
    const inner = `GET /admin/users HTTP/1.1\r\n${signedIn()}\r\n`
    for (const line of [
      'GET /%ff',
      'POST /dashboard?_data=x',
      'TRACE /',
      'PROPFIND /',
      'GET /bff/%zz',
      'DELETE /bff/user',
    ]) {
      const bytes = `${line} HTTP/1.1\r\n${signedIn()}Content-Length: ${inner.length}\r\n\r\n${inner}`
      expect(statusesIn(await rawExchange(server.port, bytes)).length, line).toBeLessThanOrEqual(1)
    }
    expect(pictureOf(server)).toEqual(before)
  })
})

describe('a target', () => {
  test.each([
    'http://evil.example/',
    'http://evil.example/dashboard',
    'https://localhost/dashboard',
    'http://localhost/dashboard',
    'HTTP://user@localhost/',
    'javascript:alert(1)',
    '*',
    'dashboard',
    '?x',
    'evil.example:443',
    '//evil.example/',
    '/\\evil.example',
    '///dashboard',
  ])('%s is refused without a trace of it in the answer', async (target) => {
    const received = await rawExchange(server.port, `GET ${target} HTTP/1.1\r\n${signedIn()}Connection: close\r\n\r\n`)
    expect(statusesIn(received)).toEqual([400])
    expect(received).not.toContain('evil.example')
    expect(received).not.toMatch(/@example\.com/)
  })

  test.each(['/\0', '/a\0b', '/a b', '/a\tb', '/a\x01b', '/a\x7fb', '/\xff\xfe', '/caf\xe9'])(
    '%j is no fault',
    async (target) => {
      const statuses = statusesIn(
        await rawExchange(server.port, `GET ${target} HTTP/1.1\r\n${own()}Connection: close\r\n\r\n`),
      )
      expect([400, 404]).toContain(statuses[0])
    },
  )

  test('of sixteen thousand letters is refused', async () => {
    const long = 'a'.repeat(16_000)
    for (const target of [`/${long}`, `/login?redirectTo=/${long}`, `/${'a/'.repeat(7_900)}`]) {
      const [status] = statusesIn(
        await rawExchange(server.port, `GET ${target} HTTP/1.1\r\n${own()}Connection: close\r\n\r\n`),
      )
      expect([200, 400, 404, 414, 431]).toContain(status)
    }
  })
})

describe('a method', () => {
  test.each([
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'MKCOL',
    'SEARCH',
    'QUERY',
    'PURGE',
    'LINK',
    'LOCK',
    'MOVE',
    'REPORT',
    'SOURCE',
  ])('%s is 405 everywhere and reflects nothing', async (method) => {
    for (const target of ['/', '/dashboard', '/bff/user', '/admin/users', '/favicon.svg', '/login.data']) {
      const bytes = `${method} ${target} HTTP/1.1\r\n${signedIn()}X-Mark: reflect-me\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n`
      const received = await rawExchange(server.port, bytes)
      expect(statusesIn(received), target).toEqual([405])
      expect(received).toMatch(/^Allow: GET, HEAD, POST, PUT, PATCH, DELETE/im)
      expect(received).not.toMatch(/reflect-me|access-control-|__Host-Http-cloakroom=[A-Za-z0-9]/i)
    }
  })

  test.each(['get', 'Get', 'FOO', 'GETX', 'PRI', '', 'POST\t'])('"%s" is refused', async (method) => {
    const [status] = statusesIn(
      await rawExchange(server.port, `${method} /dashboard HTTP/1.1\r\n${signedIn()}Connection: close\r\n\r\n`),
    )
    expect(status).toBe(400)
  })

  test('CONNECT opens no tunnel', async () => {
    for (const target of ['evil.example:443', 'localhost:22', '/'])
      expect(await rawExchange(server.port, `CONNECT ${target} HTTP/1.1\r\n${own()}\r\n`)).not.toMatch(/^HTTP\/1\.1 2/)
  })

  test('an upgrade is not made', async () => {
    for (const protocol of ['websocket', 'h2c', 'TLS/1.0']) {
      const bytes = `GET /dashboard HTTP/1.1\r\n${own()}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nSec-WebSocket-Key: x\r\n\r\n`
      const [status] = statusesIn(await rawExchange(server.port, bytes))
      expect(status, protocol).toBe(302)
    }
  })

  test('an expectation that nobody can meet is no fault', async () => {
    const [status] = statusesIn(
      await rawExchange(server.port, `GET / HTTP/1.1\r\n${own()}Expect: the-impossible\r\nConnection: close\r\n\r\n`),
    )
    expect([200, 417]).toContain(status)
  })
})

describe('a head', () => {
  test('of more than 16 KiB is 431, at once and in pieces', async () => {
    const one = `X-Long: ${'x'.repeat(20_000)}\r\n`
    const many = Array.from({ length: 1_500 }, (_, n) => `X-${n}: xxxxxxxx\r\n`).join('')
    const cookie = `Cookie: ${'a=b; '.repeat(4_000)}\r\n`
    for (const head of [one, many, cookie])
      expect(statusesIn(await rawExchange(server.port, `GET / HTTP/1.1\r\n${own()}${head}\r\n`))).toEqual([431])
  })

  test('with a hundred cookies of others is read', async () => {
    const cookie = Array.from({ length: 100 }, (_, n) => `c${n}=x`).join('; ')
    const bytes = `GET /bff/user HTTP/1.1\r\n${own()}Cookie: ${cookie}; ${client.jar.header()}\r\nConnection: close\r\n\r\n`
    expect(statusesIn(await rawExchange(server.port, bytes))).toEqual([200])
  })

  test('without a Host, or of HTTP/1.0, HTTP/0.9 or HTTP/2, is refused', async () => {
    for (const bytes of [
      'GET /dashboard HTTP/1.1\r\n\r\n',
      'GET /dashboard HTTP/1.0\r\n\r\n',
      'GET /dashboard\r\n\r\n',
      'GET / HTTP/2.0\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ]) {
      const [status = 0] = statusesIn(await rawExchange(server.port, bytes))
      expect([400, 421, 505], bytes).toContain(status)
    }
  })
})
