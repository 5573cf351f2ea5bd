import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, refreshCookieName } from '../support/browser-client.ts'
import { newPerson, signedInClient, startSignedIn } from '../support/fixtures.ts'
import { openSocket, rawExchange, statusesIn } from '../support/raw-socket.ts'
import { eventsOf } from '../support/security-events.ts'
import type { TestServer } from '../support/server.ts'
import { pictureOf } from '../support/store-picture.ts'

let server: TestServer
let client: Client
let csrf: string
beforeAll(async () => {
  ;({ server, client, csrf } = await startSignedIn())
})
afterAll(() => server?.stop())

const host = () => `Host: localhost:${server.port}`
const statusOf = async (bytes: string | Buffer) => statusesIn(await rawExchange(server.port, bytes))

type Posted = { path?: string; type?: string; headers?: Record<string, string> }
/** Posts bytes with the own CSRF value in the header, and in the form where the bytes hold one. */
function post(body: string | Uint8Array, { path = '/bff/refresh', type = 'application/json', headers }: Posted = {}) {
  const given = { 'content-type': type, 'x-csrf-token': csrf, accept: 'application/json', ...headers }
  return client.request('POST', path, { drop: true, body, headers: given })
}
const form = 'application/x-www-form-urlencoded'

describe('broken percent-encoding or UTF-8', () => {
  const broken = [
    '%',
    '%4',
    '%zz',
    '%ff',
    '%c3',
    '%c3%28',
    '%e2%82',
    '%f0%28%8c%bc',
    '%ed%a0%80',
    '%c0%af',
    '%f8%88%80%80%80',
    '%u0041',
  ]

  test.each(broken)('%s in a path or a query is 400, for everybody and every kind of request', async (code) => {
    const paths = [
      `/${code}`,
      `/projects/${code}`,
      `/dashboard?page=${code}`,
      `/login?redirectTo=${code}`,
      `/bff/${code}`,
      `/dashboard.data?x=${code}`,
    ]
    for (const path of paths) {
      for (const cookie of ['', `Cookie: ${client.jar.header()}\r\n`]) {
        expect(await statusOf(`GET ${path} HTTP/1.1\r\n${host()}\r\n${cookie}Connection: close\r\n\r\n`), path).toEqual(
          [400],
        )
      }
    }
  })

  test.each(broken)('%s in a form is 400', async (code) => {
    const before = pictureOf(server)
    expect(await post(`csrf=${csrf}&name=${code}&description=`, { path: '/dashboard', type: form })).toHaveStatus(400)
    expect(await post(`csrf=${csrf}&${code}=x`, { type: form })).toHaveStatus(400)
    expect(pictureOf(server)).toEqual(before)
  })

  test('as bytes in a form, in JSON or in multipart is 400', async () => {
    const before = pictureOf(server)
    for (const bytes of [
      [0xff],
      [0xc3, 0x28],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x9f],
      [0xc0, 0xaf],
      [0xfe, 0xff, 0x00, 0x7b],
    ]) {
      const around = (one: string, two: string) =>
        Buffer.concat([Buffer.from(one), Buffer.from(bytes), Buffer.from(two)])
      expect(await post(around(`csrf=${csrf}&name=`, ''), { path: '/dashboard', type: form })).toHaveStatus(400)
      expect(await post(around('{"x":"', '"}'))).toHaveStatus(400)
      const parts = around('--bbbb\r\nContent-Disposition: form-data; name="name"\r\n\r\n', '\r\n--bbbb--\r\n')
      expect(await post(parts, { path: '/dashboard', type: 'multipart/form-data; boundary=bbbb' })).toHaveStatus(400)
    }
    expect(pictureOf(server)).toEqual(before)
  })

  test('in a cookie is nobody, not a fault', async () => {
    for (const value of [...broken, '\xff\xfe', '\xc3', '"', '{}', '\u0080']) {
      for (const name of [
        refreshCookieName,
        '__Host-Http-cloakroom-pre',
        '__Host-Http-cloakroom-device',
        'other',
        '%',
      ]) {
        const received = await rawExchange(
          server.port,
          `GET /bff/user HTTP/1.1\r\n${host()}\r\nCookie: ${name}=${value}\r\nConnection: close\r\n\r\n`,
        )
        expect(statusesIn(received), `${name}=${value}`).toEqual([401])
      }
    }
  })

  test('in any other header is no fault', async () => {
    for (const header of [
      'User-Agent',
      'Accept',
      'Accept-Language',
      'Referer',
      'X-CSRF-Token',
      'X-Forwarded-For',
      'Sec-Purpose',
      '__proto__',
      'constructor',
    ]) {
      const received = await rawExchange(
        server.port,
        `GET /login HTTP/1.1\r\n${host()}\r\n${header}: \xff%zz\xc3\r\nConnection: close\r\n\r\n`,
      )
      expect(statusesIn(received), header).toEqual([200])
    }
  })
})

