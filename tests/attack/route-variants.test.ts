import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminClient, createProject, signedInClient } from '../support/fixtures.ts'
import { rawExchange, statusesIn } from '../support/raw-socket.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let userCookie: string
let adminCookie: string
const secretText = 'only the owner reads this'
let projectId: string
beforeAll(async () => {
  server = await startServer()
  const owner = await signedInClient(server)
  projectId = await createProject(owner.client, secretText)
  userCookie = (await signedInClient(server)).client.jar.header() ?? ''
  adminCookie = (await adminClient(server)).client.jar.header() ?? ''
})
afterAll(() => server?.stop())

/** Spellings of a path that some router, proxy or cache takes for the same. */
function variantsOf(path: string): string[] {
  const [, first = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(path) ?? []
  const encoded = `%${first.charCodeAt(0).toString(16)}${first.slice(1)}`
  return [
    ...[
      path,
      `/${path}`,
      `//${path}`,
      path.toUpperCase(),
      `${path}/`,
      `${path}//`,
      `${path}/.`,
      `${path}/./`,
      `${path};x`,
    ],
    ...[`/${encoded}${rest}`, `/%25${encoded.slice(1)}${rest}`, `/./${first}${rest}`, `/x/../${first}${rest}`],
    ...[
      `/%2e/${first}${rest}`,
      `/x/%2e%2e/${first}${rest}`,
      `/%2e%2e/${first}${rest}`,
      `/..${path}`,
      `/.${path}`,
      `/.;${path}`,
    ],
    ...[
      `${path}.data`,
      `${path}/.data`,
      `${path}.data/`,
      `${path}.DATA`,
      `${path}%2edata`,
      `${path}.data.data`,
      `/_root.data${path}`,
    ],
    ...[
      `${path}?index`,
      `${path}?`,
      `${path}#x`,
      `${path}%23x`,
      `${path}%3Fx`,
      `${path}%20`,
      `${path}%09`,
      `${path}%00`,
      `${path}.css`,
    ],
    ...[
      `${path}/x.css`,
      `${path}.json`,
      `${path}.html`,
      `\\${first}${rest}`,
      `/\\${first}${rest}`,
      `/%5c${first}${rest}`,
      `/%2f${first}${rest}`,
    ],
    ...[
      `/build/..${path}`,
      `/build/%2e%2e${path}`,
      `/favicon.svg/..${path}`,
      `http://localhost:${server.port}${path}`,
      `${path}%0d%0a`,
    ],
    ...[
      `${path}?_data=root`,
      `${path}?_data`,
      `${path}?%5Fdata=root`,
      `${path}?%5fd%61ta=routes%2Fdashboard`,
      `${path}?x&_data=`,
    ],
  ]
}

async function get(path: string, cookie = ''): Promise<string> {
  const head = cookie === '' ? '' : `Cookie: ${cookie}\r\n`
  return rawExchange(
    server.port,
    `GET ${path} HTTP/1.1\r\nHost: localhost:${server.port}\r\n${head}Connection: close\r\n\r\n`,
  )
}

/** What Node answers by itself to what it cannot parse: a line and nothing else. */
const isNodesOwn = (received: string) => /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/.test(received)

/** What is wrong with an answer to somebody who may not see the page; empty when nothing is. */
function complaints(received: string, isAnonymous: boolean): string[] {
  if (isNodesOwn(received)) return []
  const [status = 0] = statusesIn(received)
  const found: string[] = []
  if (status < 200 || status >= 500) found.push(`is ${status}`)
  if (received.includes(secretText)) found.push('shows what only the owner reads')
  if (isAnonymous && /@example\.com/.test(received)) found.push('shows an address')
  if (/disabledAt|ownerEmail/.test(received)) found.push('shows the data of an admin')
  // Nothing that a cache between could keep: deception by a path that looks like a file.
  if (!/^cache-control: private, no-store/im.test(received)) found.push('may be cached')
  return found
}

describe('no spelling of a path gets around its guard', () => {
  test.each(['/dashboard', '/account', '/admin/users', '/admin/projects', '/bff/user', '/projects/'])(
    '%s',
    async (name) => {
      const surprises: string[] = []
      for (const variant of variantsOf(name === '/projects/' ? `${name}${projectId}` : name)) {
        for (const cookie of ['', userCookie]) {
          const found = complaints(await get(variant, cookie), cookie === '')
          surprises.push(...found.map((what) => `${variant}${cookie && ' signed in'}: ${what}`))
        }
      }
      expect(surprises).toEqual([])
    },
  )

  test('and the very page is shown to whom it is meant for', async () => {
    expect(await get('/admin/projects', adminCookie)).toContain(secretText)
    expect(await get('/admin//projects', adminCookie)).toMatch(/^HTTP\/1\.1 (200|404)/)
  })

  test('?_data= in any spelling is refused', async () => {
    for (const query of [
      '_data=root',
      '_data',
      '%5Fdata=root',
      '_d%61ta=routes%2Fdashboard',
      'x=1&_data=',
      '&&_data=x',
      '_data=x&_data=y',
    ]) {
      for (const path of ['/', '/dashboard', '/dashboard.data', '/bff/user', '/nothing']) {
        expect(statusesIn(await get(`${path}?${query}`, adminCookie)), `${path}?${query}`).toEqual([400])
      }
    }
  })
})

test('static paths lead nowhere outside of public/', async () => {
  const targets = [
    'package.json',
    'build/index.js',
    '.env',
    '.data/secrets',
    '.git/config',
    'app/server.ts',
    '../../etc/passwd',
  ]
  const ways = [
    '/',
    '/build/../',
    '/build/../../',
    '/build/%2e%2e/%2e%2e/',
    '/build/..%2f..%2f',
    '/build/..%5c..%5c',
    '/%2e%2e/',
    '/..;/',
    '/build/....//',
  ]
  for (const way of ways) {
    for (const target of targets) {
      const received = await get(`${way}${target}`)
      expect([400, 403, 404], `${way}${target}`).toContain(statusesIn(received)[0])
      expect(/"private": true|root:x:0|from '\.\.?\/|APP_SECRETS=/.test(received)).toBe(false)
    }
  }
})
