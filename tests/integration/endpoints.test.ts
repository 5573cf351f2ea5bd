import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, rowsOf, signedInClient, signUp } from '../support/fixtures.ts'
import { findSecrets } from '../support/leaks.ts'
import { startServer, type TestServer } from '../support/server.ts'

const minute = 60_000

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

type SessionAnswer = { user: { id: string; email: string; name: string; roles: string[] }; expires_in: number }

describe.each(['browser', 'plain'] as const)('A23 JSON endpoints for a %s client with a cookie jar', (style) => {
  test('register, ask who is signed in, refresh, sign out, be refused, sign in again', async () => {
    const client = new Client(server, { style })
    const { name, email, password } = newPerson()
    const registered = await client.json('POST', '/bff/register', { name, email, password })
    expect(registered).toHaveStatus(201)
    expect(registered.json<SessionAnswer>()).toMatchObject({ user: { name, email, roles: ['user'] } })
    expect(await client.json('GET', '/bff/user')).toHaveStatus(200)
    expect(await client.json('POST', '/bff/refresh')).toHaveStatus(200)
    expect(await client.json('POST', '/bff/logout')).toHaveStatus(204)
    expect(client.hasRefreshToken).toBe(false)
    expect(await client.json('GET', '/bff/user')).toBeProblem(401, 'sign_in_required')
    const login = await client.json('POST', '/bff/login', { email, password, remember: true })
    expect(login).toHaveStatus(200)
    expect(login.json<SessionAnswer>().expires_in).toBeGreaterThan(7 * 86_400 - 60)
    expect(client.history.flatMap(({ bytes }) => findSecrets(bytes))).toEqual([])
  })

  test('the body carries the person and expires_in, never a token', async () => {
    const client = new Client(server, { style })
    const { name, email, password } = newPerson()
    const answer = await client.json('POST', '/bff/register', { name, email, password })
    const body = answer.json<SessionAnswer>()
    expect(Object.keys(body).toSorted()).toEqual(['expires_in', 'user'])
    expect(Object.keys(body.user).toSorted()).toEqual(['email', 'id', 'name', 'roles'])
    expect(answer.body).not.toContain(client.refreshToken)
  })
})

