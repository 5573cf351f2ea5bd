import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, type Person, rowsOf, signedInClient, signUp } from '../support/fixtures.ts'
import { eventsOf } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { pictureOf } from '../support/store-picture.ts'

const sites = [undefined, 'same-origin', 'none', 'same-site', 'cross-site', 'Same-Origin', 'nonsense', '']
const secrets = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]

let server: TestServer
let client: Client
let person: Person
let other: Client
let csrfValues: Record<string, string | undefined>

beforeAll(async () => {
  server = await startServer({ env: { APP_SECRETS: secrets[0] ?? '' } })
  const own = await signedInClient(server)
  client = own.client
  person = own.person
  other = (await signedInClient(server)).client
  csrfValues = await valuesFor(client)
})
afterAll(() => server?.stop())

/** Every value that an attacker could put into a form, and the right one. */
async function valuesFor(holder: Client): Promise<Record<string, string | undefined>> {
  const own = await holder.csrf()
  const first = own[0] === 'A' ? 'B' : 'A'
  return {
    own,
    none: undefined,
    empty: '',
    'of another session': await other.csrf(),
    'of a pre-session': await new Client(server).csrf(),
    altered: `${own.slice(0, -2)}${own.at(-2) === 'A' ? 'B' : 'A'}${own.at(-1)}`,
    'with another salt': first + own.slice(1),
    'cut short': own.slice(0, -1),
    'made of zeros': 'A'.repeat(64),
  }
}

function origins(): (string | undefined)[] {
  const port = server.port
  return [
    ...[undefined, server.origin, 'null', '', 'https://evil.example', `${server.origin}.evil.example`],
    ...[`${server.origin}/`, `http://LOCALHOST:${port}`, `https://localhost:${port}`, `http://localhost:${port + 1}`],
    ...[`http://127.0.0.1:${port}`, `${server.origin}, https://evil.example`, `http://evil@localhost:${port}`],
  ]
}

type Try = { site: string | undefined; origin: string | undefined; value: string }
const isAllowed = ({ site, origin, value }: Try) =>
  (site === undefined || site === 'same-origin' || site === 'none') &&
  (origin === undefined || origin === server.origin) &&
  value === 'own'

/** Every combination of where a request says it comes from, with the right value; and every value from home. */
function tries(): Try[] {
  const heads = sites.flatMap((site) => origins().map((origin) => ({ site, origin, value: 'own' })))
  const home = { site: 'same-origin', origin: server.origin }
  const plain = { site: undefined, origin: undefined }
  const values = Object.keys(csrfValues).flatMap((value) => [home, plain].map((head) => ({ ...head, value })))
  return [...heads, ...values]
}

function headersOf({ site, origin }: Try): Record<string, string> {
  return {
    ...(site === undefined ? {} : { 'sec-fetch-site': site }),
    ...(origin === undefined ? {} : { origin }),
  }
}

/** `isWhole`: every combination is tried, else a quarter of them, since only the way to read a body differs. */
type Target = { name: string; isWhole?: boolean; send: (each: Try, value: string | undefined) => Promise<number> }

function form(fields: Record<string, string | undefined>): string {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new URLSearchParams(given).toString()
}

async function send(path: string, each: Try, body: string, headers: Record<string, string>): Promise<number> {
  const answer = await client.request('POST', path, { drop: true, body, headers: { ...headersOf(each), ...headers } })
  return answer.status
}

const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json', accept: 'application/json' }
const project = { name: 'made by a form', description: '' }
const boundary = '----WebKitFormBoundaryAttackAttackAtta'
function multipart(fields: Record<string, string | undefined>): string {
  const parts = Object.entries(fields).filter(([, value]) => value !== undefined)
  return `${parts.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--${boundary}--\r\n`
}

const targets: Target[] = [
  {
    name: 'a page',
    isWhole: true,
    send: (each, csrf) => send('/dashboard', each, form({ ...project, csrf }), urlencoded),
  },
  {
    name: 'a page by scripts',
    send: (each, csrf) => send('/dashboard.data', each, form({ ...project, csrf }), urlencoded),
  },
  {
    name: 'a page in multipart',
    send: (each, csrf) =>
      send('/dashboard', each, multipart({ ...project, csrf }), {
        'content-type': `multipart/form-data; boundary=${boundary}`,
      }),
  },
  {
    name: 'an endpoint',
    isWhole: true,
    send: (each, csrf) =>
      send('/bff/refresh', each, '{}', { ...json, ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }) }),
  },
  {
    name: 'an endpoint, value in JSON',
    send: (each, csrf) => send('/bff/refresh', each, JSON.stringify({ csrf }), json),
  },
  { name: 'an endpoint as a form', send: (each, csrf) => send('/bff/refresh', each, form({ csrf }), urlencoded) },
]

