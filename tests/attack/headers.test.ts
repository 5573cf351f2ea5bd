import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client, exchange } from '../support/browser-client.ts'
import { parseSetCookie } from '../support/cookie-jar.ts'
import { adminClient, signedInClient } from '../support/fixtures.ts'
import { rawExchange } from '../support/raw-socket.ts'
import { freePort, startServer, type TestServer } from '../support/server.ts'

const asset = () => {
  const name = readdirSync(resolve(import.meta.dirname, '../../public/build')).find((each) =>
    each.startsWith('entry.client-'),
  )
  return `/build/${name}`
}

/** One of every kind of answer. Each starts from a browser of its own, so that none changes the next. */
const kinds: [name: string, status: number, ask: (client: Client, csrf: string) => Promise<Answer>][] = [
  ['a public page', 200, () => new Client(server).get('/')],
  ['a page with a form', 200, () => new Client(server).get('/login')],
  ['the page of a person', 200, (client) => client.get('/account')],
  ['data of single fetch', 200, (client) => client.get('/dashboard.data')],
  ['a redirect to the sign-in page', 302, () => new Client(server).get('/dashboard')],
  ['a redirect as data', 202, () => new Client(server).get('/dashboard.data')],
  [
    'a redirect after an action',
    302,
    (client, csrf) => client.post('/dashboard', { name: 'x', description: '', csrf }),
  ],
  ['a form with errors', 400, (client, csrf) => client.post('/dashboard', { name: '', description: '', csrf })],
  ['a page that does not exist', 404, (client) => client.get('/nothing')],
  ['an endpoint that does not exist', 404, (client) => client.get('/bff/nothing')],
  ['data that does not exist', 404, (client) => client.get('/nothing.data')],
  ['a refusal for want of a role', 403, (client) => client.get('/admin/users')],
  ['a refused form', 403, (client) => client.post('/dashboard', { csrf: 'x' })],
  ['a damaged address', 400, (client) => client.get('/%ff')],
  ['a method that is not known', 405, (client) => client.request('OPTIONS', '/')],
  [
    'a method that a page has not',
    405,
    (client, csrf) => client.request('PUT', '/account', { body: '', headers: { 'x-csrf-token': csrf } }),
  ],
  ['a method that an endpoint has not', 405, (client) => client.get('/bff/login')],
  [
    'a body that is too large',
    413,
    (client) =>
      client.request('POST', '/dashboard', {
        body: 'x'.repeat(70_000),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
  ],
  ['a foreign host', 421, () => exchange(server.origin, 'GET', '/', { headers: { host: 'evil.example' } })],
  ['an endpoint', 200, (client) => client.get('/bff/user')],
  ['an endpoint’s refusal', 401, () => new Client(server).get('/bff/user')],
  ['an answer without content', 204, (client) => client.json('POST', '/bff/logout')],
  ['the key set', 200, () => new Client(server).get('/.well-known/jwks.json')],
  ['a static file', 200, () => new Client(server).get('/favicon.svg')],
  ['a hashed asset', 200, () => new Client(server).get(asset())],
  ['an asset that does not exist', 404, () => new Client(server).get('/build/nothing.js')],
  [
    'a part of a file that it has not',
    416,
    () => new Client(server).request('GET', '/favicon.svg', { headers: { range: 'bytes=999999-' } }),
  ],
  [
    'a file that was not modified',
    304,
    async () => {
      const { headers } = await new Client(server).get('/favicon.svg')
      return new Client(server).request('GET', '/favicon.svg', { headers: { 'if-none-match': headers.etag ?? '' } })
    },
  ],
  ['the head of a page', 200, (client) => client.request('HEAD', '/account')],
  ['a folder', 301, () => new Client(server).get('/build')],
]

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

async function ask(index: number): Promise<{ name: string; status: number; answer: Answer }> {
  const [name, status, send] = kinds[index] ?? (kinds[0] as (typeof kinds)[number])
  const { client } = await signedInClient(server)
  const answer = await send(client, await client.csrf())
  return { name, status, answer }
}

const each = kinds.map(([name], index) => [name, index] as const)

describe.each(each)('%s', (_name, index) => {
  let answer: Answer
  let status: number
  beforeAll(async () => {
    ;({ answer, status } = await ask(index))
  })

  test('carries every security header and names no software', () => {
    expect(answer).toHaveStatus(status)
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    })
    expect(answer.headers['permissions-policy']).toMatch(/camera=\(\), .*microphone=\(\)/)
    expect(answer.headers.server).toBeUndefined()
    expect(answer.headers['x-powered-by']).toBeUndefined()
    expect(answer.headers['strict-transport-security']).toBeUndefined()
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  test('has a policy that lets no foreign or inline script run', () => {
    const policy = answer.headers['content-security-policy'] as string
    const directives = new Map(policy.split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1).join(' ')]))
    expect(directives.get('default-src')).toBe("'self'")
    expect(directives.get('script-src')).toMatch(/^'self' 'nonce-[A-Za-z0-9+/]{22}=='$/)
    expect(directives.get('style-src')).toBe("'self'")
    for (const name of ['object-src', 'base-uri', 'frame-ancestors']) expect(directives.get(name)).toBe("'none'")
    expect(directives.get('form-action')).toBe("'self'")
    expect(policy).not.toMatch(/unsafe-|\*|http:|data: 'self'|blob:/)
  })

  test('is kept by nobody when it is somebody’s or sets a cookie', () => {
    const caching = answer.headers['cache-control']
    const isShared =
      ['/favicon.svg', '/.well-known/jwks.json'].includes(answer.path) ||
      (answer.path.startsWith('/build/') && answer.status === 200)
    if (isShared) {
      expect(caching).toMatch(/^public, max-age=\d+/)
      expect(answer.setCookies).toEqual([])
      if (answer.path.startsWith('/build/')) expect(caching).toBe('public, max-age=31536000, immutable')
    } else {
      expect(caching).toBe('private, no-store')
      expect(answer.headers.etag).toBeUndefined()
    }
  })

  test('sets cookies with all their attributes, if any', () => {
    for (const line of answer.setCookies) {
      const { name, attributes } = parseSetCookie(line)
      expect(name).toMatch(/^__Host-Http-/)
      expect(attributes).toMatchObject({ path: '/', secure: true, httponly: true })
      expect(attributes.samesite).toMatch(/^(Lax|Strict)$/)
      expect(attributes.domain).toBeUndefined()
    }
    const names = answer.setCookies.map((line) => parseSetCookie(line).name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('shows no script, style or handler without the nonce of its own head', () => {
    if (!answer.headers['content-type']?.startsWith('text/html')) return
    const [, nonce] = /'nonce-([^']+)'/.exec(answer.headers['content-security-policy'] as string) ?? []
    for (const script of answer.html.querySelectorAll('script')) expect(script.getAttribute('nonce')).toBe(nonce)
    expect(answer.html.querySelectorAll('style, [style], iframe, object, embed, base')).toEqual([])
    expect(/<[a-z][^>]*\son[a-z]+\s*=/i.test(answer.body)).toBe(false)
    expect(/(?:href|src|action)="(?:javascript|data|https?):/i.test(answer.body)).toBe(false)
  })

  test('tells nothing of the inside: no stack, no path of a file, no query of a database', () => {
    const inside =
      /\bat [\w.<>]+ \(|node_modules|file:\/\/|\/(?:home|root|usr|tmp|work)\/|SQLITE|SqliteError|drizzle|ZodError|TypeError|select .* from /i
    const isCode = answer.headers['content-type']?.includes('javascript') ?? false
    if (!isCode) expect(inside.exec(answer.bytes)?.[0]).toBeUndefined()
  })
})

test('no two answers share a nonce', async () => {
  const nonces = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const answer = await exchange(server.origin, 'GET', n % 2 ? '/' : '/favicon.svg')
      return /'nonce-([^']+)'/.exec(answer.headers['content-security-policy'] as string)?.[1]
    }),
  )
  expect(new Set(nonces).size).toBe(50)
})