describe('a body over 64 KiB', () => {
  const big = 'x'.repeat(70_000)

  test.each(['/dashboard', '/bff/refresh', '/login', '/bff/login', '/dashboard.data'])(
    'at %s is 413 when it says so',
    async (path) => {
      const answer = await post(`csrf=${csrf}&name=${big}`, { path, type: form })
      expect(answer).toHaveStatus(413)
      expect(answer.headers.connection).toBe('close')
    },
  )

  test('is 413 when it is sent in chunks and says nothing', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    for (const path of ['/dashboard', '/bff/refresh']) {
      const head = `POST ${path} HTTP/1.1\r\n${host()}\r\nCookie: ${client.jar.header()}\r\nX-CSRF-Token: ${csrf}\r\nContent-Type: ${form}\r\nTransfer-Encoding: chunked\r\n\r\n`
      const received = await rawExchange(server.port, `${head}${chunk.repeat(5)}0\r\n\r\n`)
      expect(statusesIn(received), path).toEqual([413])
    }
  })

  test('is refused before it has arrived: a gigabyte that is announced is not waited for', async () => {
    const head = `POST /dashboard HTTP/1.1\r\n${host()}\r\nCookie: ${client.jar.header()}\r\nContent-Type: ${form}\r\nContent-Length: 1073741824\r\n\r\n`
    expect(await statusOf(head)).toEqual([413])
  })

  test('is refused when it is one long field, and one short one is not', async () => {
    const before = pictureOf(server).projects.length
    expect(
      await post(`csrf=${csrf}&name=${'x'.repeat(20_000)}&description=`, { path: '/dashboard', type: form }),
    ).toHaveStatus(413)
    expect(await post(`csrf=${csrf}&name=short&description=`, { path: '/dashboard', type: form })).toHaveStatus(302)
    expect(pictureOf(server).projects.length).toBe(before + 1)
  })
})

test('a body that comes a byte at a time keeps nobody else waiting', async () => {
  const sockets = Array.from({ length: 50 }, () => {
    const socket = openSocket(
      server.port,
      `POST /bff/login HTTP/1.1\r\n${host()}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"a":`,
    )
    socket.on('error', () => {})
    return socket
  })
  for (let n = 0; n < 5; n++) {
    for (const socket of sockets) socket.write('"')
    await delay(20)
  }
  const started = performance.now()
  expect(await client.get('/bff/user')).toHaveStatus(200)
  expect(performance.now() - started).toBeLessThan(2_000)
  for (const socket of sockets) socket.destroy()
  await delay(50)
  expect(await client.get('/bff/user')).toHaveStatus(200)
})

