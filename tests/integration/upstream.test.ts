import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, sessionOf } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { sendJson, startUpstream, type Upstream } from '../support/upstream.ts'

let upstream: Upstream
let server: TestServer
beforeAll(async () => {
  upstream = await startUpstream()
  server = await startServer({ env: { API_URL: upstream.origin, ACCESS_TOKEN_TTL: '60s' } })
})
afterAll(async () => {
  await server.stop()
  await upstream.close()
})
beforeEach(() => {
  upstream.calls.length = 0
  upstream.answer = (_call, response) => sendJson(response, 200, noProjects)
})

const noProjects = { items: [], page: 1, limit: 20, total: 0 }
const madeProject = {
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  ownerId: 'BBBBBBBBBBBBBBBBBBBBBB',
  name: 'Made',
  description: '',
  archivedAt: null,
  createdAt: 1,
  updatedAt: 1,
}

function refuse(times: number, then: Upstream['answer']): Upstream['answer'] {
  let refused = 0
  return (call, response) => {
    if (refused++ >= times) return then(call, response)
    sendJson(response, 401, {}, { 'www-authenticate': 'Bearer error="invalid_token"' })
  }
}

const claimsOf = (authorization: string | undefined) =>
  JSON.parse(Buffer.from(authorization?.split('.')[1] ?? '', 'base64url').toString()) as Record<string, number | string>

async function person(): Promise<{ client: Client; email: string }> {
  const client = new Client(server)
  const { name, email, password } = newPerson()
  const answer = await client.json('POST', '/bff/register', { name, email, password })
  expect(answer).toHaveStatus(201)
  return { client, email }
}

describe('A4 access tokens stay on the server', () => {
  test('the API gets a fresh access token and neither the cookie nor anything else of the browser', async () => {
    const { client } = await person()
    await client.get('/dashboard', { headers: { authorization: 'Bearer from-the-browser', 'x-evil': 'yes' } })
    await client.get('/dashboard')
    expect(upstream.calls).toHaveLength(2)
    const [first, second] = upstream.calls.map(({ headers }) => claimsOf(headers.authorization))
    expect(first?.jti).not.toBe(second?.jti)
    expect(Number(first?.exp) - Number(first?.iat)).toBe(60)
    for (const { headers } of upstream.calls) {
      expect(headers).not.toHaveProperty('cookie')
      expect(headers).not.toHaveProperty('x-evil')
      expect(headers.authorization).toMatch(/^Bearer eyJ/)
    }
  })

  test('a page that asks the API nothing mints nothing', async () => {
    const { client } = await person()
    expect(await client.json('GET', '/bff/user')).toHaveStatus(200)
    expect(await client.get('/')).toHaveStatus(200)
    expect(upstream.calls).toEqual([])
  })
})

describe('A9 an API that refuses the access token', () => {
  test('is asked once more with a new one, and the person notices nothing', async () => {
    upstream.answer = refuse(1, (_call, response) => sendJson(response, 200, noProjects))
    const { client } = await person()
    expect(await client.get('/dashboard')).toHaveStatus(200)
    const [first, second, ...more] = upstream.calls.map(({ headers }) => claimsOf(headers.authorization).jti)
    expect(second).not.toBe(first)
    expect(more).toEqual([])
  })

  test('gets a posted form again, whole, and carries it out once', async () => {
    const { client } = await person()
    const page = await client.open('/dashboard')
    upstream.calls.length = 0
    upstream.answer = refuse(1, (_call, response) => sendJson(response, 201, madeProject))
    const answer = await client.send(page, { name: 'Made', description: 'Twice sent' }, { press: 'Create' })
    expect(answer.isRedirect).toBe(true)
    expect(upstream.calls.map(({ method, body }) => [method, JSON.parse(body)])).toEqual([
      ['POST', { name: 'Made', description: 'Twice sent' }],
      ['POST', { name: 'Made', description: 'Twice sent' }],
    ])
  })

  test('twice in a row: the person signs in again and comes back to where they were', async () => {
    upstream.answer = refuse(2, (_call, response) => sendJson(response, 200, noProjects))
    const { client, email } = await person()
    const answer = await client.get('/dashboard?archived=true')
    expect(answer.target).toMatch(/^\/login\?redirectTo=%2Fdashboard%3Farchived%3Dtrue/)
    expect(upstream.calls).toHaveLength(2)
    expect(await client.follow(answer)).toHaveStatus(200)
    expect(sessionOf(server, email).revoked_at).not.toBeNull()
  })
})

describe('A19 errors of the API', () => {
  test.each([
    [404, 404],
    [403, 403],
    [409, 409],
    [429, 429],
    [500, 502],
    [503, 503],
    [504, 502],
  ])('a status of %i there is a page of %i here, and nobody is signed out', async (there, here) => {
    upstream.answer = (_call, response) => sendJson(response, there, {}, { 'retry-after': '7' })
    const { client } = await person()
    const answer = await client.get('/dashboard')
    expect(answer).toHaveStatus(here)
    expect(answer.html.querySelector('h1')?.textContent).toBeTruthy()
    expect(client.hasRefreshToken).toBe(true)
    upstream.answer = (_call, response) => sendJson(response, 200, noProjects)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('an answer that is no JSON, or JSON of another shape, is 502', async () => {
    const { client } = await person()
    upstream.answer = (_call, response) => void response.writeHead(200).end('<html>')
    expect(await client.get('/dashboard')).toHaveStatus(502)
    upstream.answer = (_call, response) => sendJson(response, 200, { items: 'none' })
    expect(await client.get('/dashboard')).toHaveStatus(502)
  })

  test('a connection that breaks is 502 and leaves the cookie alone', async () => {
    const { client } = await person()
    upstream.answer = (_call, response) => void response.destroy()
    const answer = await client.get('/dashboard')
    expect(answer).toHaveStatus(502)
    expect(answer.setCookies).toEqual([])
  })

  test('a redirect of the API is not followed with the access token', async () => {
    const { client } = await person()
    upstream.answer = (_call, response) =>
      void response.writeHead(302, { location: `${upstream.origin}/elsewhere` }).end()
    expect(await client.get('/dashboard')).toHaveStatus(502)
    expect(upstream.calls.map(({ path }) => path)).not.toContain('/elsewhere')
  })

  test('messages of the API about fields stand beside the fields', async () => {
    const { client } = await person()
    const page = await client.open('/dashboard')
    const refusal = {
      type: 'about:blank',
      title: 'Some of what was entered needs another look',
      status: 400,
      code: 'invalid_input',
      errors: { name: ['That name is on the list of reserved ones'] },
    }
    upstream.answer = ({ method }, response) =>
      method === 'POST' ? sendJson(response, 400, refusal) : sendJson(response, 200, noProjects)
    const answer = await client.send(page, { name: 'Reserved' }, { press: 'Create' })
    expect(answer).toHaveStatus(400)
    expect(answer.text).toContain('That name is on the list of reserved ones')
    expect(answer.html.querySelector('input[name=name]')?.getAttribute('value')).toBe('Reserved')
  })
})
