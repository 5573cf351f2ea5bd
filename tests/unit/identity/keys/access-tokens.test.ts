import { createLocalJWKSet, decodeJwt, jwtVerify, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../../../support/issuer.ts'

const expected = { issuer: 'http://localhost:3000', audience: 'cloakroom-api', typ: 'at+jwt' }

let clock: ReturnType<typeof standingClock>
const houses: TestIssuer[] = []
beforeEach(() => {
  clock = standingClock(Date.UTC(2026, 10, 21, 12, 0, 0, 999))
})
afterEach(() => {
  for (const house of houses.splice(0)) house.close()
  clock.restore()
})

async function openHouse(alg: 'ES256' | 'EdDSA' = 'ES256') {
  const house = await openTestIssuer({ settings: { ACCESS_TOKEN_ALG: alg } })
  houses.push(house)
  const signedIn = await house.issuer.register(ada, visitor, null)
  if (signedIn.kind !== 'signed-in') throw new Error(signedIn.kind)
  return { ...house, signedIn }
}
const at = () => ({ ...expected, currentDate: new Date(clock.now()) })

describe.each(['ES256', 'EdDSA'] as const)('an access token signed with %s', (alg) => {
  it('verifies against the published key set, and in the same process', async () => {
    const { issuer, signedIn } = await openHouse(alg)
    const { jwt } = await issuer.mintAccessToken(signedIn.principal)
    const published = createLocalJWKSet(await issuer.keySet())
    const { payload, protectedHeader } = await jwtVerify(jwt, published, { ...at(), algorithms: [alg] })
    expect(protectedHeader).toEqual({ alg, typ: 'at+jwt', kid: expect.any(String) })
    expect((await jwtVerify(jwt, issuer.verificationKey, { ...at(), algorithms: [alg] })).payload).toEqual(payload)
  })
})

it('carries the claims of RFC 9068 and who the person is', async () => {
  const { issuer, signedIn } = await openHouse()
  clock.step(60_000)
  const { jwt, issuedAt, expiresAt } = await issuer.mintAccessToken(signedIn.principal)
  const second = Math.floor(clock.now() / 1_000)
  expect(decodeJwt(jwt)).toEqual({
    iss: 'http://localhost:3000',
    aud: 'cloakroom-api',
    sub: signedIn.principal.userId,
    client_id: 'cloakroom-bff',
    iat: second,
    exp: second + 300,
    jti: expect.stringMatching(/^[\w-]{22}$/),
    auth_time: second - 60,
    amr: ['pwd'],
    sid: signedIn.session.id,
    name: 'Ada',
    email: 'ada@example.com',
    roles: ['user'],
  })
  expect({ issuedAt, expiresAt }).toEqual({ issuedAt: second * 1_000, expiresAt: (second + 300) * 1_000 })
})

it('is a different one every time', async () => {
  const { issuer, signedIn } = await openHouse()
  const ids = [1, 2].map(async () => decodeJwt((await issuer.mintAccessToken(signedIn.principal)).jwt).jti)
  expect(new Set(await Promise.all(ids)).size).toBe(2)
})

it('holds nothing of the refresh token but the session id', async () => {
  const { issuer, signedIn } = await openHouse()
  const { jwt } = await issuer.mintAccessToken(signedIn.principal)
  const [kid = 'x', , , mac = 'x'] = signedIn.ticket.refreshToken.split('.')
  expect(JSON.stringify(decodeJwt(jwt))).not.toMatch(new RegExp(`${kid}|${mac}`))
})

it('is refused when it was signed elsewhere under one of our key ids', async () => {
  const [ours, theirs] = [await openHouse(), await openHouse()]
  const { jwt } = await theirs.issuer.mintAccessToken(theirs.signedIn.principal)
  await expect(jwtVerify(jwt, ours.issuer.verificationKey, at())).rejects.toMatchObject({
    code: 'ERR_JWKS_NO_MATCHING_KEY',
  })
  const { keys } = await ours.issuer.keySet()
  const forged = await new SignJWT(decodeJwt(jwt))
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: keys[0]?.kid ?? '' })
    .sign(new TextEncoder().encode(JSON.stringify(keys[0])))
  await expect(jwtVerify(forged, ours.issuer.verificationKey, at())).rejects.toMatchObject({
    code: 'ERR_JWKS_NO_MATCHING_KEY',
  })
})

it('is refused without a key id', async () => {
  const { issuer } = await openHouse()
  const bare = await new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(new Uint8Array(32))
  await expect(jwtVerify(bare, issuer.verificationKey, at())).rejects.toMatchObject({
    code: 'ERR_JWKS_NO_MATCHING_KEY',
  })
})

it('is described by metadata that promises no endpoint there is not', async () => {
  const { issuer } = await openHouse()
  expect(issuer.metadata()).toEqual({
    issuer: testSettings.APP_ORIGIN,
    jwks_uri: `${testSettings.APP_ORIGIN}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: [],
  })
})
