import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decryptPrivateJwk } from '../../app/identity/keys/key-encryption.ts'
import { deriveKeyRing, deriveSecrets } from '../../app/kernel/index.server.ts'
import { Client } from '../support/browser-client.ts'
import { isAlive } from '../support/children.ts'
import { newPerson, type Person, signIn, signUp } from '../support/fixtures.ts'
import { storedEventsOf, untilEventsAreWritten } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let person: Person
let userId: string
const secrets = new Map<string, string>()
const stranger = `stranger-${randomBytes(6).toString('hex')}@example.com`

/** Notes a secret under its name, with the spellings in which it could slip out. */
function note(name: string, text: string): void {
  secrets.set(name, text)
  secrets.set(`${name} (encoded)`, encodeURIComponent(text))
  if (text.includes('.')) secrets.set(`${name} (mac)`, text.split('.').at(-1) ?? text)
}

const rows = () => storedEventsOf(server)
const rowsOf = (type: string) => storedEventsOf(server, type)

beforeAll(async () => {
  server = await startServer()
  person = newPerson()
  note('password', person.password)
  const client = new Client(server)
  await signUp(client, person)
  note('refresh token', client.refreshToken)
  note('csrf value', await client.csrf())
  const replayed = client.clone()

  const wrong = `not the password ${randomBytes(6).toString('hex')}`
  note('wrong password', wrong)
  const other = new Client(server)
  await other.submit('/login', { email: person.email, password: wrong })
  await other.submit('/login', { email: stranger, password: wrong })
  await other.submit('/login', { email: stranger, password: wrong })
  await other.submit('/login', { email: person.password, password: wrong })
  await signIn(other, person)
  note('second refresh token', other.refreshToken)

  await client.json('POST', '/bff/refresh', {})
  await client.get('/admin/users')
  await client.post('/dashboard', { csrf: 'made up', name: 'x' })
  await client.post('/dashboard', { name: 'x' }, { headers: { 'sec-fetch-site': 'cross-site' } })
  const forged = `${client.refreshToken.slice(0, -2)}AA`
  note('forged refresh token', forged)
  await new Client(server).request('GET', '/dashboard', {
    headers: { cookie: `__Host-Http-cloakroom=${forged}`, 'user-agent': 'evil\tagent' },
  })
  await new Client(server).request('POST', '/bff/login', {
    headers: { 'content-type': 'application/json' },
    body: `{"email": "${person.email}", "password": "${person.password}"`,
  })

  for (let turns = 0; turns < 2; turns++) {
    await server.advance(6 * 60_000)
    await client.get('/dashboard')
    await client.get('/dashboard')
    note(`refresh token ${turns}`, client.refreshToken)
  }
  await replayed.get('/dashboard')
  await signIn(client, person)
  note('last refresh token', client.refreshToken)
  await client.json('POST', '/bff/logout', {})

  const written = readFileSync(join(server.dataDir, 'secrets'), 'utf8').trim()
  const bytes = Buffer.from(written, 'base64')
  for (const encoding of ['base64', 'base64url', 'hex'] as const)
    note(`APP_SECRETS ${encoding}`, bytes.toString(encoding))
  const database = server.openDatabase()
  const keys = database.prepare('select kid, private_jwk as encrypted from signing_keys').all() as Record<
    string,
    string
  >[]
  const [user] = database
    .prepare('select id, password_hash as hash from users where email = ?')
    .all(person.email) as Record<string, string>[]
  database.close()
  const ring = deriveKeyRing(deriveSecrets([bytes]), 'signing-keys')
  for (const { kid = '', encrypted = '' } of keys) {
    note('encrypted private key', encrypted)
    const jwk = await decryptPrivateJwk(ring, encrypted, kid)
    note('private key', jwk?.d ?? '')
  }
  userId = user?.id ?? ''
  note('password hash', user?.hash ?? '')
  await untilEventsAreWritten(server)
})
afterAll(() => server.stop())

describe('security events', () => {
  test.each([
    ['account.registered', 'success'],
    ['signin.succeeded', 'success'],
    ['signin.failed', 'failure'],
    ['session.rotated', 'success'],
    ['session.reuse', 'refused'],
    ['session.revoked', 'success'],
    ['session.refused', 'refused'],
    ['csrf.refused', 'refused'],
    ['access.refused', 'refused'],
    ['request.refused', 'refused'],
    ['keys.created', 'success'],
  ])('%s stands in the table and in the log', async (type, outcome) => {
    expect(rowsOf(type).map((row) => row.outcome)).toContain(outcome)
    await expect.poll(() => server.output()).toContain(`"msg":"${type}"`)
  })

  test('tell who, from where and with what', () => {
    for (const row of rows().filter(({ type }) => !type.startsWith('keys.'))) {
      expect(row, row.type).toMatchObject({ address: '127.0.0.1', agent: expect.stringMatching(/Mozilla|evil/) })
    }
    expect(rowsOf('signin.succeeded')[0]).toMatchObject({ actor_id: userId, session_id: expect.any(String) })
    expect(rowsOf('access.refused')[0]).toMatchObject({ actor_id: userId, session_id: expect.any(String) })
    expect(rowsOf('session.reuse')[0]).toMatchObject({ subject_id: userId, session_id: expect.any(String) })
  })

  test('tell repeated tries of one unknown address from tries of others, without the address', () => {
    const failed = rowsOf('signin.failed').map((row) => JSON.parse(row.detail ?? '{}').tried)
    expect(failed).toHaveLength(3)
    expect(failed[1]).toBe(failed[2])
    expect(new Set(failed).size).toBe(2)
    expect(rowsOf('signin.failed').map((row) => row.subject_id)).toEqual([userId, null, null])
    expect(server.output() + JSON.stringify(rows())).not.toContain(stranger)
  })

  test('and log lines hold none of the secrets that were in play', () => {
    const said = server.output() + JSON.stringify(rows())
    expect(secrets.size).toBeGreaterThan(30)
    const leaked = [...secrets].filter(([, text]) => text.length < 8 || said.includes(text)).map(([name]) => name)
    expect(leaked).toEqual([])
    expect(said).not.toMatch(/eyJ[\w-]+\.eyJ/)
    expect(said).not.toMatch(/\$argon2/)
  })

  test('that are waiting when the server stops are not lost', async () => {
    const before = rowsOf('signin.failed').length
    const { pid } = server
    await new Client(server).submit('/login', { email: stranger, password: 'whatever it may be' })
    process.kill(pid, 'SIGTERM')
    await expect.poll(() => isAlive(pid)).toBe(false)
    expect(rowsOf('signin.failed')).toHaveLength(before + 1)
  })
})
