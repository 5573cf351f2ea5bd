import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sessionOf, signedInClient, withDatabase } from '../support/fixtures.ts'
import { databaseOf } from '../support/postgres/databases.ts'
import { type Line, openLine } from '../support/postgres/line.ts'
import { runProgram } from '../support/process.ts'
import { baseSettings, freePort, startServer, type TestServer } from '../support/server.ts'
import { removeStoreOf } from '../support/store-in-use.ts'

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-test-'))
let line: Line
let server: TestServer
beforeAll(async () => {
  line = await openLine(databaseOf(folder))
  server = await startServer({ dataDir: folder, env: { DATABASE_URL: line.url, ...briefly } })
})
afterEach(() => line.mend())
afterAll(async () => {
  await server?.stop()
  await line?.close()
  removeStoreOf(folder)
  rmSync(folder, { recursive: true, force: true })
})

/** Long enough for every sound statement on a busy machine, short enough to wait for. */
const briefly = { DATABASE_STATEMENT_TIMEOUT: '1s', DATABASE_CONNECT_TIMEOUT: '2s' }
const rotationDue = 6 * 60_000

/** Whatever happens to the store meanwhile is no verdict on anybody: 503, and the same ticket goes on afterwards. */
async function expectNobodySignedOut(harm: () => void, repair: () => void): Promise<void> {
  const { client, person } = await signedInClient(server)
  await server.advance(rotationDue)
  const held = client.refreshToken
  harm()
  const [page, endpoint] = await Promise.all([client.get('/dashboard'), client.json('GET', '/bff/user')])
  expect(page).toHaveStatus(503)
  expect(page.text).toContain('We cannot answer right now')
  expect(endpoint).toBeProblem(503, 'unavailable')
  for (const answer of [page, endpoint]) {
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.setCookies).toEqual([])
  }
  expect(client.refreshToken).toBe(held)
  repair()
  expect(await client.get('/dashboard')).toHaveStatus(200)
  expect(sessionOf(server, person.email)).toMatchObject({ generation: 1, revoked_at: null })
}

describe('a PostgreSQL', () => {
  test('that cannot be reached signs nobody out, and is found again when it is back', () =>
    expectNobodySignedOut(line.cut, line.mend))

  test('that does not answer any more signs nobody out either', () => expectNobodySignedOut(line.hold, line.mend))

  test('that is started anew costs no request, whether its end is heard of or not', async () => {
    const { client, person } = await signedInClient(server)
    line.interrupt()
    expect(await client.get('/dashboard')).toHaveStatus(200)
    const ended = withDatabase(server, (database) =>
      database
        .prepare(
          'select pg_terminate_backend(pid) as done from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        )
        .all(),
    )
    expect(ended.length).toBeGreaterThan(0)
    await server.advance(rotationDue)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(sessionOf(server, person.email)).toMatchObject({ generation: 1, revoked_at: null })
  })

  test('whose connections break under statements fails those alone', async () => {
    const { client } = await signedInClient(server)
    const locker = server.openDatabase()
    locker.exec('begin; lock table sessions in access exclusive mode')
    const answer = client.get('/dashboard')
    const isWaiting =
      "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    await expect.poll(() => withDatabase(server, (database) => database.prepare(isWaiting).pluck().get())).toBe(1)
    line.interrupt()
    // What only reads is asked once more; the lock is gone by then or not.
    locker.exec('rollback')
    locker.close()
    expect([200, 503]).toContain((await answer).status)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('whose statement takes too long is not waited for any longer than was set', async () => {
    const locker = server.openDatabase()
    await expectNobodySignedOut(
      () => locker.exec('begin; lock table sessions in access exclusive mode'),
      () => locker.exec('rollback'),
    )
    locker.close()
  })

  test('that takes no writes, as a standby does, takes the process out; pages that only read go on', async () => {
    const { client } = await signedInClient(server)
    // The first use of a ticket is noted, later ones only read.
    await client.get('/dashboard')
    const probe = () => client.request('GET', '/readyz')
    setReadOnly('on')
    // What was found out is kept for a moment.
    await server.advance(3_000)
    const answer = await probe()
    expect([answer.status, answer.json()]).toEqual([503, { status: 'not-ready', failed: ['store'] }])
    expect(await client.get('/dashboard')).toHaveStatus(200)
    await server.advance(rotationDue)
    expect(await client.get('/dashboard')).toHaveStatus(503)
    setReadOnly('off')
    await server.advance(3_000)
    expect(await probe()).toHaveStatus(200)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })
})

/** Connections take it over when they are made, so those that stand are ended. */
function setReadOnly(state: 'on' | 'off'): void {
  withDatabase(server, (database) => {
    const name = database.prepare('select current_database()').pluck().get()
    database.exec(
      `set transaction_read_only = off; alter database ${name} set default_transaction_read_only = ${state}`,
    )
  })
  line.interrupt()
}

describe('a start', () => {
  test('without PostgreSQL is refused with the reason and without the password', async () => {
    const port = await freePort()
    const DATABASE_URL = `postgres://cloakroom:a-word-to-keep@127.0.0.1:${await freePort()}/nowhere`
    const run = await runProgram('app/cli/serve.js', { env: { ...baseSettings(port, folder), DATABASE_URL } })
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/Cloakroom cannot start:\n.*\/nowhere cannot be used/)
    expect(run.stderr + run.stdout).not.toContain('a-word-to-keep')
  })

  test('over a database that a newer version has migrated is refused', async () => {
    const later = Date.now() + 10 * 365 * 86_400_000
    const row = ['later', later]
    const insert = 'insert into __drizzle_migrations (hash, created_at) values (?, ?)'
    withDatabase(server, (database) => database.prepare(insert).run(...row))
    const run = await runProgram('app/cli/serve.js', { env: baseSettings(await freePort(), folder) })
    withDatabase(server, (database) => database.prepare('delete from __drizzle_migrations where hash = ?').run('later'))
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('newer version of Cloakroom')
  })
})
