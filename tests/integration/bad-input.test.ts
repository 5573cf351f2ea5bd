import { randomBytes } from 'node:crypto'
import { type ClientRequest, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client, exchange } from '../support/browser-client.ts'
import { newPerson, rowsOf, signedInClient } from '../support/fixtures.ts'
import { rawStatus } from '../support/raw-exchange.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let client: Client
let email: string
beforeAll(async () => {
  server = await startServer()
  const signedIn = await signedInClient(server)
  client = signedIn.client
  email = signedIn.person.email
})
afterAll(() => server.stop())

/** Posts a body to the dashboard's form and to the sign-in endpoint, with the right CSRF value in the header. */
async function postEverywhere(body: string | Uint8Array, type: string | null): Promise<Answer[]> {
  const csrf = await client.csrf()
  const headers = { 'x-csrf-token': csrf, ...(type === null ? {} : { 'content-type': type }) }
  return Promise.all(
    ['/dashboard', '/bff/login', '/bff/register', '/bff/logout'].map((path) =>
      client.clone().request('POST', path, { headers, body }),
    ),
  )
}

const statuses = (answers: Answer[]) => answers.map(({ status }) => status)

describe('bodies that cannot be read', () => {
  test.each([
    ['plain text', 'text/plain', 'name=x'],
    ['XML', 'application/xml', '<a/>'],
    ['a JSON cousin', 'application/vnd.api+json', '{}'],
    ['a made-up type', 'x/y; charset=utf-7', 'x'],
  ])('%s is 415', async (_what, type, body) => {
    expect(statuses(await postEverywhere(body, type))).toEqual([415, 415, 415, 415])
  })

  test.each([
    ['broken JSON', '{"email":'],
    ['a JSON array', '[]'],
    ['a JSON text', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['deep nesting', '['.repeat(20_000)],
  ])('%s as JSON is 400', async (_what, body) => {
    const [, login, register] = await postEverywhere(body, 'application/json')
    expect(login).toBeProblem(400, 'malformed_request')
    expect(register).toBeProblem(400, 'malformed_request')
  })

  test('broken UTF-8 is 400, in JSON and in forms', async () => {
    const broken = Buffer.concat([Buffer.from('{"email":"'), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"}')])
    const json = await postEverywhere(broken, 'application/json')
    expect(statuses(json.slice(1))).toEqual([400, 400, 400])
    const form = await postEverywhere(Buffer.from([0x6e, 0x3d, 0xff, 0xfe]), 'application/x-www-form-urlencoded')
    expect(statuses(form)).toEqual([400, 400, 400, 400])
  })

  test('broken percent-encoding in a form is 400', async () => {
    for (const body of ['name=%', 'name=%zz', 'name=%e0%80', '%=x']) {
      expect(statuses(await postEverywhere(body, 'application/x-www-form-urlencoded'))).toEqual([400, 400, 400, 400])
    }
  })

  test('a field that comes twice is 400', async () => {
    const answers = await postEverywhere(
      'email=a%40example.com&email=b%40example.com',
      'application/x-www-form-urlencoded',
    )
    expect(statuses(answers)).toEqual([400, 400, 400, 400])
  })

  test('a multipart body without its boundary, or cut off, is 400', async () => {
    expect(statuses(await postEverywhere('x', 'multipart/form-data'))).toEqual([400, 400, 400, 400])
    const cut = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nval'
    expect(statuses(await postEverywhere(cut, 'multipart/form-data; boundary=b'))).toEqual([400, 400, 400, 400])
  })

  test('a file is refused', async () => {
    const file = '--b\r\nContent-Disposition: form-data; name="a"; filename="a.txt"\r\n\r\nx\r\n--b--\r\n'
    expect(statuses(await postEverywhere(file, 'multipart/form-data; boundary=b'))).toEqual([415, 415, 415, 415])
  })
})

describe('bodies that are too large', () => {
  const tooMuch = `name=${'x'.repeat(65_536)}`

  test('over 64 KiB with a length is 413, on pages and endpoints', async () => {
    expect(statuses(await postEverywhere(tooMuch, 'application/x-www-form-urlencoded'))).toEqual([413, 413, 413, 413])
    expect(statuses((await postEverywhere(`{"a":"${tooMuch}"}`, 'application/json')).slice(1))).toEqual([413, 413, 413])
  })

  test('over 64 KiB in chunks, without a length, is 413', async () => {
    const csrf = await client.csrf()
    for (const path of ['/dashboard', '/bff/login']) {
      expect(await postChunked(path, csrf, ['y'.repeat(65_536), 'y'])).toBe(413)
    }
  })

  test('a body of exactly 64 KiB is read', async () => {
    const csrf = await client.csrf()
    const body = JSON.stringify({ email: 'a@example.com', password: '' }).replace('""', `"${'x'.repeat(65_536 - 43)}"`)
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536)
    const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf }
    expect(await client.clone().request('POST', '/bff/login', { headers, body })).toBeProblem(400, 'invalid_input')
  })

  test('a header block that is too large is refused by the server before anything runs', async () => {
    const answer = await exchange(server.origin, 'GET', '/', { headers: { 'x-large': 'x'.repeat(20_000) } })
    expect(answer).toHaveStatus(431)
  })

  test('the page of a refused form says what happened, in the page’s own layout', async () => {
    const [page] = await postEverywhere(tooMuch, 'application/x-www-form-urlencoded')
    expect(page?.text).toContain('That was too much to send at once')
    expect(page?.text).toContain('Cloakroom')
  })
})

describe('addresses that are broken', () => {
  test.each([
    '/%',
    '/%zz',
    '/%ff',
    '/%e0%80%af',
    '/dashboard?page=%',
    '/dashboard?page=%ff',
    '/projects/%',
    '/projects/%00',
    '/projects/a%2fb',
    '/projects/..%5cx',
    '/\u00ff',
    '//dashboard',
    '/..%2f..%2fetc/passwd',
    '/bff/%',
    '/build/%',
    '/%2e%2e/%2e%2e/package.json',
  ])('%s is a 4xx with a page that explains', async (path) => {
    const answer = await client.get(path)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.body).not.toMatch(/\bat .+:\d+:\d+|node_modules/)
    expect(answer.body).not.toContain('"dependencies"')
  })

  test.each(['?page=0', '?page=-1', '?page=x', '?page=1e99', '?page=1.5', '?page=99999999999'])(
    'a list asked for with %s is 400',
    async (query) => {
      expect(await client.get(`/dashboard${query}`)).toHaveStatus(400)
    },
  )

  test('an address that does not exist is 404 in the page’s own layout', async () => {
    const answer = await client.get('/nothing/here')
    expect(answer).toHaveStatus(404)
    expect(answer.text).toContain('There is nothing here')
    expect(answer.text).toContain('Sign out')
  })
})