describe('fields', () => {
  test('ten thousand of them are refused', async () => {
    const many = (n: number) => Array.from({ length: n }, (_, at) => `${at.toString(36)}=`).join('&')
    for (const body of [many(10_000), many(101)]) {
      const answer = await post(`csrf=${csrf}&name=x&description=&${body}`, { path: '/dashboard', type: form })
      expect([400, 413]).toContain(answer.status)
    }
  })

  test.each(['name', 'csrf', 'description', 'unknown'])(
    'of the name %s given twice are refused, whatever they say',
    async (name) => {
      const before = pictureOf(server)
      for (const [one, two] of [
        ['a', 'b'],
        ['a', 'a'],
        ['', 'a'],
      ]) {
        const rest = name === 'csrf' ? 'name=x' : `csrf=${csrf}`
        const value = (text = '') => (name === 'csrf' && text === 'a' ? csrf : text)
        const body = `${rest}&${name}=${value(one)}&${name}=${value(two)}`
        expect(await post(body, { path: '/dashboard', type: form })).toHaveStatus(400)
      }
      expect(pictureOf(server)).toEqual(before)
    },
  )

  test('that carry files are refused', async () => {
    const before = pictureOf(server)
    const type = 'multipart/form-data; boundary=bbbbbbbb'
    const part = (disposition: string, value: string) =>
      `--bbbbbbbb\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`
    for (const file of [
      'name="name"; filename="x.html"',
      'name="name"; filename=""',
      'name="other"; filename="../../x"',
    ]) {
      const body = `${part('name="csrf"', csrf)}${part(file, '<script>')}--bbbbbbbb--\r\n`
      expect(await post(body, { path: '/dashboard', type })).toHaveStatus(415)
    }
    expect(pictureOf(server)).toEqual(before)
  })

  test.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=x; boundary=y',
    `multipart/form-data; boundary=${'x'.repeat(300)}`,
    'multipart/form-data; boundary="',
    'multipart/form-data; charset=utf-7; boundary=bbbb',
  ])('in a broken %s are no fault', async (type) => {
    for (const body of [
      '',
      'x',
      '--x',
      '--bbbb--',
      '--x\r\n\r\n--x--',
      `--bbbb\r\nContent-Disposition: form-data; name="a"\r\n\r\n`,
    ]) {
      const answer = await post(body, { path: '/dashboard', type })
      expect([400, 403, 415], `${type} ${body}`).toContain(answer.status)
    }
  })
})

