import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, exchange } from '../support/browser-client.ts'
import { newPerson, signUp } from '../support/fixtures.ts'
import { rawExchange, statusesIn } from '../support/raw-socket.ts'
import { eventsOf } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'

const evil = 'evil.example'
const spoofed: Record<string, string>[] = [
  { 'x-forwarded-host': evil },
  { 'x-forwarded-host': `${evil}:443`, 'x-forwarded-proto': 'https' },
  { 'x-forwarded-proto': 'https' },
  { 'x-forwarded-server': evil, 'x-host': evil, 'x-original-host': evil },
  { forwarded: `for=6.6.6.6;host=${evil};proto=https` },
  { 'x-original-url': '/admin/users', 'x-rewrite-url': '/admin/users' },
  { 'x-forwarded-prefix': `//${evil}`, 'x-forwarded-port': '1' },
]

describe('a server that nobody stands before', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { LIMIT_SIGN_IN_PER_ADDRESS: '6/10m', LIMIT_REGISTER_PER_ADDRESS: '5/1h' } })
  })
  afterAll(() => server?.stop())

  test.each(spoofed)('builds no link or redirect from %o', async (headers) => {
    for (const path of ['/', '/login', '/register', '/nothing', '/.well-known/oauth-authorization-server']) {
      const plain = await exchange(server.origin, 'GET', path)
      const answer = await exchange(server.origin, 'GET', path, { headers })
      expect(answer.status).toBe(plain.status)
      expect(answer.bytes).not.toContain(evil)
    }
    const answer = await exchange(server.origin, 'GET', '/dashboard', { headers })
    expect(answer).toLeadTo('/login?redirectTo=%2Fdashboard')
    expect(answer.bytes).not.toContain(evil)
  })

  test.each([
    evil,
    `${evil}:80`,
    'localhost',
    'localhost:1',
    '127.0.0.1',
    '[::1]',
    `localhost.${evil}`,
    '',
    'localhost:99999',
  ])('answers 421 to the Host "%s" and says nothing of it', async (host) => {
    for (const path of ['/', '/dashboard', '/bff/user', '/favicon.svg', '/login.data']) {
      const bytes = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
      const received = await rawExchange(server.port, bytes)
      expect(statusesIn(received)).toEqual([421])
      expect(received).not.toContain(evil)
    }
  })

  test('two Host headers are refused, whichever comes first', async () => {
    const own = `localhost:${server.port}`
    for (const [first, second] of [
      [own, evil],
      [evil, own],
      [own, own],
    ]) {
      const received = await rawExchange(
        server.port,
        `GET /login HTTP/1.1\r\nHost: ${first}\r\nHost: ${second}\r\nConnection: close\r\n\r\n`,
      )
      expect(statusesIn(received)[0]).toBeGreaterThanOrEqual(400)
      expect(statusesIn(received)[0]).toBeLessThan(500)
    }
  })

  test('a forwarded host is no origin to send forms from', async () => {
    const client = new Client(server)
    await signUp(client, newPerson())
    const answer = await client.json(
      'POST',
      '/bff/refresh',
      {},
      {
        headers: { origin: `https://${evil}`, 'x-forwarded-host': evil, 'x-forwarded-proto': 'https' },
      },
    )
    expect(answer).toBeProblem(403, 'csrf_refused')
  })

  test('no header gives a stranger a fresh budget of sign-ins', async () => {
    const client = new Client(server)
    const csrf = await client.csrf()
    const statuses: number[] = []
    for (let n = 0; n < 9; n++) {
      const faked = `203.0.113.${n}`
      const headers = {
        'x-csrf-token': csrf,
        'x-forwarded-for': n % 2 ? faked : `${faked}, 198.51.100.${n}`,
        forwarded: `for=${faked}`,
        ...{ 'x-real-ip': faked, 'x-client-ip': faked, 'cf-connecting-ip': faked, 'true-client-ip': faked },
      }
      const body = JSON.stringify({ email: `nobody${n}@example.com`, password: 'wrong wrong wrong' })
      const answer = await client.request('POST', '/bff/login', {
        headers: { 'content-type': 'application/json', ...headers },
        body,
      })
      statuses.push(answer.status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429, 429, 429])
  })

  test('no header gives a stranger a fresh budget of registrations', async () => {
    const statuses: number[] = []
    for (let n = 0; n < 6; n++) {
      const headers = { 'x-forwarded-for': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}` }
      const answer = await new Client(server).json('POST', '/bff/register', newPerson(), { headers })
      statuses.push(answer.status)
    }
    expect(statuses.at(-1)).toBe(429)
    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(5)
  })
})

describe('a server behind a trusted proxy', () => {
  let server: TestServer
  beforeAll(async () => {
    const TRUSTED_PROXIES = '127.0.0.1, 10.0.0.0/8, 2001:db8:ffff::/48'
    server = await startServer({ env: { TRUSTED_PROXIES, LIMIT_SIGN_IN_PER_ADDRESS: '3/10m' } })
  })
  afterAll(() => server?.stop())

  /** The address that the server believes, read from the event of a refusal. */
  async function believed(forwardedFor: string | string[]): Promise<string | null> {
    const { length: count } = await eventsOf(server, 'csrf.refused')
    const lines = [forwardedFor].flat().map((line) => `X-Forwarded-For: ${line}\r\n`)
    const received = await rawExchange(
      server.port,
      `POST /bff/logout HTTP/1.1\r\nHost: localhost:${server.port}\r\n${lines.join('')}Content-Length: 0\r\nConnection: close\r\n\r\n`,
    )
    expect(statusesIn(received)).toEqual([403])
    const refusals = await eventsOf(server, 'csrf.refused')
    expect(refusals).toHaveLength(count + 1)
    return refusals.at(-1)?.address ?? null
  }

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['6.6.6.6, 203.0.113.9', '203.0.113.9'],
    ['6.6.6.6, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
    ['203.0.113.9, 10.0.0.1, 10.0.0.2, 127.0.0.1', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['203.0.113.9, ::ffff:10.0.0.1', '203.0.113.9'],
    ['2001:db8::5, 2001:db8:ffff::1', '2001:db8::5'],
    ['2001:DB8:0:0::5', '2001:db8::5'],
    [['6.6.6.6', '203.0.113.9'], '203.0.113.9'],
    [['203.0.113.9', '10.0.0.1'], '203.0.113.9'],
    // Broken links end the chain at the last address that could be verified.
    ['203.0.113.9, nonsense', '127.0.0.1'],
    ['203.0.113.9, nonsense, 10.0.0.1', '10.0.0.1'],
    ['203.0.113.9,', '127.0.0.1'],
    ['203.0.113.9, , 10.0.0.1', '10.0.0.1'],
    ['', '127.0.0.1'],
    ['203.0.113.9:1234', '127.0.0.1'],
    ['unknown, _hidden', '127.0.0.1'],
    ['203.0.113.9, 999.1.1.1', '127.0.0.1'],
    ['203.0.113.9, 0x7f.1', '127.0.0.1'],
    ['203.0.113.9, 2130706433', '127.0.0.1'],
    ['203.0.113.9, 010.0.0.1', '127.0.0.1'],
    ['203.0.113.9, 10.1', '127.0.0.1'],
    ['10.0.0.7, 10.0.0.8', '10.0.0.7'],
    ['fe80::1%eth0', '127.0.0.1'],
  ])('reads the chain %j from right to left and believes %s', async (chain, address) => {
    expect(await believed(chain)).toBe(address)
  })

  test('reads no more of a chain of a thousand addresses than it must', async () => {
    expect(await believed(`${'6.6.6.6, '.repeat(1_000)}203.0.113.9`)).toBe('203.0.113.9')
  })

  async function wrongSignIn(address: string): Promise<number> {
    const client = new Client(server)
    const body = { email: newPerson().email, password: 'wrong wrong wrong' }
    return (await client.json('POST', '/bff/login', body, { headers: { 'x-forwarded-for': address } })).status
  }

  test('an IPv4 address written as IPv6 has no second budget', async () => {
    const statuses: number[] = []
    for (const address of ['198.51.100.1', '::ffff:198.51.100.1', '::ffff:c633:6401', '198.51.100.1'])
      statuses.push(await wrongSignIn(address))
    expect(statuses).toEqual([401, 401, 401, 429])
    expect(await wrongSignIn('198.51.100.2')).toBe(401)
  })

  test('a /64 of IPv6 is one address, the next one another', async () => {
    const statuses: number[] = []
    for (const host of ['1', '2:3:4:5', 'ffff:ffff:ffff:ffff', '9'])
      statuses.push(await wrongSignIn(`2001:db8:1:1:${host.includes(':') ? host : `:${host}`}`))
    expect(statuses).toEqual([401, 401, 401, 429])
    expect(await wrongSignIn('2001:db8:1:2::1')).toBe(401)
  })

  test('a trusted proxy still decides neither host nor scheme', async () => {
    const headers = { 'x-forwarded-host': evil, 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' }
    const answer = await exchange(server.origin, 'GET', '/dashboard', { headers })
    expect(answer.bytes).not.toContain(evil)
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })
})
