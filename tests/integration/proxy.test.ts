import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { makeAdmin, signedInClient } from '../support/fixtures.ts'
import { type Caller, call, newCaller, openProxyHouse, type ProxyHouse } from '../support/proxy-house.ts'
import { sendJson } from '../support/upstream.ts'

let house: ProxyHouse
let ann: Caller
beforeAll(async () => {
  house = await openProxyHouse()
  ann = await newCaller(house.server)
})
afterAll(() => house?.stop())
beforeEach(() => {
  house.api.calls.length = 0
  house.raw.calls.length = 0
  house.api.answer = (_call, response) => sendJson(response, 200, { fine: true })
})

const claimsOf = (authorization: string | undefined) =>
  JSON.parse(Buffer.from(authorization?.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

describe('B1 what a service is sent', () => {
  test('an access token of this person for its audience, trace ids and the body, and no cookie', async () => {
    const answer = await call(ann, 'POST', '/bff/upstreams/based/orders/7?a=1&b=%20', {
      body: '{"n":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(answer).toHaveStatus(200)
    const [seen, ...more] = house.api.calls
    expect(more).toEqual([])
    expect(seen).toMatchObject({ method: 'POST', path: '/v1/orders/7?a=1&b=%20', body: '{"n":1}' })
    expect(claimsOf(seen?.headers.authorization)).toMatchObject({ aud: 'further', iss: house.server.origin })
    expect(seen?.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(seen?.headers['x-request-id']).toBe(answer.headers['x-request-id'])
    expect(seen?.headers).not.toHaveProperty('cookie')
  })

  test('the API gets its own audience', async () => {
    await call(ann, 'GET', '/bff/api/projects')
    expect(claimsOf(house.api.calls[0]?.headers.authorization)).toMatchObject({ aud: 'cloakroom-api' })
  })

  test.each([
    ['cookie', 'a=b'],
    ['authorization', 'Bearer of-the-browser'],
    ['proxy-authorization', 'Basic eDp5'],
    ['forwarded', 'for=1.2.3.4;host=evil.example'],
    ['x-forwarded-for', '1.2.3.4'],
    ['x-forwarded-host', 'evil.example'],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-prefix', '/evil'],
    ['x-real-ip', '1.2.3.4'],
    ['x-client-ip', '1.2.3.4'],
    ['true-client-ip', '1.2.3.4'],
    ['via', '1.1 evil'],
    ['x-original-url', '/admin'],
    ['x-rewrite-url', '/admin'],
    ['x-http-method-override', 'DELETE'],
    ['x-csrf-token', ''],
    ['origin', ''],
    ['referer', 'http://localhost/secret'],
    ['sec-fetch-site', 'same-origin'],
    ['te', 'trailers'],
    ['upgrade', 'h2c'],
    ['keep-alive', 'timeout=1'],
    ['x-request-id', 'spoofed'],
    ['traceparent', '00-11111111111111111111111111111111-1111111111111111-01'],
    ['x-user', 'admin'],
  ])('no %s of the visitor', async (name, value) => {
    const given = value === '' ? {} : { [name]: name === 'cookie' ? `${ann.client.jar.header()}; ${value}` : value }
    const answer = await call(ann, 'GET', '/bff/api/projects', { headers: given })
    expect(answer).toHaveStatus(200)
    const sent = house.api.calls[0]?.headers[name]
    if (['authorization', 'x-request-id', 'traceparent'].includes(name)) expect(sent).not.toContain(value)
    else expect(sent).toBeUndefined()
  })

  test('a header that its settings name, unless Connection says that it is for this hop', async () => {
    await call(ann, 'GET', '/bff/upstreams/based/x', { headers: { 'x-tenant': 'north' } })
    await call(ann, 'GET', '/bff/upstreams/based/x', {
      headers: { 'x-tenant': 'north', connection: 'close, X-Tenant' },
    })
    await call(ann, 'GET', '/bff/api/projects', { headers: { 'x-tenant': 'north' } })
    expect(house.api.calls.map(({ headers }) => headers['x-tenant'])).toEqual(['north', undefined, undefined])
  })

  test('no body with a GET', async () => {
    expect(await call(ann, 'GET', '/bff/api/projects', { body: 'x' })).toBeProblem(400, 'malformed_request')
    expect(house.api.calls).toEqual([])
  })
})

describe('B1 what reaches the visitor', () => {
  test('content, validators and named headers; no cookie, policy, CORS or name of the server', async () => {
    house.api.answer = (_call, response) => {
      response.setHeader('Set-Cookie', ['__Host-Http-cloakroom=evil; Path=/; Secure', 'b=c'])
      const headers = {
        'content-type': 'text/html',
        etag: '"v1"',
        'last-modified': 'Sat, 21 Nov 2026 00:00:00 GMT',
        'content-disposition': 'attachment; filename=a.txt',
        'x-total': '7',
        'x-other': 'no',
        server: 'nginx',
        'x-powered-by': 'PHP',
        'access-control-allow-origin': '*',
        'access-control-allow-credentials': 'true',
        'content-security-policy': 'default-src *',
        'strict-transport-security': 'max-age=0',
        'clear-site-data': '"cookies"',
        'service-worker-allowed': '/',
        'cache-control': 'public, max-age=600',
        'proxy-authenticate': 'Basic',
        'x-request-id': 'theirs',
        refresh: '0;url=https://evil.example',
        link: '<https://evil.example>; rel=preload',
      }
      response.writeHead(200, headers).end('<script>alert(1)</script>')
    }
    const { headers, setCookies, body } = await call(ann, 'GET', '/bff/upstreams/based/page')
    expect(body).toBe('<script>alert(1)</script>')
    expect(setCookies).toEqual([])
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      etag: '"v1"',
      'last-modified': 'Sat, 21 Nov 2026 00:00:00 GMT',
      'content-disposition': 'attachment; filename=a.txt',
      'x-total': '7',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    })
    expect(headers['x-request-id']).not.toBe('theirs')
    for (const name of ['x-other', 'server', 'x-powered-by', 'access-control-allow-origin', 'clear-site-data'])
      expect(headers).not.toHaveProperty(name)
    for (const name of ['service-worker-allowed', 'proxy-authenticate', 'refresh', 'link'])
      expect(headers).not.toHaveProperty(name)
  })

  test('304 for a validator that still holds, 204 and HEAD without a body', async () => {
    house.api.answer = ({ method, headers }, response) => {
      if (method === 'DELETE') return void response.writeHead(204).end()
      if (headers['if-none-match'] === '"v1"') return void response.writeHead(304, { etag: '"v1"' }).end()
      response.writeHead(200, { 'content-length': 5, etag: '"v1"' }).end(method === 'HEAD' ? undefined : 'hello')
    }
    expect(await call(ann, 'GET', '/bff/api/projects', { headers: { 'if-none-match': '"v1"' } })).toHaveStatus(304)
    expect(await call(ann, 'DELETE', '/bff/api/projects/1')).toHaveStatus(204)
    const head = await call(ann, 'HEAD', '/bff/api/projects')
    expect([head.status, head.body, head.headers['content-length'], head.headers.etag]).toEqual([200, '', '5', '"v1"'])
  })

  test('the bytes as the service encoded them, and nothing compressed on the way', async () => {
    const text = 'a'.repeat(5_000)
    house.api.answer = (_call, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end(text)
    const answer = await call(ann, 'GET', '/bff/api/projects', { headers: { 'accept-encoding': 'gzip, br' } })
    expect(answer.headers).not.toHaveProperty('content-encoding')
    expect(answer.body).toBe(text)
    expect(house.api.calls[0]?.headers['accept-encoding']).toBe('gzip, br')
  })

  test.each([
    ['/projects/8?x=1', '/bff/api/projects/8?x=1'],
    ['../projects/9', '/bff/api/projects/9'],
  ])('a redirect within the service as one within the proxy: %s', async (location, here) => {
    house.api.answer = (_call, response) => void response.writeHead(303, { location }).end()
    const answer = await call(ann, 'POST', '/bff/api/projects')
    expect([answer.status, answer.location]).toEqual([303, here])
  })

  test.each([
    'https://evil.example/',
    '//evil.example/x',
    'http://127.0.0.1:1/projects',
    'javascript:alert(1)',
    '/..%2fadmin',
    '/\\evil.example',
  ])('502 for a redirect to %s, which nobody follows', async (location) => {
    house.api.answer = (_call, response) => void response.writeHead(302, { location }).end()
    const answer = await call(ann, 'GET', '/bff/api/projects')
    expect(answer).toBeProblem(502, 'bad_gateway')
    expect(answer.bytes).not.toContain('evil')
    expect(house.api.calls).toHaveLength(1)
  })

  test('502 for a redirect from below the base of a service to beside it', async () => {
    house.api.answer = (_call, response) => void response.writeHead(302, { location: '/v2/other' }).end()
    expect(await call(ann, 'GET', '/bff/upstreams/based/x')).toHaveStatus(502)
  })

  test('the place of what was created, as an address of this site', async () => {
    house.api.answer = (_call, response) => sendJson(response, 201, {}, { location: '/v1/orders/5' })
    expect((await call(ann, 'POST', '/bff/upstreams/based/orders')).location).toBe('/bff/upstreams/based/orders/5')
  })

  test('refusals of the service as they are', async () => {
    const refusal = { type: 'about:blank', title: 'No', status: 409, code: 'theirs' }
    house.api.answer = (_call, response) => sendJson(response, 409, refusal)
    const answer = await call(ann, 'POST', '/bff/api/projects')
    expect([answer.status, answer.json()]).toEqual([409, refusal])
  })
})

describe('B1 who may call', () => {
  test.each(['GET', 'POST', 'DELETE'])('%s needs the CSRF value of this very session', async (method) => {
    const { csrf: foreign } = await newCaller(house.server)
    for (const csrf of ['', 'x', '1', foreign]) {
      const answer = await call({ ...ann, csrf }, method, '/bff/api/projects/1')
      expect(answer).toBeProblem(403, 'csrf_refused')
    }
    const without = await ann.client.request(method, '/bff/api/projects/1')
    expect(without).toBeProblem(403, 'csrf_refused')
    expect(house.api.calls).toEqual([])
  })

  test.each([
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site', { 'sec-fetch-site': 'same-site' }],
    ['Origin: null', { origin: 'null' }],
    ['Origin of another port', { origin: 'http://localhost:1' }],
  ])('a GET from elsewhere (%s) is refused although it brings the value', async (_what, headers) => {
    expect(await call(ann, 'GET', '/bff/api/projects', { headers })).toBeProblem(403, 'csrf_refused')
    expect(house.api.calls).toEqual([])
  })

  test('nobody who is not signed in, and it is told apart', async () => {
    const nobody = new Client(house.server)
    const csrf = await nobody.csrf()
    expect(await call({ client: nobody, csrf }, 'GET', '/bff/api/projects')).toBeProblem(401, 'sign_in_required')
    expect(await call({ client: nobody, csrf }, 'GET', '/bff/upstreams/unknown/x')).toHaveStatus(401)
    expect(house.api.calls).toEqual([])
  })

  test('a public service anybody, with the value of their browser and without an access token', async () => {
    const nobody = new Client(house.server)
    expect(await call({ client: nobody, csrf: '' }, 'GET', '/bff/upstreams/open/x')).toHaveStatus(403)
    const csrf = await nobody.csrf()
    expect(await call({ client: nobody, csrf }, 'GET', '/bff/upstreams/open/x')).toHaveStatus(200)
    expect(await call(ann, 'GET', '/bff/upstreams/open/x')).toHaveStatus(200)
    for (const { headers } of house.api.calls) expect(headers).not.toHaveProperty('authorization')
  })

  test('a service for admins admins alone', async () => {
    expect(await call(ann, 'GET', '/bff/upstreams/boss/x')).toBeProblem(403, 'admin_required')
    const { client, person } = await signedInClient(house.server)
    makeAdmin(house.server, person.email)
    const boss = { client, csrf: await client.csrf() }
    expect(await call(boss, 'GET', '/bff/upstreams/boss/x')).toHaveStatus(200)
  })

  test('nobody after signing out', async () => {
    const { client, csrf } = await newCaller(house.server)
    const copy = client.clone()
    await client.json('POST', '/bff/logout')
    expect(await call({ client: copy, csrf }, 'GET', '/bff/api/projects')).toBeProblem(401, 'sign_in_required')
    expect(house.api.calls).toEqual([])
  })
})

describe('B1 what may be called', () => {
  test.each([
    ['GET', '/bff/api/admin/users', 404],
    ['GET', '/bff/api/projects/1/2', 404],
    ['GET', '/bff/api/Projects', 404],
    ['GET', '/bff/api/projects/', 404],
    ['GET', '/bff/api/', 404],
    ['GET', '/bff/upstreams/unknown/x', 404],
    ['GET', '/bff/upstreams/__proto__/x', 404],
    ['GET', '/BFF/api/projects', 404],
    ['GET', '/bff/API/projects', 404],
    ['DELETE', '/bff/api/projects', 405],
    ['PUT', '/bff/api/projects/1', 405],
    ['POST', '/bff/api/files/a/b', 405],
    ['OPTIONS', '/bff/api/projects', 405],
    ['PROPFIND', '/bff/api/projects', 405],
    ['TRACE', '/bff/api/projects', 405],
  ])('%s %s is %i', async (method, path, status) => {
    const answer = await call(ann, method, path)
    expect(answer).toHaveStatus(status)
    if (status === 405) expect(answer.headers.allow).toMatch(/GET/)
    expect(house.api.calls).toEqual([])
  })

  test.each([
    '/bff/api/files/../admin',
    '/bff/api/files/..',
    '/bff/api/files/./x',
    '/bff/api/files/%2e%2e/admin',
    '/bff/api/files/.%2E/admin',
    '/bff/api/files/%252e%252e/admin',
    '/bff/api/files/..%2fadmin',
    '/bff/api/files/..%5cadmin',
    '/bff/api/files/..%252fadmin',
    '/bff/api/files/a%25',
    '/bff/api/files//admin',
    '/bff/api//files/x',
    '/bff/api/files/x\\..\\admin',
    '/bff/api/files/..;/admin',
    '/bff/api/files;x=1/a',
    '/bff/api/files/%3b/a',
    '/bff/api/files/a%00',
    '/bff/api/files/a%0d%0aX:y',
    '/bff/api/files/a%3fb',
    '/bff/api/files/a%23b',
    '/bff/api/files/a#b',
    '/bff/api/files/%c0%ae%c0%ae/admin',
    '/bff/api/files/%ef%bc%8e%ef%bc%8e/admin',
    '/bff/api/files/a%ef%bc%8fb',
    '/bff/api/files/..%20/admin',
    '/bff/api/files/.../admin',
    '/bff/api/files/%zz',
    '/bff/api/files/%',
    '/bff/api/files/x?_data=1',
    '/bff/api/files/x?%5Fdata=1',
    '/bff/api/files/{x}',
    '/bff/upstreams/based/../../v2',
    '/bff/upstreams/based//evil.example/',
    '/bff/upstreams/based/%2e%2e/v2',
  ])('%s is 400: two readers could take it for two places', async (path) => {
    expect(await call(ann, 'GET', path)).toBeProblem(400, 'malformed_request')
    expect(house.api.calls).toEqual([])
  })

  test.each([
    ['/bff/api/files/a%20b/%C3%A9', '/files/a%20b/%C3%A9'],
    ["/bff/api/files/~a-b_c.d!$&'()*+,=:@", "/files/~a-b_c.d!$&'()*+,=:@"],
    ['/bff/api/files/..a/.b', '/files/..a/.b'],
    ['/bff/upstreams/based/x/', '/v1/x/'],
    ['/bff/api/files/x?u=http://evil.example/../', '/files/x?u=http://evil.example/../'],
  ])('%s arrives as it was written', async (path, arrived) => {
    expect(await call(ann, 'GET', path)).toHaveStatus(200)
    expect(house.api.calls[0]?.path).toBe(arrived)
  })
})

describe('B1 an access token that is refused', () => {
  const jti = ({ headers }: (typeof house.api.calls)[number]) => claimsOf(headers.authorization).jti
  const refuse = (times: number): typeof house.api.answer => {
    const refused = new Map<string, number>()
    return ({ path }, response) => {
      const count = (refused.get(path) ?? 0) + 1
      refused.set(path, count)
      sendJson(response, count <= times ? 401 : 200, { path }, { 'www-authenticate': 'Bearer error="invalid_token"' })
    }
  }

  test('is replaced, and the call sent once more with all of its body', async () => {
    house.api.answer = refuse(1)
    const body = JSON.stringify({ text: 'x'.repeat(60_000) })
    expect(await call(ann, 'POST', '/bff/api/projects', { body })).toHaveStatus(200)
    expect(house.api.calls.map((each) => each.body)).toEqual([body, body])
    expect(new Set(house.api.calls.map(jti)).size).toBe(2)
  })

  test('is replaced for each of two calls at once', async () => {
    house.api.answer = refuse(1)
    const paths = ['/bff/api/projects/1', '/bff/api/projects/2']
    const answers = await Promise.all(paths.map((path) => call(ann, 'GET', path)))
    expect(answers.map(({ body }) => body)).toEqual(['{"path":"/projects/1"}', '{"path":"/projects/2"}'])
    for (const path of ['/projects/1', '/projects/2'])
      expect(new Set(house.api.calls.filter((each) => each.path === path).map(jti)).size).toBe(2)
  })

  test('twice is a fault of the service and signs nobody out', async () => {
    house.api.answer = refuse(2)
    const answer = await call(ann, 'GET', '/bff/api/projects')
    expect(answer).toBeProblem(502, 'bad_gateway')
    expect(answer.headers).not.toHaveProperty('www-authenticate')
    expect(answer.setCookies).toEqual([])
    expect(house.api.calls).toHaveLength(2)
    expect(await call(ann, 'GET', '/bff/api/projects')).toHaveStatus(200)
  })

  test('is not replaced under a body that is too long to be kept', async () => {
    house.api.answer = refuse(1)
    const answer = await call(ann, 'POST', '/bff/api/projects', { body: 'x'.repeat(70_000) })
    expect(answer).toBeProblem(503, 'unavailable')
    expect(answer.headers['retry-after']).toBe('1')
    expect(house.api.calls).toHaveLength(1)
  })
})
