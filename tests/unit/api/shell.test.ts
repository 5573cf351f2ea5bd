import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { log } from '../../../app/kernel/index.server.ts'
import { migrateDatabase, openDatabase } from '../../../db/index.ts'
import { type Person, startApi, type TestApi } from './api-fixture.ts'

let api: TestApi
let person: Person

beforeAll(async () => {
  api = await startApi()
  person = api.addUser()
})

test('health is open', async () => {
  const response = await api.call('GET', '/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'ok' })
})

test.each(['/', '/nothing', '/projects/', '//projects', '/Projects', '/users', '/admin', '/projects/a/b'])(
  'the unknown path %s is 404',
  async (path) => {
    const response = await api.call('GET', path, { as: person })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ type: 'about:blank', code: 'not_found', status: 404 })
  },
)

test.each([
  ['PUT', '/projects', 'GET, HEAD, POST'],
  ['DELETE', '/projects', 'GET, HEAD, POST'],
  ['OPTIONS', '/projects', 'GET, HEAD, POST'],
  ['POST', '/projects/x', 'GET, HEAD, PATCH, DELETE'],
  ['POST', '/users/me', 'GET, HEAD'],
  ['POST', '/admin/users', 'GET, HEAD'],
  ['PUT', '/admin/users/x', 'GET, HEAD, PATCH, DELETE'],
  ['QUERY', '/admin/projects', 'GET, HEAD'],
  ['POST', '/health', 'GET, HEAD'],
])('%s %s is 405 and says what is allowed', async (method, path, allowed) => {
  const response = await api.call(method, path, { as: person })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe(allowed)
  expect(await response.json()).toMatchObject({ code: 'method_not_allowed' })
})

test('HEAD answers like GET without a body', async () => {
  const response = await api.call('HEAD', '/projects', { as: person })
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('')
  expect((await api.call('HEAD', '/projects')).status).toBe(401)
})

test.each([
  ['an answer', 'GET', '/projects', 200],
  ['a refusal', 'GET', '/nothing', 404],
  ['an unreadable address', 'GET', '/projects/%E0%A4%A', 400],
])('%s is never stored, never sniffed, and shared with no other origin', async (_, method, path, status) => {
  const response = await api.call(method, path, { as: person, headers: { Origin: 'https://evil.test' } })
  expect(response.status).toBe(status)
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
})

test.each(['/projects/%', '/projects/%zz', '/projects/%C3%28', '/projects?page=%ff'])(
  'broken percent-encoding or UTF-8 in %s is 400',
  async (path) => {
    const response = await api.call('GET', path, { as: person })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'malformed_request' })
  },
)

test('an access token is asked for before the body is read', async () => {
  expect((await api.call('POST', '/projects', { body: '{' })).status).toBe(401)
})

describe('a body', () => {
  const post = (body: string, type = 'application/json') =>
    api.call('POST', '/projects', { as: person, body, headers: { 'Content-Type': type } })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'of type "%s" is 415',
    async (type) => {
      const response = await post('{"name":"A"}', type)
      expect(response.status).toBe(415)
      expect(await response.json()).toMatchObject({ code: 'unsupported_media_type' })
    },
  )

  test('of JSON with a charset is read', async () => {
    expect((await post('{"name":"A"}', 'application/json; charset=utf-8')).status).toBe(201)
  })

  test.each(['', '{', '{"name":}', '[]', 'null', '"name"', '7'])('%j is 400', async (body) => {
    const response = await post(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'malformed_request' })
  })

  test('of broken UTF-8 is 400', async () => {
    const request = new Request('http://api.internal/projects', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await api.mint(person)}` },
      body: new Uint8Array([...Buffer.from('{"name":"'), 0xc3, 0x28, ...Buffer.from('"}')]),
    })
    expect((await api.handle(request)).status).toBe(400)
  })

  test.each(['"a\\u0000b"', '"a\\ud800b"'])('with the text %s, which no store keeps, is 400', async (text) => {
    expect((await post(`{"name":"A","description":${text}}`)).status).toBe(400)
  })

  test('over 64 KiB is 413', async () => {
    const response = await post(JSON.stringify({ name: 'A', description: 'x'.repeat(65_536) }))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'body_too_large' })
  })

  test.each([undefined, '10'])('that streams on past 64 KiB is cut off, with Content-Length %s', async (length) => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1
        controller.enqueue(new Uint8Array(16_384).fill(0x20))
      },
    })
    const headers = new Headers({ 'Content-Type': 'application/json' })
    headers.set('Authorization', `Bearer ${await api.mint(person)}`)
    if (length) headers.set('Content-Length', length)
    const init = { method: 'POST', headers, body: endless, duplex: 'half' }
    const response = await api.handle(new Request('http://api.internal/projects', init as RequestInit))
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(10)
  })
})

test('a store that is locked is 503 with Retry-After, and works again afterwards', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-api-'))
  const database = openDatabase(`file:${folder}/store.sqlite`, { busyTimeoutMs: 0 })
  migrateDatabase(database)
  const other = openDatabase(`file:${folder}/store.sqlite`)
  const locked = await startApi(database)
  const owner = locked.addUser()
  other.$client.exec('begin immediate')
  const response = await locked.call('POST', '/projects', { as: owner, body: { name: 'A' } })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toMatchObject({ code: 'unavailable', retryAfterSeconds: 2 })
  other.$client.exec('rollback')
  expect((await locked.call('POST', '/projects', { as: owner, body: { name: 'A' } })).status).toBe(201)
  other.$client.close()
  database.$client.close()
  rmSync(folder, { recursive: true })
})

test('a defect of ours is 500 with a reference that the log knows, and tells nothing else', async () => {
  const broken = await startApi()
  const owner = broken.addUser()
  broken.database.$client.exec('drop table projects')
  const logged = vi.spyOn(log, 'error')
  const response = await broken.call('GET', '/projects', { as: owner })
  expect(response.status).toBe(500)
  const problem = (await response.json()) as { reference: string }
  expect(problem).toEqual({
    type: 'about:blank',
    title: 'Something went wrong on our side',
    status: 500,
    code: 'internal',
    reference: expect.stringMatching(/^[0-9a-f]{8}$/),
  })
  expect(logged).toHaveBeenCalledWith(expect.objectContaining({ reference: problem.reference }), expect.any(String))
  logged.mockRestore()
})
