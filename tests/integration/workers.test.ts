import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { childrenOf, isAlive } from '../support/children.ts'
import { signedInClient } from '../support/fixtures.ts'
import { startLoad } from '../support/load.ts'
import { Program, runProgram } from '../support/process.ts'
import { baseSettings, freePort, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { WEB_CONCURRENCY: '2' } })
  await vi.waitFor(() => expect(server.output()).toContain('workers serve'), 20_000)
})
afterAll(() => server?.stop())

const metricsText = async () => (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()
const metric = async (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await metricsText())?.[1])
const answeredPages = () => metric('cloakroom_requests_total\\{route="/healthz",method="GET",status="2xx"\\}')
const workers = () => childrenOf(server.pid)
const count = (text: string) => server.output().split(text).length - 1

test('two workers serve one browser, whichever of them it reaches, and are said to be ready once', async () => {
  const { client } = await signedInClient(server)
  await server.advance(6 * 60_000)
  const answers = await Promise.all(Array.from({ length: 12 }, () => client.get('/dashboard')))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(await client.get('/dashboard')).toHaveStatus(200)
  expect(count('Cloakroom is ready')).toBe(1)
})

test('metrics are the sum over the workers', async () => {
  const before = (await answeredPages()) || 0
  const load = startLoad(server, { path: '/healthz', connections: 4 })
  await load.more(40)
  await load.stop()
  const asked = load.answers[200] ?? 0
  expect(load.failures).toEqual([])
  await expect.poll(answeredPages, { timeout: 20_000 }).toBe(before + asked)
  await expect.poll(() => metric('cloakroom_processes'), { timeout: 20_000 }).toBe(2)
})

test('a worker that is killed is replaced, what it had counted stays, and its browsers stay signed in', async () => {
  const { client } = await signedInClient(server)
  const before = await answeredPages()
  const [first] = workers()
  process.kill(first ?? 0, 'SIGKILL')
  await expect.poll(workers, { timeout: 20_000 }).not.toContain(first)
  await expect.poll(() => metric('cloakroom_processes'), { timeout: 20_000 }).toBe(2)
  expect(await client.get('/dashboard')).toHaveStatus(200)
  expect(await answeredPages()).toBeGreaterThanOrEqual(before)
  expect(server.output()).toContain('a worker died')
})

test('SIGHUP replaces every worker under load without a failed request', async () => {
  const before = workers()
  const load = startLoad(server, { path: '/login', connections: 6 })
  await load.more(20)
  process.kill(server.pid, 'SIGHUP')
  await expect.poll(() => count('workers have been replaced'), { timeout: 90_000 }).toBe(1)
  await load.more(20)
  await load.stop()
  expect([load.failures, Object.keys(load.answers)]).toEqual([[], ['200']])
  await expect.poll(workers, { timeout: 20_000 }).toHaveLength(2)
  const after = workers()
  expect(after.filter((pid) => before.includes(pid))).toEqual([])
}, 120_000)

test('when new workers do not start, those that serve stay', async () => {
  const before = workers()
  // The newer one of two versions on one store.
  const database = server.openDatabase()
  database.exec("insert into __drizzle_migrations (hash, created_at) values ('newer', 99999999999999)")
  process.kill(server.pid, 'SIGHUP')
  await expect.poll(() => server.output(), { timeout: 45_000 }).toContain('a new worker does not start')
  database.exec("delete from __drizzle_migrations where hash = 'newer'")
  database.close()
  await expect.poll(workers, { timeout: 20_000 }).toEqual(before)
  await expect.poll(() => metric('cloakroom_processes'), { timeout: 20_000 }).toBe(2)
})

test('SIGTERM under load answers what is under way, refuses what is new, and ends within ten seconds', async () => {
  const load = startLoad(server, { path: '/login', connections: 6 })
  await load.more(20)
  const pids = [server.pid, ...workers()]
  const startedAt = performance.now()
  process.kill(server.pid, 'SIGTERM')
  await expect.poll(() => load.failures.length, { timeout: 10_000 }).toBeGreaterThan(0)
  await load.stop()
  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([])
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  // Of those that were on their way to be accepted, the last ones may be dropped.
  expect(load.failures.filter((code) => !['ECONNREFUSED', 'ECONNRESET'].includes(code))).toEqual([])
  expect(Object.keys(load.answers)).toEqual(['200'])
})

test('a store that cannot be opened ends the program with one reason', async () => {
  const folder = join(server.dataDir, 'broken')
  writeFileSync(folder, '')
  const env = {
    ...baseSettings(await freePort(), server.dataDir),
    DATABASE_URL: `file:${folder}/store`,
    WEB_CONCURRENCY: '2',
  }
  const run = await runProgram('app/cli/serve.js', { env })
  rmSync(folder)
  expect(run.code).toBe(1)
  expect(run.stderr.match(/Cloakroom cannot start/g)).toHaveLength(1)
  expect(run.stdout).not.toContain('is ready')
})

test('workers that end as soon as they start end the program, after tries farther and farther apart', async () => {
  const env = { ...baseSettings(await freePort(), join(server.dataDir, 'dying')), WEB_CONCURRENCY: '2' }
  const program = new Program('app/cli/serve.js', { env })
  await expect.poll(() => program.output, { timeout: 45_000 }).toContain('workers serve')
  while (!program.hasExited) {
    for (const pid of childrenOf(program.child.pid ?? 0)) process.kill(pid, 'SIGKILL')
    await delay(200)
  }
  expect((await program.ended()).code).toBe(1)
  expect(program.output).toContain('its workers end as soon as they start, 5 times in a row')
})