describe('JSON', () => {
  test.each([
    ['arrays nested thirty thousand deep', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['objects nested ten thousand deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a hundred thousand levels', '['.repeat(100_000)],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"x"'],
    ['nothing', ' '],
    ['half of it', '{"email":'],
    ['two objects', '{}{}'],
    ['a comment', '{/* */}'],
    ['NaN', '{"a":NaN}'],
    ['half a surrogate pair', '{"email":"\\ud800"}'],
    ['half a surrogate pair in a name', '{"\\udc00":1}'],
    ['a byte order mark in the middle', '{\ufeff}'],
  ])('that is %s is refused without a fault', async (_what, body) => {
    for (const path of ['/bff/refresh', '/bff/login', '/bff/register']) {
      const answer = await post(body, { path })
      expect([400, 413], path).toContain(answer.status)
      expect(answer.headers['content-type']).toContain('application/problem+json')
    }
  })

  test('with fields of the wrong kind is 400 with the fields named', async () => {
    for (const value of [1, true, null, [], {}, ['a@example.com'], { $ne: null }, { toString: 'x' }, 1e308, '']) {
      for (const field of ['email', 'password', 'name']) {
        const answer = await post(JSON.stringify({ ...newPerson(), [field]: value }), { path: '/bff/register' })
        expect(answer).toBeProblem(400, 'invalid_input')
        expect(Object.keys(answer.json<{ errors: object }>().errors)).toEqual([field])
      }
      const answer = await post(JSON.stringify({ email: 'a@example.com', password: 'x', remember: value }), {
        path: '/bff/login',
      })
      expect([400, 401, 429]).toContain(answer.status)
    }
  })

  test('with a name twice is one answer for all: the last one counts, for the check as for the work', async () => {
    const person = newPerson()
    const body = `{"email":"x@x","email":"${person.email}","name":"${person.name}","password":"short","password":"${person.password}"}`
    expect(
      await new Client(server).json('POST', '/bff/register', undefined, {
        body,
        headers: { 'content-type': 'application/json' },
      }),
    ).toHaveStatus(201)
  })
})

test.each([
  ...[
    'text/plain',
    'text/plain;charset=application/json',
    'application/json, text/plain',
    'application/jsonp',
    'text/json',
  ],
  ...[
    'application/x-www-form-urlencoded2',
    'application/x-json',
    '*/*',
    'json',
    ';application/json',
    'image/png',
    'multipart/related; boundary=b',
  ],
])('the content type "%s" is not read as JSON or as a form', async (type) => {
  expect(await post('{"a":1}', { type })).toHaveStatus(415)
  expect(await post(`csrf=${csrf}&name=x&description=`, { path: '/dashboard', type })).toHaveStatus(415)
})

test.each(['utf-7', 'utf-16', 'utf-16le', 'iso-2022-jp', 'x-user-defined', 'nonsense', ''])(
  'a charset of "%s" does not change how a body is read',
  async (charset) => {
    expect(await post('{}', { type: `application/json; charset=${charset}` })).toHaveStatus(200)
    const utf7 = `csrf=${csrf}&name=${encodeURIComponent('+ADw-script+AD4-')}&description=`
    const answer = await post(utf7, { path: '/dashboard', type: `${form}; charset=${charset}` })
    expect(answer).toHaveStatus(302)
  },
)

test('a compressed body is not unpacked', async () => {
  for (const encoding of ['gzip', 'br', 'deflate']) {
    const answer = await post(Buffer.from('1f8b0800000000000003ab560200', 'hex'), {
      headers: { 'content-encoding': encoding },
    })
    expect([400, 415]).toContain(answer.status)
  }
})

describe('parameters of a list', () => {
  const odd = [
    '0',
    '-1',
    '1.5',
    '1e9',
    '99999999999999999999',
    'NaN',
    'Infinity',
    'x',
    '',
    ' ',
    '1;drop table users',
    "1' or '1'='1",
    '[]',
    'null',
    '\u0000',
  ]
  test('out of range or of another kind are 400 or ignored, never a fault', async () => {
    for (const value of odd) {
      for (const name of [
        'page',
        'limit',
        'sort',
        'order',
        'orderBy',
        'filter',
        'q',
        'archived',
        'role',
        'where',
        'page[]',
        '__proto__',
      ]) {
        const answer = await client.get(`/dashboard?${name}=${encodeURIComponent(value)}`)
        expect([200, 302, 400], `${name}=${value}`).toContain(answer.status)
      }
    }
  })

  test('cannot choose a column or another owner: the list stays the own one', async () => {
    const { client: stranger, person } = await signedInClient(server)
    const plain = (await stranger.get('/dashboard')).text
    for (const query of [
      'sort=password_hash',
      'sort=owner_id',
      'order=name;--',
      'ownerId=*',
      'all=true',
      'userId=1',
      'filter[ownerId]=1',
      'q=%25',
      'include=owner',
    ])
      expect((await stranger.get(`/dashboard?${query}`)).text, query).toBe(plain)
    expect(plain).toContain(person.name)
  })
})

test('text that looks like markup is text on every page and in every script', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of somebody else's
  const attack = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'`${7*7}{{7*7}}\u2028'
  const { client: writer } = await signedInClient(server)
  const own = await writer.csrf()
  expect(
    await writer.post('/dashboard', { name: attack.replace('\u2028', ''), description: attack, csrf: own }),
  ).toHaveStatus(302)
  const pages = [
    '/dashboard',
    '/account',
    `/login?why=${encodeURIComponent(attack)}`,
    `/dashboard?done=${encodeURIComponent(attack)}`,
    `/${encodeURIComponent(attack).replaceAll('%2F', '')}`,
  ]
  for (const path of pages) {
    const answer = await writer.get(path)
    expect(answer.body.includes('<script>alert'), path).toBe(false)
    expect(answer.body.includes('<img src=x'), path).toBe(false)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  }
  const visitor = new Client(server)
  const refused = await visitor.send(await visitor.get('/login'), {
    email: attack,
    password: attack,
    redirectTo: attack,
  })
  expect(refused).toHaveStatus(400)
  expect(/<script>alert|<img src=x/.test(refused.body)).toBe(false)
})

test('what was refused is recorded, once each, without what was sent', async () => {
  await server.advance(61_000)
  const { length: before } = await eventsOf(server, 'request.refused')
  expect(before).toBeGreaterThan(0)
  await client.get('/dashboard?_data=root&secret=do-not-log-me')
  await post('{', { path: '/bff/refresh' })
  await post('x', { path: '/dashboard', type: 'text/plain' })
  const rows = (await eventsOf(server, 'request.refused')).slice(before)
  expect(rows.map(({ detail }) => (JSON.parse(detail ?? '{}') as { path: string }).path)).toEqual([
    '/dashboard',
    '/bff/refresh',
    '/dashboard',
  ])
  expect(JSON.stringify(rows)).not.toContain('do-not-log-me')
})
