import { once } from 'node:events'
import { renameSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAlive } from '../support/children.ts'
import { sessionOf, signedInClient } from '../support/fixtures.ts'
import { testOfSqlite } from '../support/one-store.ts'
import { runProgram } from '../support/process.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { lockAgainstWriting } from '../support/store-locks.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { DATABASE_STATEMENT_TIMEOUT: '1s' } })
})
afterAll(() => server.stop())

type Answer = { status: number; text: string; headers: NodeJS.Dict<string | string[]> }

/** Asks as a probe does: by address, with headers of its own. */
async function probe(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const call = request({ host: '127.0.0.1', port: server.port, path, agent: false, headers }).end()
  const [response] = await once(call, 'response')
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return { status: response.statusCode, text, headers: response.headers }
}

test('probes are answered whatever host they name and whatever cookies come along', async () => {
  const headers = { Host: '10.1.2.3:8080', Cookie: '__Host-Http-session=x; __Host-Http-session=y' }
  for (const path of ['/healthz', '/readyz']) {
    const answer = await probe(path, headers)
    expect([path, answer.status, answer.headers['set-cookie']]).toEqual([path, 200, undefined])
  }
})

test('nothing else is answered under another host, not even another spelling of a probe', async () => {
  for (const path of ['/', '/healthz?', '/healthz/', '/healthz.data', '/HEALTHZ', '//healthz', '/bff/user']) {
    expect([path, (await probe(path, { Host: '10.1.2.3' })).status]).toEqual([path, 421])
  }
})

testOfSqlite('a store that cannot be written takes the process out, by the name of the check alone', async () => {
  const locker = server.openDatabase()
  lockAgainstWriting(locker)
  await server.advance(3_000)
  const answer = await probe('/readyz')
  locker.exec('rollback')
  locker.close()
  expect([answer.status, JSON.parse(answer.text)]).toEqual([503, { status: 'not-ready', failed: ['store'] }])
  await server.advance(3_000)
  expect((await probe('/readyz')).status).toBe(200)
})

test('metrics name routes by pattern, and count rotations and verdicts', async () => {
  const { client } = await signedInClient(server)
  await server.advance(6 * 60_000)
  expect(await client.get('/dashboard')).toHaveStatus(200)
  await client.get('/projects/an-id-that-nobody-has')
  const { status, text } = await probe('/metrics')
  expect(status).toBe(200)
  expect(text).toMatch(/cloakroom_requests_total\{route="\/projects\/:id",method="GET",status="4xx"\} 1/)
  expect(text).toMatch(/cloakroom_security_events_total\{type="session.rotated",outcome="success"\} [1-9]/)
  expect(text).toMatch(/cloakroom_refresh_verdicts_total\{verdict="accepted"\} [1-9]/)
  expect(text).not.toContain('an-id-that-nobody-has')
  expect(text).toMatch(/cloakroom_store_duration_seconds_count [1-9]/)
  for (const name of ['cloakroom_passwords_waiting', 'cloakroom_sessions_alive', 'cloakroom_processes']) {
    expect(text).toMatch(new RegExp(`^${name} \\d+$`, 'm'))
  }
})

test('a data folder that is not there takes the process out', async () => {
  const elsewhere = `${server.dataDir}-elsewhere`
  renameSync(server.dataDir, elsewhere)
  const answer = await probe('/readyz')
  renameSync(elsewhere, server.dataDir)
  expect([answer.status, JSON.parse(answer.text).failed]).toEqual([503, expect.arrayContaining(['disk'])])
  expect((await probe('/readyz')).status).toBe(200)
})

test('metrics are for programs of this machine that come directly', async () => {
  const others: Record<string, string>[] = [
    { 'X-Forwarded-For': '127.0.0.1' },
    { Forwarded: 'for=::1' },
    { Host: 'rebound.example' },
  ]
  for (const headers of others) {
    expect((await probe('/metrics', headers)).status).toBe(404)
  }
})

test('every answer carries its id, and one line of the log says what became of it, without its query', async () => {
  const answer = await probe('/login?redirectTo=/some-private-place', { Host: `localhost:${server.port}` })
  const id = String(answer.headers['x-request-id'])
  expect(id).toMatch(/^[\w-]{12}$/)
  const find = () =>
    server
      .output()
      .split('\n')
      .find((line) => line.includes(id) && line.includes('"answered"'))
  await expect.poll(find).toBeDefined()
  expect(JSON.parse(find() ?? '')).toMatchObject({ method: 'GET', route: '/login', status: 200 })
  expect(find()).not.toContain('some-private-place')
})

testOfSqlite(
  'a backup of a running server is restored by putting it in place: whoever went on since stays signed in',
  async () => {
    const { client, person } = await signedInClient(server)
    const to = join(server.dataDir, 'copy.sqlite')
    const backup = () => runProgram('app/cli/backup.ts', { args: ['--to', to], env: { DATA_DIR: server.dataDir } })
    expect(await backup()).toMatchObject({ code: 0, stderr: '' })
    expect((await backup()).code).toBe(1)
    await server.advance(6 * 60_000)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(sessionOf(server, person.email)).toMatchObject({ generation: 1 })
    await server.restart({ DATABASE_URL: `file:${to}` })
    expect(await client.get('/dashboard')).toHaveStatus(200)
    await expect.poll(() => server.output()).toContain('session.fast_forward')
  },
)

test('with METRICS_TOKEN only its holder sees metrics; SIGTERM answers what is under way and refuses what is new', async () => {
  await server.restart({ METRICS_TOKEN: 'a-token-for-the-collector' })
  expect((await probe('/metrics')).status).toBe(401)
  expect((await probe('/metrics', { Authorization: 'Bearer a-token-for-the-collectoR' })).status).toBe(401)
  expect((await probe('/metrics', { Authorization: 'Bearer a-token-for-the-collector' })).status).toBe(200)

  // A body that is not complete yet holds a request open for as long as the test wants.
  const body = JSON.stringify({ email: 'nobody@example.com', password: 'not the one' })
  const call = request({
    ...{ host: '127.0.0.1', port: server.port, path: '/bff/login', method: 'POST', agent: false },
    headers: { Host: `localhost:${server.port}`, 'Content-Type': 'application/json', 'Content-Length': body.length },
  })
  const answered = once(call, 'response')
  call.write(body.slice(0, 10))
  const idle = connect(server.port, '127.0.0.1')
  idle.on('error', () => {})
  idle.write(`GET /healthz HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`)
  await once(idle, 'data')
  process.kill(server.pid, 'SIGTERM')
  await expect
    .poll(() =>
      probe('/healthz').then(
        () => 'answered',
        (error) => error.code,
      ),
    )
    .toBe('ECONNREFUSED')
  if (!idle.closed) await once(idle, 'close')
  call.end(body.slice(10))
  const [response] = await answered
  expect(response.statusCode).toBe(403)
  response.resume()
  await expect.poll(() => isAlive(server.pid), { timeout: 10_000 }).toBe(false)
})