test('every refusal of one is recorded once, with where it came from and without the value', async () => {
  const before = (await eventsOf(server, 'csrf.refused')).length
  const value = csrfValues['of another session'] ?? ''
  await send(
    '/dashboard',
    { site: 'cross-site', origin: 'https://evil.example', value: '' },
    form({ ...project }),
    urlencoded,
  )
  await send('/dashboard', { site: undefined, origin: undefined, value: '' }, form({ csrf: value }), urlencoded)
  const rows = (await eventsOf(server, 'csrf.refused')).slice(before)
  expect(rows.map(({ outcome, address }) => [outcome, address])).toEqual(Array(2).fill(['refused', '127.0.0.1']))
  expect(JSON.stringify(rows)).not.toContain(value)
  expect(server.output()).not.toContain(value)
})

/** What is wrong with the answer to one request; null when nothing is. */
async function complaint({ send }: Target, each: Try): Promise<string | null> {
  const before = rowsOf(server, person.email).projects.length
  const status = await send(each, csrfValues[each.value])
  const changed = rowsOf(server, person.email).projects.length !== before
  const isRight = isAllowed(each) ? status < 400 : status === 403 && !changed
  return isRight ? null : `${JSON.stringify(each)}: ${status}${changed ? ' and a change' : ''}`
}

describe.each(targets)('a forged request to $name', (target) => {
  test('is let through from home with the own value alone, else refused as 403 without a change', async () => {
    const surprises: string[] = []
    for (const each of target.isWhole ? tries() : tries().filter((_, index) => index % 4 === 0)) {
      const wrong = await complaint(target, each)
      if (wrong !== null) surprises.push(wrong)
    }
    expect(surprises).toEqual([])
  })
})

test('a forged request meets a page that explains, with its headers, never the framework’s own 500', async () => {
  for (const path of ['/dashboard', '/login', '/register', '/logout', `/projects/${'x'.repeat(22)}`]) {
    const answer = await client.request('POST', path, {
      drop: true,
      body: form({ csrf: csrfValues.own }),
      headers: {
        ...urlencoded,
        origin: 'https://evil.example',
        'x-forwarded-host': 'evil.example',
        accept: 'text/html',
      },
    })
    expect(answer).toHaveStatus(403)
    expect(answer.headers['content-type']).toContain('text/html')
    expect(answer.text).toContain('Nothing was changed')
    expect(answer.headers['content-security-policy']).toBeDefined()
  }
})

