import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import type { Client } from '../support/browser-client.ts'
import { crowdStatements, peopleStatement } from '../support/crowded-tables.ts'
import { adminClient, rowsOf, withDatabase } from '../support/fixtures.ts'
import { type RouteRow, readRouteTable } from '../support/route-table.ts'
import { startServer, type TestServer } from '../support/server.ts'

// One admin with 10,000 rows in every table, and what each route makes the store do. Nothing is timed.

const rows = 10_000
/** Rows that the statements of one request give in all. */
const mostRows = 250
/** A file that is written while it is read: each of its statements gives a part. */
const isFile = (path: string) => path.endsWith('/export')
/** Questions that only admins ask, about everybody, which no index answers. */
const scansOfAdmins: Record<string, RegExp> = {
  '/admin/users': /^SCAN users$/,
  '/admin': /^SCAN (sessions|users)$/,
  '/admin/overview': /^SCAN (sessions|users)$/,
}

type Seen = { sql: string; rows: number; scans: string[] }
type Resource = { path: string }

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-watch-'))
const file = join(folder, 'statements')
let server: TestServer
let client: Client
let ids: Record<string, string>
let table: RouteRow[]

beforeAll(async () => {
  const upstreams = join(folder, 'upstreams.json')
  writeFileSync(upstreams, JSON.stringify({ api: { allow: [{ methods: ['GET'], path: '/**' }] } }))
  writeFileSync(file, '')
  server = await startServer({
    env: {
      NODE_OPTIONS: `--import ${resolve('tests/support/statement-watch.js')}`,
      STATEMENT_WATCH: file,
      UPSTREAMS_FILE: upstreams,
    },
  })
  table = await readRouteTable()
  const admin = await adminClient(server)
  client = admin.client
  await client.submit('/dashboard', { name: 'One', description: '' }, { press: 'Create' })
  const { user, projects } = rowsOf(server, admin.person.email)
  if (!user) throw new Error('the admin is gone')
  ids = { 'projects.$id': projects[0]?.id ?? '', 'admin.users_.$id': user.id, '/projects/:id': projects[0]?.id ?? '' }
  withDatabase(server, (database) => {
    for (const statement of crowdStatements(user, rows, Date.now())) database.prepare(statement).run()
    database.prepare(peopleStatement(rows, Date.now())).run()
  })
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function watch(work: () => Promise<Answer>): Promise<{ answer: Answer; seen: Seen[] }> {
  writeFileSync(file, '')
  const answer = await work()
  const lines = readFileSync(file, 'utf8').trim().split('\n').filter(Boolean)
  return { answer, seen: lines.map((line) => JSON.parse(line) as Seen) }
}

function expectBounded(path: string, seen: Seen[]): void {
  const largest = seen.toSorted((one, other) => other.rows - one.rows)[0]
  const sum = isFile(path) ? (largest?.rows ?? 0) : seen.reduce((total, each) => total + each.rows, 0)
  expect(sum, `${path} read most by ${largest?.sql}`).toBeLessThanOrEqual(mostRows)
  const allowed = scansOfAdmins[path]
  const scanning = seen.filter(({ scans }) => scans.some((scan) => isOfTable(scan) && !allowed?.test(scan)))
  expect(
    scanning.map(({ sql, scans }) => `${scans}: ${sql}`),
    path,
  ).toEqual([])
}

/** Of a table that grows, and not of something that a statement made up on its way. */
function isOfTable(scan: string): boolean {
  return !/^SCAN (stretch|whole|reach|n|signing_keys|sqlite_master|\d+|"?fresh"?)$/i.test(scan)
}

function concrete({ path, id }: RouteRow): string {
  const [own] = Object.entries(ids).filter(([end]) => id.endsWith(end))
  return path.replace('*', 'none').replace(/:\w+/, own?.[1] ?? 'none')
}

test('the watch sees what a page reads', async () => {
  const { answer, seen } = await watch(() => client.get('/dashboard'))
  expect(answer).toHaveStatus(200)
  expect(seen.some(({ rows }) => rows === 20)).toBe(true)
})

describe('somebody with 10,000 rows in every table', () => {
  test('is read no more than a page of them by any route of the table', async () => {
    for (const route of table) {
      const path = concrete(route)
      const { answer, seen } = await watch(() => client.get(path))
      expect(answer.status, path).toBeLessThan(500)
      expectBounded(path.startsWith('/admin/users/') ? '/admin/users/:id' : path, seen)
    }
  })

  test('can take along everything that is kept about them', async () => {
    const answer = await client.get('/account/export')
    expect(answer).toHaveStatus(200)
    const data = answer.json<Record<'sessions' | 'projects' | 'events', unknown[]>>()
    expect([data.sessions.length, data.projects.length]).toEqual([rows + 1, rows + 1])
    expect(data.events.length).toBeGreaterThan(rows)
  })

  test('sees all of their sessions page by page, and ends them all at once', async () => {
    const first = await client.open('/account/sessions')
    expect(first.text).toContain('10000 other sessions')
    expect(first.html.querySelectorAll('article')).toHaveLength(21)
    const next = first.html.querySelector('a[rel=next]')?.getAttribute('href') ?? ''
    const second = await client.open(next)
    expect(second.html.querySelectorAll('article')).toHaveLength(21)
    expect(second.html.querySelector('a[rel=prev]')?.getAttribute('href')).toContain('page=1')
    expect(await client.open('/account/sessions?page=500')).toHaveStatus(200)
    expect(await client.get('/account/sessions?page=9000')).toLeadTo('/account/sessions')
    const { seen } = await watch(() => client.send(second, {}, { press: 'End all other sessions' }))
    expectBounded('/account/sessions', seen)
    expect(seen.filter(({ sql }) => /^update "?sessions"? set "?revoked_at/.test(sql))).toHaveLength(2)
    expect((await client.open('/account/sessions')).text).toContain('You are signed in nowhere else.')
  })

  test('is read no more than a page of them by any form of any page', async () => {
    const csrf = await client.csrf()
    for (const route of table) {
      const path = concrete(route)
      if (/logout|delete/.test(path)) continue
      const { answer, seen } = await watch(() => client.post(path, { csrf }))
      expect(answer.status, path).toBeLessThan(500)
      expectBounded(path.startsWith('/admin/users/') ? '/admin/users/:id' : path, seen)
    }
  })

  test('is read no more than a page of them by any resource of the API', async () => {
    const found: Resource[] = []
    for (const module of globSync('app/api/*-routes.ts')) {
      const made = (await import(resolve(module))) as Record<string, (options: unknown) => Resource | Resource[]>
      for (const [name, make] of Object.entries(made)) if (/Resources?$/.test(name)) found.push(...[make({})].flat())
    }
    expect(found.length).toBeGreaterThan(8)
    const csrf = await client.csrf()
    for (const { path } of found) {
      const id = path.startsWith('/admin/users') ? ids['admin.users_.$id'] : ids['/projects/:id']
      const address = `/bff/api${path.replace(':id', id ?? '')}`
      const { answer, seen } = await watch(() => client.get(address, { headers: { 'X-CSRF-Token': csrf } }))
      expect(answer, address).toHaveStatus(200)
      expectBounded(path, seen)
    }
  })
})
