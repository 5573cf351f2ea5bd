import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deriveSecrets } from '../../app/kernel/index.server.ts'
import { Client } from '../support/browser-client.ts'
import { createProject, signedInClient } from '../support/fixtures.ts'
import { type Run, runProgram } from '../support/process.ts'
import { baseSettings, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

async function keys(...args: string[]): Promise<Run> {
  return runProgram('app/cli/keys.ts', { args, env: baseSettings(server.port, server.dataDir) })
}

const secretsFile = () => join(server.dataDir, 'secrets')
const secretIds = () =>
  deriveSecrets(
    readFileSync(secretsFile(), 'utf8')
      .trim()
      .split(',')
      .map((text) => Buffer.from(text, 'base64')),
  ).map(({ id }) => id)
const secretId = (client: Client) => client.refreshToken.split('.')[0]
const publishedKids = async () => {
  const answer = await new Client(server).get('/.well-known/jwks.json')
  return answer.json<{ keys: { kid: string }[] }>().keys.map((key) => key.kid)
}
const events = (type: string) => {
  const database = server.openDatabase()
  const rows = database.prepare('select detail from security_events where type = ?').all(type) as { detail: string }[]
  database.close()
  return rows.map((row) => JSON.parse(row.detail) as Record<string, unknown>)
}
/** The page needs the session, an access token and the API. */
const expectSignedIn = async (client: Client) => expect(await client.get('/dashboard')).toHaveStatus(200)
/** As long as a running server takes to notice a new file of secrets. */
const untilNoticed = () => delay(4_000)

describe('npm run keys', () => {
  test('rotates and retires secrets and signing keys while a browser stays signed in', async () => {
    const { client } = await signedInClient(server)
    const idle = (await signedInClient(server)).client
    await createProject(client, 'Through all of it')
    const [first = ''] = secretIds()
    expect(secretId(client)).toBe(first)

    // A new secret: the ticket verifies, and is encrypted anew when it rotates. The form was opened before.
    const page = await client.open('/dashboard')
    expect((await keys('rotate', 'secrets')).code).toBe(0)
    const [second = '', ...others] = secretIds()
    expect(others).toEqual([first])
    expect(statSync(secretsFile()).mode & 0o777).toBe(0o600)
    await untilNoticed()
    expect((await client.send(page, { name: 'An older form' }, { press: 'Create' })).isRedirect).toBe(true)
    await expectSignedIn(client)
    await server.advance(6 * 60_000)
    await expectSignedIn(client)
    expect(secretId(client)).toBe(second)

    // A new signing key: published at once, and the old one stays.
    const before = await publishedKids()
    expect((await keys('rotate')).code).toBe(0)
    await server.advance(11_000)
    const after = await publishedKids()
    expect(after).toHaveLength(before.length + 1)
    expect(after).toEqual(expect.arrayContaining(before))
    await expectSignedIn(client)

    // A key that leaked leaves the key set at once.
    const list = await keys('list')
    const kid = /([\w-]{43}) .*'signs'/.exec(list.stdout)?.[1] ?? ''
    expect((await keys('retire', kid)).code).toBe(0)
    await server.advance(11_000)
    expect(await publishedKids()).not.toContain(kid)
    await expectSignedIn(client)

    // The first secret goes: with it the session whose ticket it alone had encrypted.
    const retired = await keys('retire', 'secret', first)
    expect(retired.stdout).toContain('1 live session')
    expect(secretIds()).toEqual([second])
    await untilNoticed()
    await expectSignedIn(client)
    expect((await idle.get('/dashboard')).location).toContain('/login')

    await server.restart()
    await expectSignedIn(client)
    // The second signing key took over because the one before it was retired.
    const rotated = events('keys.rotated').map((detail) => detail.secret ?? 'signing key')
    expect(rotated).toEqual([second, 'signing key', 'signing key'])
    expect(events('keys.retired')).toEqual([
      { kid, cause: 'command' },
      { secret: first, cause: 'command' },
    ])
  }, 120_000)

  test('lists ids and never a secret', async () => {
    const { stdout, stderr } = await keys('list')
    const [text = ''] = readFileSync(secretsFile(), 'utf8').trim().split(',')
    expect(stdout).toContain(secretIds()[0])
    expect(stdout + stderr).not.toContain(text)
    expect(stdout + stderr).not.toContain(Buffer.from(text, 'base64').toString('hex'))
  })

  test.each([
    [['retire', 'secret', '00000000'], 'there is no secret 00000000'],
    [['retire', 'made-up'], 'there is no signing key made-up'],
    [['retire'], 'Usage'],
    [['rotate', 'everything'], 'Usage'],
    [[], 'Usage'],
  ])('refuses %j with one message', async (args, message) => {
    const { code, stderr } = await keys(...args)
    expect(code).toBe(1)
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test('keeps the only secret', async () => {
    const [only = ''] = secretIds()
    const { code, stderr } = await keys('retire', 'secret', only)
    expect(code).toBe(1)
    expect(stderr).toContain('is the only secret')
    expect(secretIds()).toEqual([only])
  })

  test('prints what to put into the environment when the secrets come from there', async () => {
    const written = readFileSync(secretsFile(), 'utf8').trim()
    const env = { ...baseSettings(server.port, server.dataDir), APP_SECRETS: written }
    const { code, stdout } = await runProgram('app/cli/keys.ts', { args: ['rotate', 'secrets'], env })
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`APP_SECRETS=[A-Za-z0-9+/=]{44},${written.replaceAll(/[+/]/g, '\\$&')}`))
    expect(readFileSync(secretsFile(), 'utf8').trim()).toBe(written)
  })
})
