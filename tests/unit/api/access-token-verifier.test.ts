import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAccessTokenVerifier, createRemoteKeys } from '../../../app/api/index.server.ts'
import { replaceClock } from '../../../app/kernel/index.ts'
import { audience, claimsOf, issuer, type Person, startApi, type TestApi, type TokenChange } from './api-fixture.ts'

let api: TestApi
let person: Person

beforeAll(async () => {
  api = await startApi()
  person = api.addUser()
})

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const inSeconds = (offset: number) => Math.floor(Date.now() / 1_000) + offset

async function expectRefused(accessToken: string, description = 'The access token is not valid') {
  const response = await api.call('GET', '/users/me', { as: accessToken })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe(
    `Bearer realm="cloakroom", error="invalid_token", error_description="${description}"`,
  )
  const problem = await response.json()
  expect(problem).toMatchObject({ code: 'invalid_token', status: 401 })
  expect(JSON.stringify(problem)).not.toContain(accessToken)
}

test('an access token of the issuer is accepted', async () => {
  const response = await api.call('GET', '/users/me', { as: person })
  expect(response.status).toBe(200)
})

test('the claims become a caller with times in milliseconds', async () => {
  const verify = createAccessTokenVerifier({ issuer, audience, keys: async () => api.publicKey })
  const expiresAt = inSeconds(60)
  const claims = { exp: expiresAt, jti: 'j1', roles: ['user', 'auditor'] }
  expect(await verify(await api.mint(person, { claims }))).toMatchObject({
    userId: person.id,
    email: person.email,
    name: person.name,
    roles: ['user'],
    sessionId: 's1',
    clientId: 'cloakroom-bff',
    tokenId: 'j1',
    expiresAt: expiresAt * 1_000,
  })
})

describe('an access token is refused', () => {
  test('that is unsigned (alg none)', async () => {
    const header = { alg: 'none', typ: 'at+jwt', kid: 'k1' }
    await expectRefused(`${encode(header)}.${encode(claimsOf(person))}.`)
    await expectRefused(`${encode(header)}.${encode(claimsOf(person))}.c2ln`)
  })

  test('that is signed by HS256 with the public key as the secret', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(api.publicKey))
    const header = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' }
    await expectRefused(await new SignJWT(claimsOf(person)).setProtectedHeader(header).sign(secret))
  })

  test("that is signed by somebody else's key under our key's id", async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const header = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' }
    await expectRefused(await new SignJWT(claimsOf(person)).setProtectedHeader(header).sign(privateKey))
  })

  test('that brings its own key in the header', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(publicKey)
    const header = { alg: 'ES256', typ: 'at+jwt', jwk, jku: 'https://evil.test/jwks.json' }
    await expectRefused(await new SignJWT(claimsOf(person)).setProtectedHeader(header).sign(privateKey))
  })

  test('whose claims were changed after it was signed', async () => {
    const [header, , signature] = (await api.mint(person)).split('.')
    await expectRefused(`${header}.${encode({ ...claimsOf(person), roles: ['admin'] })}.${signature}`)
  })

  test.each(['not.a.jwt', 'nothing', 'a.b.c.d.e', '...'])('that is no JWT: %s', async (text) => {
    await expectRefused(text)
  })

  const changes: [string, TokenChange][] = [
    ['whose type is JWT', { header: { typ: 'JWT' } }],
    ['without a type', { header: { typ: undefined } }],
    ['whose type is spelt otherwise', { header: { typ: 'AT+JWT' } }],
    ['whose key id is unknown', { header: { kid: 'k2' } }],
    ['of another audience', { claims: { aud: 'another-api' } }],
    ['of another issuer', { claims: { iss: 'https://cloakroom.test/' } }],
    ['that is not valid yet', { claims: { nbf: inSeconds(60) } }],
    ['whose roles are no list', { claims: { roles: 'admin' } }],
    ['whose subject is empty', { claims: { sub: '' } }],
  ]
  test.each(changes)('%s', async (_, change) => {
    await expectRefused(await api.mint(person, change))
  })

  test.each(['iss', 'aud', 'sub', 'client_id', 'iat', 'jti', 'exp', 'roles'])('without %s', async (claim) => {
    await expectRefused(await api.mint(person, { without: claim }))
  })

  test('that has expired, with the reason', async () => {
    await expectRefused(await api.mint(person, { claims: { exp: inSeconds(-10) } }), 'The access token has expired')
  })
})

test("the leeway is five seconds by the house's own clock", async () => {
  const exp = 2_000_000_000
  const accessToken = await api.mint(person, { claims: { exp } })
  const statusAt = async (time: number) => {
    const restore = replaceClock(() => time)
    try {
      return (await api.call('GET', '/users/me', { as: accessToken })).status
    } finally {
      restore()
    }
  }
  expect(await statusAt((exp + 4) * 1_000)).toBe(200)
  expect(await statusAt((exp + 6) * 1_000)).toBe(401)
})

describe('with the key set of an issuer elsewhere', () => {
  /** Serves whatever `answer` holds as the key set and counts how often it is asked. */
  async function serveKeySet(answer: { status: number; body: string }) {
    let asked = 0
    const server = createServer((_, response) => {
      asked += 1
      response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
    const verify = createAccessTokenVerifier({ issuer, audience, keys: createRemoteKeys(url) })
    const close = () => new Promise((resolve) => server.close(resolve))
    return { verify, close, askedTimes: () => asked }
  }

  test('an access token is accepted and the keys are fetched once', async () => {
    const remote = await serveKeySet({ status: 200, body: JSON.stringify({ keys: [api.publicJwk] }) })
    const accessToken = await api.mint(person)
    expect((await remote.verify(accessToken)).userId).toBe(person.id)
    await remote.verify(accessToken)
    expect(remote.askedTimes()).toBe(1)
    await remote.close()
  })

  test('a flood of unknown key ids does not reach the issuer', async () => {
    const remote = await serveKeySet({ status: 200, body: JSON.stringify({ keys: [api.publicJwk] }) })
    for (let index = 0; index < 10; index += 1) {
      const accessToken = await api.mint(person, { header: { kid: `unknown-${index}` } })
      await expect(remote.verify(accessToken)).rejects.toMatchObject({ code: 'invalid_token' })
    }
    expect(remote.askedTimes()).toBe(1)
    await remote.close()
  })

  test.each([
    ['an error', { status: 500, body: '{}' }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['something that is no key set', { status: 200, body: '{"keys":7}' }],
  ])('an issuer that answers with %s is 503, never 401', async (_, answer) => {
    const remote = await serveKeySet(answer)
    await expect(remote.verify(await api.mint(person))).rejects.toMatchObject({
      code: 'unavailable',
      status: 503,
      retryAfterSeconds: 5,
    })
    await remote.close()
  })

  test('an issuer that cannot be reached is 503 with Retry-After, never 401', async () => {
    const remote = await serveKeySet({ status: 200, body: '' })
    await remote.close()
    await expect(remote.verify(await api.mint(person))).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterSeconds: 5,
    })
  })
})