describe('methods', () => {
  test.each(['PUT', 'PATCH', 'DELETE'])('%s on a page is 405 and says what is allowed', async (method) => {
    const answer = await client.request(method, '/dashboard', { headers: { 'x-csrf-token': await client.csrf() } })
    expect(answer).toHaveStatus(405)
    expect(answer.headers.allow).toBeTruthy()
  })

  test.each(['TRACE', 'OPTIONS', 'PROPFIND', 'CONNECTX', 'get', 'QUERY'])('%s is a 4xx', async (method) => {
    const status = await rawStatus(
      server.port,
      `${method} /dashboard HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`,
    )
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  test('POST on a page without a form is 405', async () => {
    const csrf = await client.csrf()
    expect(await client.post('/account', { csrf })).toHaveStatus(405)
    expect(await client.post('/nothing/here', { csrf })).toHaveStatus(405)
  })

  test('HEAD answers like GET, without a body', async () => {
    const answer = await client.request('HEAD', '/dashboard')
    expect(answer).toHaveStatus(200)
    expect(answer.body).toBe('')
    expect(await client.request('HEAD', '/bff/user')).toHaveStatus(200)
  })
})

describe('fields with meanings of their own', () => {
  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '__proto__[role]',
    'constructor.prototype.role',
  ])('a field named %s changes nothing', async (name) => {
    const page = await client.open('/dashboard')
    const csrf = page.html.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
    const answer = await client.post('/dashboard', { csrf, intent: 'create', [name]: 'x', name: `Named ${name}` })
    expect(answer.status).toBeLessThan(500)
    const body = `{"email":"${newPerson().email}","password":"x","${name}":{"role":"admin"}}`
    const headers = { 'content-type': 'application/json', 'x-csrf-token': await client.csrf() }
    const json = await client.clone().request('POST', '/bff/login', { headers, body })
    expect(json.status).toBe(401)
    expect(rowsOf(server, email).user?.role).toBe('user')
  })

  test('fields of other types than text are named, not carried out', async () => {
    for (const value of [1, true, null, ['a@example.com'], { a: 1 }]) {
      const answer = await new Client(server).json('POST', '/bff/register', { ...newPerson(), email: value })
      expect(answer).toBeProblem(400, 'invalid_input')
    }
  })

  test.each([
    'a@b',
    'a b@example.com',
    '"quoted"@example.com',
    'a@example.com,b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    `${'a'.repeat(250)}@example.com`,
    'a@@example.com',
    '.a@example.com',
  ])('the address %j is refused', async (address) => {
    const answer = await new Client(server).json('POST', '/bff/register', { ...newPerson(), email: address })
    expect(answer).toBeProblem(400, 'invalid_input')
  })

  test('an address that NFKC makes another one is the same account as that one', async () => {
    const { name, email: address, password } = newPerson()
    expect(await new Client(server).json('POST', '/bff/register', { name, email: address, password })).toHaveStatus(201)
    const wide = address.replace('ada', '\uff41\uff44\uff41')
    const answer = await new Client(server).json('POST', '/bff/register', { name, email: wide, password })
    expect(answer).toBeProblem(409, 'email_taken')
  })

  test('a password is taken as it is, spaces and all, up to 128 characters', async () => {
    const person = { ...newPerson(), password: `  pässwörd 衣 ${randomBytes(60).toString('base64url')} \u{1f9e5}  ` }
    const browser = new Client(server)
    const { name, email: address, password } = person
    expect(await browser.json('POST', '/bff/register', { name, email: address, password })).toHaveStatus(201)
    const trimmed = await new Client(server).json('POST', '/bff/login', { email: address, password: password.trim() })
    expect(trimmed).toBeProblem(401, 'invalid_credentials')
    expect(await new Client(server).json('POST', '/bff/login', { email: address, password })).toHaveStatus(200)
    const long = { name, email: newPerson().email, password: randomBytes(97).toString('base64url') }
    expect(await new Client(server).json('POST', '/bff/register', long)).toBeProblem(400, 'invalid_input')
  })

  test('an intent that no button has is 400', async () => {
    const { client: browser } = await signedInClient(server)
    const csrf = await browser.csrf()
    const answer = await browser.post('/projects/AAAAAAAAAAAAAAAAAAAAAA', { csrf, intent: 'explode' })
    expect(answer).toHaveStatus(400)
  })
})

test('nothing of all this was answered as a fault of ours', () => {
  expect(server.output()).not.toMatch(/"level":(50|60)/)
})

function postChunked(path: string, csrf: string, chunks: string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${server.origin}${path}`,
      {
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'transfer-encoding': 'chunked',
          'x-csrf-token': csrf,
          cookie: client.jar.header() ?? '',
        },
      },
      (response) => {
        response.resume()
        resolve(response.statusCode)
        outgoing.destroy()
      },
    )
    outgoing.on('error', (error) => reject(error))
    outgoing.flushHeaders()
    void writeOneByOne(outgoing, chunks)
  })
}

/** The end never comes: the server must answer as soon as it has seen too much. */
async function writeOneByOne(outgoing: ClientRequest, chunks: string[]): Promise<void> {
  for (const chunk of chunks) {
    outgoing.write(chunk)
    await delay(50)
  }
}
