import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, refreshCookieName } from '../support/browser-client.ts'
import { sessionOf, signedInClient } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { lockAgainstWriting } from '../support/store-locks.ts'
import { sendJson, startUpstream, type Upstream } from '../support/upstream.ts'

const rotationDue = 6 * 60_000

describe('an API that fails', () => {
  let upstream: Upstream
  let server: TestServer
  beforeAll(async () => {
    upstream = await startUpstream()
    server = await startServer({ env: { API_URL: upstream.origin } })
  })
  afterAll(async () => {
    await server?.stop()
    await upstream?.close()
  })

  const failures: [string, Upstream['answer']][] = [
    ['with 500', (_call, response) => sendJson(response, 500, { code: 'internal' })],
    [
      'with 502 and a page',
      (_call, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>'),
    ],
    ['with 503', (_call, response) => sendJson(response, 503, {}, { 'retry-after': '7' })],
    ['with an answer that is no JSON', (_call, response) => void response.writeHead(200).end('not json')],
    ['with an answer of another shape', (_call, response) => sendJson(response, 200, { items: 'x' })],
    ['by hanging up', (_call, response) => void response.destroy()],
    [
      'halfway through',
      (_call, response) =>
        void response.writeHead(200, { 'content-length': '100' }).write('{"items"', () => response.destroy()),
    ],
    [
      'with a redirect elsewhere',
      (_call, response) => void response.writeHead(302, { location: 'https://evil.example/' }).end(),
    ],
    [
      'with cookies of its own',
      (_call, response) => sendJson(response, 500, {}, { 'set-cookie': `${refreshCookieName}=x; Max-Age=0` }),
    ],
    ['saying that the grant is invalid', (_call, response) => sendJson(response, 500, { error: 'invalid_grant' })],
  ]

  test.each(failures)('%s ends no session and clears no cookie', async (_how, answer) => {
    upstream.answer = answer
    const { client, person } = await signedInClient(server)
    for (const due of [0, rotationDue]) {
      await server.advance(due)
      const failed = await client.get('/dashboard')
      expect([502, 503]).toContain(failed.status)
      expect(failed.bytes).not.toContain('evil.example')
      expect(failed.bytes).not.toContain('Max-Age=0')
      expect(client.hasRefreshToken).toBe(true)
      expect(sessionOf(server, person.email).revoked_at).toBeNull()
    }
    expect(await client.get('/bff/user')).toHaveStatus(200)
  })
})

describe('a store that cannot answer', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ env: { DATABASE_STATEMENT_TIMEOUT: '1s' } })
  })
  afterAll(() => server?.stop())

  test('is 503 with a time to try again; the cookie stays and works afterwards', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(rotationDue)
    const held = client.refreshToken
    const database = server.openDatabase()
    lockAgainstWriting(database)
    const answers = await Promise.all([client.get('/bff/user'), client.get('/dashboard')])
    database.exec('rollback')
    database.close()
    for (const answer of answers) {
      expect(answer).toHaveStatus(503)
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      expect(answer.setCookies).toEqual([])
    }
    expect(client.refreshToken).toBe(held)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(client.refreshToken).not.toBe(held)
    expect(sessionOf(server, person.email).revoked_at).toBeNull()
  })
})

describe('time tells nothing', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server?.stop())

  test('of whether an address has an account: a password is hashed in any case', async () => {
    const client = new Client(server)
    const csrf = await client.csrf()
    const known = await Promise.all(Array.from({ length: 5 }, async () => (await signedInClient(server)).person.email))
    const timeOf = async (email: string) => {
      const started = performance.now()
      expect(await client.post('/bff/login', { email, password: 'certainly not the password', csrf })).toHaveStatus(401)
      return performance.now() - started
    }
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    for (let n = 0; n < 20; n++) {
      times.known.push(await timeOf(known[n % known.length] ?? ''))
      times.unknown.push(await timeOf(`nobody.${n}@example.com`))
    }
    const median = (values: number[]) => values.toSorted((one, other) => one - other)[values.length / 2] ?? 0
    // The benchmark shows the distributions; here only that no hash is left out, on a machine that others use as well.
    expect(median(times.unknown)).toBeGreaterThan(median(times.known) / 2)
    expect(median(times.unknown)).toBeLessThan(median(times.known) * 2)
  })

  test('and no password opens an address without an account', async () => {
    const client = new Client(server)
    const csrf = await client.csrf()
    for (const password of ['decoy', 'password', 'cloakroom', ' ', '\u0000', 'undefined', 'null'])
      expect(
        (await client.post('/bff/login', { email: `nobody.${password.length}@example.com`, password, csrf })).status,
      ).toBe(401)
  })
})
