import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BreakingProxy, startBreakingProxy, type Tools } from '../audit/breaks/breaking-proxy.ts'
import { breaks } from '../audit/breaks/breaks.ts'
import type { Check } from '../audit/check.ts'
import { loadChecks } from '../audit/checks.ts'
import { AuditContext } from '../audit/context.ts'
import { findingsOf, isSound, type Outcome, runCheck } from '../audit/run-checks.ts'
import { type DeclaredRoute, readDeclaredRoutes } from '../audit/stage/declared-routes.ts'
import { People } from '../audit/stage/people.ts'
import { Transcript } from '../audit/transcript.ts'
import { freePort, startServer, type TestServer } from '../support/server.ts'

// One sound server, and a proxy in front of it that does one thing wrong at a time. Each break has to be found by its
// check; without a break none of these checks may find anything.

/** Each of these is many requests: on a loaded machine they take their time. */
const limitMs = 120_000
/** Enough for every break; the audit itself goes through all of them. */
const someRoutes = [
  'routes/_index',
  'routes/login',
  'routes/account',
  'routes/account_.sessions',
  'routes/admin.users',
  'routes/logout',
  'routes/bff.user',
]
const appSecret = randomBytes(32).toString('base64')

let server: TestServer
let proxy: BreakingProxy
let routes: DeclaredRoute[]
let checks: Check[]
let extraLog: string[]

beforeAll(async () => {
  const port = await freePort()
  server = await startServer({ env: { APP_ORIGIN: `http://localhost:${port}`, APP_SECRETS: appSecret } })
  proxy = await startBreakingProxy(port, server.port)
  routes = (await readDeclaredRoutes()).filter(({ id }) => someRoutes.includes(id))
  checks = await loadChecks()
})
afterAll(async () => {
  await proxy?.stop()
  await server?.stop()
})

/** A context as the audit makes it, in front of the proxy; nobody in it has been seen before. */
function newContext(): AuditContext {
  extraLog = []
  const transcript = new Transcript()
  transcript.keepSecret(appSecret, 'APP_SECRETS')
  const logging: TestServer = Object.create(server, {
    output: { value: () => [server.output(), ...extraLog].join('\n') },
  })
  return new AuditContext({
    ...{ origin: proxy.origin, server: logging, routes, transcript, appSecret },
    people: new People(proxy, transcript, logging),
    has: new Set(['store', 'clock', 'logs']),
    thoroughness: { tickets: 48, timings: 24, isWhole: false },
  })
}

async function run(id: string, context: AuditContext): Promise<Outcome> {
  const check = checks.find((each) => each.id === id)
  if (!check) throw new Error(`there is no check ${id}`)
  return runCheck(check, context)
}

function hasAccount(email: string): boolean {
  const database = server.openDatabase()
  const row = database.prepare('select 1 from users where email = ?').get(email)
  database.close()
  return row !== undefined
}

async function toolsFor(context: AuditContext): Promise<Omit<Tools, 'forward'>> {
  const admin = await context.people.as('admin')
  const csrf = await admin.csrf()
  const log = (line: string) => void extraLog.push(line)
  return {
    host: new URL(proxy.origin).host,
    memory: new Map(),
    admin: { cookie: admin.jar.header() ?? '', csrf },
    hasAccount,
    log,
  }
}

describe('the audit', () => {
  test(
    'finds nothing in the sound server with any of the checks that find breaks',
    async () => {
      const context = newContext()
      for (const id of new Set(breaks.map(({ foundBy }) => foundBy))) {
        const outcome = await run(id, context)
        expect(outcome.fault, id).toBeNull()
        expect(findingsOf(outcome), id).toEqual([])
      }
    },
    limitMs,
  )

  test.each(breaks)(
    'finds $what by $foundBy',
    async ({ foundBy, ...bend }) => {
      proxy.straighten()
      const context = newContext()
      const tools = await toolsFor(context)
      proxy.bend(bend, tools)
      const outcome = await run(foundBy, context)
      expect(isSound(outcome)).toBe(false)
      // A check that only broke off has found nothing.
      expect(findingsOf(outcome).length).toBeGreaterThan(0)
    },
    limitMs,
  )
})