test('a page differs by cookie and origin for caches', async () => {
  const answer = await new Client(server).get('/')
  for (const name of ['Cookie', 'Origin', 'Sec-Fetch-Site']) expect(answer.headers.vary).toContain(name)
})

test('a preflight of another site is granted nothing', async () => {
  for (const path of ['/bff/user', '/bff/login', '/dashboard', '/.well-known/jwks.json']) {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-csrf-token',
    }
    const answer = await exchange(server.origin, 'OPTIONS', path, { headers })
    expect(answer).toHaveStatus(405)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
})

test('what Node answers alone, before any code of ours, holds nothing at all', async () => {
  const own = `Host: localhost:${server.port}\r\n`
  for (const bytes of [
    'nonsense\r\n\r\n',
    `GET / HTTP/1.1\r\n${own}X: ${'x'.repeat(70_000)}\r\n\r\n`,
    `G\0T / HTTP/1.1\r\n${own}\r\n`,
  ])
    expect(await rawExchange(server.port, bytes)).toMatch(/^HTTP\/1\.1 4\d\d [\w ]+\r\nConnection: close\r\n\r\n$/)
})

test('an admin’s page is kept by nobody', async () => {
  const { client } = await adminClient(server)
  for (const path of ['/admin/users', '/admin/projects', '/admin/users.data'])
    expect((await client.get(path)).headers['cache-control']).toBe('private, no-store')
})

test('behind https every answer says so for two years', async () => {
  const port = await freePort()
  const secure = await startServer({
    env: { PORT: String(port), APP_ORIGIN: 'https://cloakroom.localhost', HOST: '127.0.0.1' },
  })
  try {
    const site = `http://localhost:${port}`
    const host = { host: 'cloakroom.localhost' }
    for (const path of ['/', '/dashboard', '/favicon.svg', '/nothing', '/%ff', '/bff/user']) {
      const answer = await exchange(site, 'GET', path, { headers: host })
      expect(answer.headers['strict-transport-security'], path).toBe('max-age=63072000; includeSubDomains')
      expect(answer.headers['content-security-policy']).toContain('upgrade-insecure-requests')
    }
    const refused = await exchange(site, 'GET', '/', { headers: { host: `localhost:${port}` } })
    expect(refused).toHaveStatus(421)
  } finally {
    await secure.stop()
  }
})
