import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client, refreshCookieName } from '../support/browser-client.ts'
import { parseSetCookie } from '../support/cookie-jar.ts'
import { adminClient, createProject, newPerson, signedInClient } from '../support/fixtures.ts'
import { findSecrets } from '../support/leaks.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const openPaths = [
  '/',
  '/login',
  '/register',
  '/nothing',
  '/favicon.svg',
  '/bff/csrf',
  '/bff/user',
  '/.well-known/jwks.json',
]
const ownPaths = [
  '/dashboard',
  '/account',
  '/admin/users',
  '/admin/projects',
  '/bff/user',
  '/logout',
  '/dashboard.data',
]

/** Visits everything there is, signed out, as a user and as an admin. */
async function visitAll(): Promise<{ clients: Client[]; answers: Answer[]; passwords: string[] }> {
  const { client: admin, person: one } = await adminClient(server)
  const { client: user, person: other } = await signedInClient(server)
  const anonymous = new Client(server)
  const id = await createProject(user, 'Visited')
  for (const client of [anonymous, user, admin]) {
    for (const path of [...openPaths, ...ownPaths, `/projects/${id}`]) await client.get(path)
    await server.advance(6 * 60_000)
    await client.json('POST', '/bff/refresh')
  }
  await user.json('POST', '/bff/logout')
  const clients = [anonymous, user, admin]
  return { clients, answers: clients.flatMap(({ history }) => history), passwords: [one.password, other.password] }
}

describe('A22 what reaches the browser', () => {
  test('no head and no body holds a JWT, a private key or a password hash', async () => {
    const { answers } = await visitAll()
    expect(answers.length).toBeGreaterThan(50)
    const leaks = answers.flatMap((answer) => findSecrets(answer.bytes).map((what) => `${answer.path}: ${what}`))
    expect(leaks).toEqual([])
  })

  test('no body holds the refresh token, and no password comes back', async () => {
    const { answers, passwords } = await visitAll()
    const tickets = answers
      .flatMap(({ setCookies }) => setCookies.map(parseSetCookie))
      .filter(({ value }) => value !== '')
    const secrets = tickets.filter(({ name }) => name === refreshCookieName).map(({ value }) => value)
    expect(secrets.length).toBeGreaterThan(2)
    for (const secret of [...secrets, ...passwords]) {
      expect(answers.filter(({ body }) => body.includes(secret)).map(({ path }) => path)).toEqual([])
    }
  })

  test('the log holds no refresh token, no access token, no password and no CSRF value', async () => {
    const { clients, answers, passwords } = await visitAll()
    await clients[0]?.json('POST', '/bff/login', { email: newPerson().email, password: passwords[0] })
    const log = server.output()
    expect(log.length).toBeGreaterThan(1_000)
    expect(findSecrets(log)).toEqual([])
    const cookies = answers
      .flatMap(({ setCookies }) => setCookies.map((line) => parseSetCookie(line).value))
      .filter(Boolean)
    const values = answers
      .filter(({ path }) => path === '/bff/csrf')
      .map((answer) => answer.json<{ csrf: string }>().csrf)
    for (const secret of [...cookies, ...values, ...passwords]) expect(log.includes(secret)).toBe(false)
  })

  test('every cookie is __Host-Http-, Secure, HttpOnly, for / and bound to the site', async () => {
    const { answers } = await visitAll()
    const cookies = answers.flatMap(({ setCookies }) => setCookies.map(parseSetCookie))
    expect(cookies.length).toBeGreaterThan(5)
    for (const { name, attributes } of cookies) {
      expect(name).toMatch(/^__Host-Http-/)
      expect(attributes).toMatchObject({ secure: true, httponly: true, path: '/' })
      expect(attributes.samesite).toBe(name === refreshCookieName ? 'Lax' : 'Strict')
      expect(attributes).not.toHaveProperty('domain')
    }
  })

  test('what is a person’s, or sets a cookie, is never stored by a cache', async () => {
    const { answers } = await visitAll()
    const personal = answers.filter(({ path, setCookies }) => setCookies.length > 0 || ownPaths.includes(path))
    for (const { headers } of personal) expect(headers['cache-control']).toBe('private, no-store')
  })

  test('every answer carries the security headers, errors and static files included', async () => {
    const { answers } = await visitAll()
    for (const { headers, path } of answers) {
      expect(headers['x-content-type-options'], path).toBe('nosniff')
      expect(headers['referrer-policy'], path).toBe('same-origin')
      expect(headers['cross-origin-opener-policy'], path).toBe('same-origin')
      expect(headers['cross-origin-resource-policy'], path).toBe('same-origin')
      expect(headers['permissions-policy'], path).toBeTruthy()
      expect(headers['content-security-policy'], path).toMatch(/default-src 'self'.*frame-ancestors 'none'/)
      expect(headers['content-security-policy'], path).not.toMatch(/unsafe-(inline|eval)/)
      expect(headers, path).not.toHaveProperty('x-powered-by')
      expect(headers, path).not.toHaveProperty('server')
      expect(headers, path).not.toHaveProperty('access-control-allow-origin')
    }
  })

  test('every script of a page carries the nonce of its response, a new one each time', async () => {
    const client = new Client(server)
    const nonces = new Set<string>()
    for (const path of ['/', '/login', '/nothing', '/login']) {
      const answer = await client.get(path)
      const nonce = /'nonce-([^']+)'/.exec(String(answer.headers['content-security-policy']))?.[1]
      const scripts = answer.html.querySelectorAll('script')
      expect(scripts.length).toBeGreaterThan(0)
      for (const script of scripts) expect(script.getAttribute('nonce')).toBe(nonce)
      expect(answer.body).not.toMatch(/\son[a-z]+="|style="/)
      nonces.add(nonce ?? '')
    }
    expect(nonces.size).toBe(4)
  })

  test('another origin is not let in by CORS', async () => {
    const client = new Client(server)
    for (const path of ['/bff/csrf', '/bff/user', '/.well-known/jwks.json']) {
      const answer = await client.get(path, {
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      })
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
    }
  })
})

describe('A22 the client bundle', () => {
  test('holds nothing of the server: no store, no issuer, no keys, no settings', async () => {
    const folder = resolve(import.meta.dirname, '../../public/build')
    const files: string[] = []
    for await (const path of glob('**/*.js', { cwd: folder })) files.push(path)
    expect(files.length).toBeGreaterThan(5)
    const text = files.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n')
    for (const trace of [
      'better-sqlite3',
      'argon2',
      'drizzle',
      'APP_SECRETS',
      'node:crypto',
      'node:fs',
      'jwtVerify',
      'SQLITE_',
      'refresh-token',
      '__Host-Http',
    ]) {
      expect(text.includes(trace), trace).toBe(false)
    }
    expect(findSecrets(text)).toEqual([])
  })
})
