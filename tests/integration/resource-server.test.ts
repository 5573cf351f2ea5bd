import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintAccessToken } from '../support/access-tokens.ts'
import type { Answer } from '../support/answer.ts'
import { exchange } from '../support/browser-client.ts'
import { makeAdmin, rowsOf, signedInClient } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ standAloneApi: true })
})
afterAll(() => server.stop())

function call(path: string, authorization?: string, method = 'GET', body?: unknown): Promise<Answer> {
  const headers = {
    ...(authorization === undefined ? {} : { authorization }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  return exchange(server.apiOrigin ?? '', method, path, {
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function bearer(env: Record<string, string> = {}): Promise<{ authorization: string; email: string }> {
  const { person } = await signedInClient(server)
  return { authorization: `Bearer ${await mintAccessToken(server, person.email, env)}`, email: person.email }
}

function parts(authorization: string): [header: Record<string, unknown>, claims: Record<string, unknown>] {
  const [header = '', claims = ''] = authorization.replace('Bearer ', '').split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
  return [read(header), read(claims)]
}

describe('A5 claims of an access token', () => {
  test('are those of RFC 9068, with name, email and roles', async () => {
    const { authorization, email } = await bearer()
    const [header, claims] = parts(authorization)
    expect(header).toMatchObject({ typ: 'at+jwt', alg: 'ES256', kid: expect.any(String) })
    expect(claims).toMatchObject({
      iss: server.origin,
      aud: 'cloakroom-api',
      sub: rowsOf(server, email).user?.id,
      email,
      name: 'Ada',
      roles: ['user'],
      client_id: expect.any(String),
      jti: expect.any(String),
    })
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300)
  })
})

describe('A15 GET /users/me', () => {
  test('answers who the access token is about', async () => {
    const { authorization, email } = await bearer()
    const answer = await call('/users/me', authorization)
    expect(answer).toHaveStatus(200)
    expect(answer.json()).toMatchObject({ email, roles: ['user'] })
    expect(answer.body).not.toContain('argon2')
  })
})

describe('A18 challenges', () => {
  test('no credentials: 401 with a bare Bearer challenge', async () => {
    const answer = await call('/users/me')
    expect(answer).toBeProblem(401, 'sign_in_required')
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer\b/)
    expect(answer.headers['www-authenticate']).not.toContain('error=')
  })

  test('a cookie is not a credential here', async () => {
    const { client } = await signedInClient(server)
    const headers = { cookie: client.jar.header() ?? '' }
    expect(await exchange(server.apiOrigin ?? '', 'GET', '/users/me', { headers })).toHaveStatus(401)
  })

  test('a refresh token is not an access token', async () => {
    const { client } = await signedInClient(server)
    const answer = await call('/users/me', `Bearer ${client.refreshToken}`)
    expect(answer).toHaveStatus(401)
    expect(answer.headers['www-authenticate']).toMatch(/error="invalid_token"/)
  })

  test('an access token that has expired: invalid_token and a description', async () => {
    const { authorization } = await bearer()
    await server.advance(400_000)
    const answer = await call('/users/me', authorization)
    expect(answer).toBeProblem(401, 'invalid_token')
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_token", error_description="[^"]+"/)
    await server.advance(-400_000)
    expect(await call('/users/me', authorization)).toHaveStatus(200)
  })

  test('an access token for another audience or of another issuer', async () => {
    const audience = await bearer({ ACCESS_TOKEN_AUDIENCE: 'another-api' })
    const issuer = await bearer({ APP_ORIGIN: 'http://localhost:1' })
    expect(await call('/users/me', audience.authorization)).toBeProblem(401, 'invalid_token')
    expect(await call('/users/me', issuer.authorization)).toBeProblem(401, 'invalid_token')
  })

  test.each([
    ['the algorithm none', { alg: 'none' }, () => ''],
    [
      'a signature by a shared secret',
      { alg: 'HS256' },
      (text: string) => createHmac('sha256', 'x').update(text).digest('base64url'),
    ],
    ['an ordinary JWT type', { typ: 'JWT' }, null],
    ['an unknown key', { kid: 'unknown' }, null],
    ['a key that comes with the token', { jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }, kid: undefined }, null],
  ] as const)('%s is refused', async (_what, header, sign) => {
    const { authorization } = await bearer()
    const [genuineHeader] = parts(authorization)
    const [, claims = '', signature = ''] = authorization.replace('Bearer ', '').split('.')
    const forgedHeader = Buffer.from(JSON.stringify({ ...genuineHeader, ...header })).toString('base64url')
    const forged = `${forgedHeader}.${claims}.${sign ? sign(`${forgedHeader}.${claims}`) : signature}`
    const answer = await call('/users/me', `Bearer ${forged}`)
    expect([400, 401]).toContain(answer.status)
    expect(answer.headers['www-authenticate']).toMatch(/error="invalid_(token|request)"/)
  })

  test('claims that were altered are refused', async () => {
    const { authorization } = await bearer()
    const [header, claims] = parts(authorization)
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signature = authorization.split('.')[2]
    const forged = `${encode(header)}.${encode({ ...claims, roles: ['user', 'admin'] })}.${signature}`
    expect(await call('/admin/users', `Bearer ${forged}`)).toBeProblem(401, 'invalid_token')
  })
})

describe('A14 the API authorises on its own', () => {
  test('an access token without the role is 403 with insufficient_scope', async () => {
    const { authorization } = await bearer()
    const answer = await call('/admin/users', authorization)
    expect(answer).toBeProblem(403, 'admin_required')
    expect(answer.json()).toMatchObject({ title: 'Admin access required' })
    expect(answer.headers['www-authenticate']).toContain('insufficient_scope')
  })

  test('an access token with the role lists people', async () => {
    const { person } = await signedInClient(server)
    makeAdmin(server, person.email)
    const answer = await call('/admin/users?limit=5', `Bearer ${await mintAccessToken(server, person.email)}`)
    expect(answer).toHaveStatus(200)
    expect(answer.json<{ items: object[] }>().items.length).toBeGreaterThan(0)
  })
})

describe('A16 projects over HTTP', () => {
  test('create, read, change, list and delete', async () => {
    const { authorization } = await bearer()
    const created = await call('/projects', authorization, 'POST', { name: 'By script', description: '' })
    expect(created).toHaveStatus(201)
    const { id } = created.json<{ id: string }>()
    expect(created.location).toBe(`/projects/${id}`)
    expect((await call(`/projects/${id}`, authorization)).json()).toMatchObject({ name: 'By script' })
    expect((await call(`/projects/${id}`, authorization, 'PATCH', { archived: true })).json()).toMatchObject({
      archivedAt: expect.any(Number),
    })
    expect((await call('/projects', authorization)).json()).toMatchObject({ total: 0 })
    expect((await call('/projects?archived=true', authorization)).json()).toMatchObject({ total: 1 })
    expect(await call(`/projects/${id}`, authorization, 'DELETE')).toHaveStatus(204)
    expect(await call(`/projects/${id}`, authorization)).toBeProblem(404, 'not_found')
  })

  test('another person with a good access token finds nothing', async () => {
    const owner = await bearer()
    const stranger = await bearer()
    const created = await call('/projects', owner.authorization, 'POST', { name: 'Mine', description: '' })
    const path = `/projects/${created.json<{ id: string }>().id}`
    expect(await call(path, stranger.authorization)).toBeProblem(404, 'not_found')
    expect(await call(path, stranger.authorization, 'PATCH', { name: 'Taken' })).toBeProblem(404, 'not_found')
    expect(await call(path, stranger.authorization, 'DELETE')).toBeProblem(404, 'not_found')
    expect((await call(path, owner.authorization)).json()).toMatchObject({ name: 'Mine' })
  })

  test.each([
    ['an owner', { name: 'x', description: '', ownerId: 'somebody' }],
    ['an id', { name: 'x', description: '', id: 'mine' }],
    ['a prototype', JSON.parse('{"name":"x","description":"","__proto__":{"ownerId":"y"}}')],
  ])('a body that brings %s is refused', async (_what, body) => {
    const { authorization } = await bearer()
    expect(await call('/projects', authorization, 'POST', body)).toBeProblem(400, 'invalid_input')
  })
})
