import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../support/browser-client.ts'
import { createProject, startSignedIn } from '../support/fixtures.ts'
import { rawExchange, statusesIn } from '../support/raw-socket.ts'
import type { TestServer } from '../support/server.ts'
import { pictureOf } from '../support/store-picture.ts'

// Requests that nobody thought of. Seeded, so that what fails once fails again.
const seed = 20_261_121
const limits = { seed, numRuns: 400, interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false }

let server: TestServer
let client: Client
let csrf: string
let projectId: string
beforeAll(async () => {
  ;({ server, client, csrf } = await startSignedIn())
  projectId = await createProject(client, 'fuzzed')
})
afterAll(() => server?.stop())

const paths = [
  '/',
  '/login',
  '/register',
  '/logout',
  '/dashboard',
  '/account',
  '/admin/users',
  '/admin/projects',
  '/projects/',
  '/bff/login',
]
const more = [
  '/bff/register',
  '/bff/refresh',
  '/bff/user',
  '/bff/csrf',
  '/bff/logout',
  '/bff/csp-report',
  '/.well-known/jwks.json',
  '/build/',
  '/favicon.svg',
]
const noise = fc.constantFrom(
  '',
  '.data',
  '/',
  '//',
  '?',
  '?index',
  '?_routes=',
  '&',
  '%',
  '%00',
  '%2e',
  '..',
  ';',
  '#',
  '[',
  '=',
  '__proto__',
  '\xe9',
  '"',
  '<',
  ' ',
  '_data',
  'page=',
  '1',
)
const path = fc
  .tuple(fc.constantFrom(...paths, ...more), fc.array(fc.oneof(noise, fc.string({ maxLength: 4 })), { maxLength: 6 }))
  .map(([start, rest]) => start + rest.join(''))
const method = fc.constantFrom('GET', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS')
const headerName = fc.constantFrom(
  'Accept',
  'Content-Type',
  'Cookie',
  'Origin',
  'Sec-Fetch-Site',
  'Sec-Purpose',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'User-Agent',
  'Accept-Encoding',
  'Range',
  'If-None-Match',
  'If-Modified-Since',
  'Content-Encoding',
  'Transfer-Encoding',
  'Expect',
  'Referer',
  'X-CSRF-Token',
  'Connection',
  'X-Remix-Response',
  'Accept-Language',
)
const headerValue = fc.oneof(
  fc.constantFrom(
    '*/*',
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'null',
    'chunked',
    '__Host-Http-cloakroom=x',
    '__Host-Http-cloakroom-pre=AAAAAAAAAAAAAAAAAAAAAA',
    '1.2.3.4, ::1',
    'bytes=0-,5-',
    'gzip, br;q=0',
    '100-continue',
    '%00',
    '"',
    'W/""',
    'prefetch',
  ),
  fc.string({ maxLength: 20 }),
)
const headers = fc.array(fc.tuple(headerName, headerValue), { maxLength: 5 })
const body = fc.oneof(
  fc.constantFrom(
    '',
    '{}',
    '{"email":"a@example.com","password":"x"}',
    '[]',
    'a=b',
    'a=b&a=b',
    '--x\r\n',
    'csrf=x',
    '{"__proto__":{}}',
    '%ff',
    '\xff',
  ),
  fc.json({ maxDepth: 3 }),
  fc.string({ maxLength: 60 }),
)

const clean = (text: string) => text.replaceAll(/[\r\n\0]/g, '')

describe('no request is answered with a fault', () => {
  test('whatever its method, path, headers and body', async () => {
    const isSignedIn = fc.boolean()
    await fc.assert(
      fc.asyncProperty(method, path, headers, body, isSignedIn, async (how, where, given, what, known) => {
        const lines = given.map(([name, value]) => `${name}: ${clean(value)}\r\n`).join('')
        const cookie = known ? `Cookie: ${client.jar.header()}\r\nX-CSRF-Token: ${csrf}\r\n` : ''
        const bytes = Buffer.from(what, 'latin1')
        const head = `${how} ${clean(where)} HTTP/1.1\r\nHost: localhost:${server.port}\r\n${cookie}${lines}Content-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`
        const received = await rawExchange(server.port, Buffer.concat([Buffer.from(head, 'latin1'), bytes]))
        const statuses = statusesIn(received).filter((status) => status >= 200)
        expect(statuses.length).toBeGreaterThan(0)
        expect(statuses.filter((status) => status >= 500)).toEqual([])
        expect(/node_modules|\bat [\w.]+ \(\//.test(received.slice(0, 50_000))).toBe(false)
      }),
      limits,
    )
  })

  test('whatever the forms of somebody who is signed in hold', async () => {
    const names = fc.constantFrom(
      'name',
      'description',
      'intent',
      'id',
      'redirectTo',
      'email',
      'password',
      'remember',
      '__intent__',
      '__state__',
      'a[0]',
      'a.b',
      '__proto__',
      'constructor',
      'toString',
      '',
    )
    const values = fc.oneof(
      fc.constantFrom('change', 'archive', 'restore', 'on', '//e', '{"type":"reset"}', '\u0000', '\u202e'),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
    )
    const pages = fc.constantFrom(
      '/dashboard',
      `/projects/${projectId}`,
      '/admin/users',
      '/register.data',
      '/dashboard.data',
      `/projects/${projectId}.data`,
    )
    await fc.assert(
      fc.asyncProperty(pages, fc.array(fc.tuple(names, values), { maxLength: 6 }), async (where, fields) => {
        const form = new URLSearchParams({ ...Object.fromEntries(fields), csrf })
        const answer = await client.post(where, Object.fromEntries(form), { drop: true })
        expect(answer.status).toBeLessThan(500)
      }),
      { ...limits, numRuns: 250 },
    )
  })
})

test('after all of it the server is alive and nobody has gained or lost anything', async () => {
  expect(await client.get('/bff/user')).toHaveStatus(200)
  const { users, sessions } = pictureOf(server) as {
    users: { role: string }[]
    sessions: { revoked_at: number | null }[]
  }
  expect(users.map(({ role }) => role)).toEqual(['user'])
  expect(sessions.map(({ revoked_at }) => revoked_at)).toEqual([null])
  expect(server.output()).not.toMatch(
    /the framework reported an error|Something went wrong on our side|UnhandledPromise/,
  )
})