test('a page without an action takes no forged request either', async () => {
  const before = pictureOf(server)
  for (const path of ['/', '/account', '/admin/projects', '/nothing', '/favicon.svg', '/_root.data', '/account.data']) {
    const answer = await client.request('POST', path, {
      drop: true,
      body: 'x=1',
      headers: { ...urlencoded, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    })
    expect([403, 405]).toContain(answer.status)
  }
  expect(pictureOf(server)).toEqual(before)
})

test.each(['PUT', 'PATCH', 'DELETE'])('%s is no way around', async (method) => {
  const before = pictureOf(server)
  for (const path of ['/dashboard', '/dashboard.data', '/bff/refresh', '/bff/logout', '/logout', '/admin/users']) {
    const heads: Record<string, string>[] = [{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]
    for (const headers of heads) {
      const body = form({ csrf: csrfValues.own, ...project })
      const answer = await client.request(method, path, { drop: true, body, headers: { ...urlencoded, ...headers } })
      expect([403, 405]).toContain(answer.status)
    }
  }
  expect(pictureOf(server)).toEqual(before)
})

test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
  'a %s header overrides nothing',
  async (name) => {
    const before = pictureOf(server)
    for (const method of ['GET', 'HEAD']) {
      for (const path of ['/dashboard', '/bff/logout', '/logout', '/dashboard?_method=POST']) {
        await client.request(method, path, { drop: true, headers: { [name]: 'POST', origin: server.origin } })
      }
    }
    const posted = await client.post(
      '/dashboard',
      { ...project, csrf: csrfValues.own ?? '', _method: 'DELETE' },
      { headers: { [name]: 'DELETE' } },
    )
    expect(posted).toHaveStatus(302)
    expect(pictureOf(server).sessions).toEqual(before.sessions)
    expect(pictureOf(server).projects).toHaveLength(before.projects.length + 1)
  },
)

test('no GET changes anything, whatever its query says', async () => {
  const before = pictureOf(server)
  const query = form({ ...project, csrf: csrfValues.own, intent: 'delete' })
  for (const path of ['/dashboard', '/logout', '/bff/logout', '/admin/users', '/login', '/register', '/bff/refresh'])
    await client.get(`${path}?${query}`, { drop: true })
  expect(pictureOf(server)).toEqual(before)
})

test.each(['text/plain', 'application/octet-stream', 'text/xml', 'application/json5', 'multipart/mixed; boundary=b'])(
  'a body of the type %s is not read, even with the right value',
  async (type) => {
    const before = pictureOf(server)
    const home = { origin: server.origin, 'sec-fetch-site': 'same-origin' }
    const body = JSON.stringify({ ...project, csrf: csrfValues.own })
    for (const path of ['/dashboard', '/bff/logout', '/bff/refresh']) {
      const headers = { ...home, 'content-type': type, 'x-csrf-token': csrfValues.own ?? '' }
      expect(await client.request('POST', path, { drop: true, headers, body })).toHaveStatus(415)
    }
    expect(pictureOf(server)).toEqual(before)
  },
)

describe('login CSRF', () => {
  test.each(['/login', '/login.data', '/bff/login', '/register', '/bff/register'])(
    'at %s: a victim is not signed in to the attacker’s account',
    async (path) => {
      const attacker = new Client(server)
      const value = await attacker.csrf()
      const account = path.includes('register') ? newPerson() : await signUp(new Client(server))
      const before = pictureOf(server)
      const bare = new Client(server, { style: 'plain' })
      const visited = new Client(server, { style: 'plain' })
      await visited.get('/login')
      for (const victim of [bare, visited, other]) {
        const answer = await victim.post(path, { ...account, csrf: value }, { drop: true })
        expect(answer).toHaveStatus(403)
        expect(answer.setCookies.join()).not.toContain('__Host-Http-cloakroom=')
      }
      expect(pictureOf(server)).toEqual(before)
    },
  )
})

test('a planted pre-session cookie opens no form of somebody who is signed in', async () => {
  const attacker = new Client(server)
  const value = await attacker.csrf()
  const victim = client.clone()
  victim.jar.put('__Host-Http-cloakroom-pre', attacker.jar.find('__Host-Http-cloakroom-pre')?.value ?? '')
  const before = pictureOf(server)
  expect(await victim.post('/dashboard', { ...project, csrf: value }, { drop: true })).toHaveStatus(403)
  const headers = { ...json, 'x-csrf-token': value }
  expect(await victim.request('POST', '/bff/refresh', { drop: true, headers, body: '{}' })).toHaveStatus(403)
  expect(pictureOf(server)).toEqual(before)
})

test('a value outlives the replacement of the key while the old one is kept, and no longer', async () => {
  const old = await client.csrf()
  await server.restart({ APP_SECRETS: `${secrets[1]},${secrets[0]}` })
  expect(await client.post('/dashboard', { ...project, csrf: old })).toHaveStatus(302)
  const renewed = new Client(server)
  await signUp(renewed)
  await server.restart({ APP_SECRETS: secrets[1] ?? '' })
  expect(await renewed.post('/dashboard', { ...project, csrf: old })).toHaveStatus(403)
  expect(await renewed.post('/dashboard', { ...project, csrf: await renewed.csrf() })).toHaveStatus(302)
})

test('a value of a session that has ended is worth nothing in the next one', async () => {
  const { client: visitor, person: account } = await signedInClient(server)
  const old = await visitor.csrf()
  await visitor.submit('/account', {}, { press: 'Sign out' })
  await visitor.submit('/login', { email: account.email, password: account.password })
  expect(await visitor.post('/dashboard', { ...project, csrf: old })).toHaveStatus(403)
})