describe('A23 refusals of the JSON endpoints', () => {
  test('a wrong password is the problem invalid_credentials, like an unknown address', async () => {
    const { email } = await signUp(new Client(server))
    const client = new Client(server)
    const wrong = await client.json('POST', '/bff/login', { email, password: 'this is not the password' })
    const unknown = await client.json('POST', '/bff/login', { ...newPerson() })
    expect(wrong).toBeProblem(401, 'invalid_credentials')
    expect(unknown).toBeProblem(401, 'invalid_credentials')
    const withoutReference = ({ reference: _, ...rest }: Record<string, unknown>) => rest
    expect(withoutReference(wrong.json())).toEqual(withoutReference(unknown.json()))
    expect(wrong.json()).toMatchObject({ title: 'Invalid email or password' })
  })

  test('a taken address is the problem email_taken with a message for its field', async () => {
    const { email } = await signUp(new Client(server))
    const answer = await new Client(server).json('POST', '/bff/register', { ...newPerson(), email })
    expect(answer).toBeProblem(409, 'email_taken')
    expect(answer.json()).toMatchObject({ errors: { email: [expect.any(String)] } })
  })

  test('missing fields are named one by one', async () => {
    const answer = await new Client(server).json('POST', '/bff/register', {})
    expect(answer).toBeProblem(400, 'invalid_input')
    expect(Object.keys(answer.json<{ errors: object }>().errors).toSorted()).toEqual(['email', 'name', 'password'])
  })

  test('anonymous requests for a person are 401 and not a redirect', async () => {
    const client = new Client(server)
    expect(await client.json('GET', '/bff/user')).toBeProblem(401, 'sign_in_required')
    expect(await client.json('POST', '/bff/refresh')).toBeProblem(401, 'sign_in_required')
  })

  test('a call without the CSRF value is refused and changes nothing', async () => {
    const { client, person } = await signedInClient(server)
    const answer = await client.request('POST', '/bff/logout', { headers: { origin: server.origin } })
    expect(answer).toBeProblem(403, 'csrf_refused')
    expect(rowsOf(server, person.email).sessions[0]?.revoked_at).toBeNull()
  })

  test.each([
    ['GET', '/bff/login', 'POST'],
    ['GET', '/bff/logout', 'POST'],
    ['POST', '/bff/user', 'GET'],
    ['PUT', '/bff/login', 'POST'],
    ['DELETE', '/bff/user', 'GET'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allowed) => {
    const { client } = await signedInClient(server)
    const answer = await client.json(method, path)
    expect(answer).toBeProblem(405, 'method_not_allowed')
    expect(answer.headers.allow).toContain(allowed)
  })

  test('whatever else is asked for under /bff/ does not exist', async () => {
    expect(await new Client(server).json('GET', '/bff/nothing')).toBeProblem(404, 'not_found')
  })
})

describe('A7 and A15 who is signed in, and until when', () => {
  test('GET /bff/user says in how many seconds the session ends', async () => {
    const { client, person } = await signedInClient(server)
    const first = (await client.json('GET', '/bff/user')).json<SessionAnswer>()
    expect(first.user).toMatchObject({ email: person.email, name: person.name })
    expect(first.expires_in).toBeGreaterThan(12 * 3_600 - 30)
    await server.advance(90 * minute)
    const later = (await client.json('GET', '/bff/user')).json<SessionAnswer>()
    expect(first.expires_in - later.expires_in).toBeGreaterThanOrEqual(90 * 60)
    expect(first.expires_in - later.expires_in).toBeLessThan(90 * 60 + 30)
  })

  test('refreshing does not move the end', async () => {
    const { client } = await signedInClient(server)
    await server.advance(60 * minute)
    const answer = (await client.json('POST', '/bff/refresh')).json<SessionAnswer>()
    expect(answer.expires_in).toBeLessThanOrEqual(11 * 3_600)
  })
})

describe('A11 what the pages know of the person', () => {
  test('the root loader hands out the person and never a token', async () => {
    const { client, person } = await signedInClient(server)
    const answer = await client.get('/dashboard.data')
    expect(answer).toHaveStatus(200)
    expect(answer.body).toContain(person.email)
    expect(answer.body).not.toContain(client.refreshToken)
    expect(findSecrets(answer.bytes)).toEqual([])
  })
})

describe('A22 and A4 keys and metadata of the issuer', () => {
  test('the key set is public and holds public parts alone, the next key included', async () => {
    const answer = await new Client(server).get('/.well-known/jwks.json')
    expect(answer).toHaveStatus(200)
    const { keys } = answer.json<{ keys: Record<string, string>[] }>()
    expect(keys.length).toBeGreaterThanOrEqual(2)
    for (const key of keys) {
      expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: expect.any(String) })
      expect(Object.keys(key)).not.toContain('d')
    }
    expect(answer.headers['cache-control']).toMatch(/^public/)
    expect(answer.setCookies).toEqual([])
  })

  test('the metadata name the issuer as APP_ORIGIN says, whatever the request claims', async () => {
    const answer = await new Client(server).get('/.well-known/oauth-authorization-server', {
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    })
    expect(answer.json()).toMatchObject({ issuer: server.origin, jwks_uri: `${server.origin}/.well-known/jwks.json` })
  })

  test('private parts of the keys are encrypted in the store', () => {
    const database = server.openDatabase()
    const rows = database.prepare('select * from signing_keys').all()
    database.close()
    expect(rows.length).toBeGreaterThanOrEqual(2)
    expect(JSON.stringify(rows)).not.toMatch(/\\?"d\\?":/)
  })
})
