import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Issuer } from '../../app/identity/index.server.ts'
import { deriveKeyRing, deriveSecrets } from '../../app/kernel/index.server.ts'
import { AtProvider } from '../support/at-provider.ts'
import { openTestIssuer, standingClock, testSettings, visitor } from '../support/issuer.ts'
import { clientId, clientSecret, type OpenIdProvider, openProvider } from '../support/openid-provider.ts'
import { openTestStore } from '../support/store.ts'

// Issuers in this process, so that two of them can share one store like two nodes; the provider is a real one.
let provider: OpenIdProvider
beforeAll(async () => {
  const opened = await openProvider()
  provider = opened.provider
  await opened.serve(testSettings.APP_ORIGIN, { accessTokenTtl: 120 })
  provider.accounts.set('grace', { email: 'grace@example.com', email_verified: true, name: 'Grace' })
})
afterAll(() => provider.stop())

const clock = standingClock(Date.now())
const start = clock.now()
afterAll(() => clock.restore())
afterEach(() => {
  provider.fault = null
  clock.step(start - clock.now())
})

/** Two issuers over one store, with a session that began at the provider. */
async function signedIn() {
  const store = openTestStore()
  const scopes = ['openid', 'email', 'profile', 'offline_access']
  const entry = { id: 'acme', name: 'Acme', issuer: provider.issuer, clientId, clientSecret, scopes }
  const settings = { providers: [{ ...entry, registration: 'create' as const }] }
  const one = await openTestIssuer({ store, settings })
  const two = await openTestIssuer({ store, settings })
  const { federation } = one.issuer.accountService
  const begun = await federation.begin({ providerId: 'acme', redirectTo: '/', remember: false, link: null })
  if (begun.kind !== 'begun') throw new Error(begun.kind)
  const returned = await new AtProvider('grace').answer(begun.url)
  const held = { refreshToken: null, deviceMark: null, trustMark: null, sessionId: null }
  const result = await federation.complete({ providerId: 'acme', encrypted: begun.encrypted, returned }, visitor, held)
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  const get = (issuer: Issuer) => issuer.accountService.federation.getAccessToken(result.session.id, visitor)
  return { one, two, result, get, store, settings }
}

const refreshes = () => provider.calls.filter((call) => call === 'POST /token').length

describe("B3 the provider's access token", () => {
  test('is kept and not asked for anew while it lives', async () => {
    const { one, get } = await signedIn()
    const before = refreshes()
    const [first, second] = [await get(one.issuer), await get(one.issuer)]
    expect(first).toMatchObject({ kind: 'token' })
    expect(second).toEqual(first)
    expect(refreshes()).toBe(before)
  })

  test('is in the store in no readable form', async () => {
    const { one, get, store } = await signedIn()
    const token = await get(one.issuer)
    const rows = JSON.stringify(store.database.$client.prepare('select * from provider_sessions').all())
    expect(rows).not.toContain(token.kind === 'token' ? token.accessToken : '')
    expect(rows).not.toContain('eyJ')
  })

  test('outlives the secret that it was encrypted with, once it was encrypted anew', async () => {
    const { one, get, store, settings } = await signedIn()
    const before = await get(one.issuer)
    const renewed = deriveSecrets([Buffer.alloc(32, 'new'), Buffer.alloc(32, 'test')])
    await one.issuer.reencryptProviderTokens(deriveKeyRing(renewed, 'providers'))
    const successor = await openTestIssuer({ store, settings: { ...settings, secrets: renewed.slice(0, 1) } })
    expect(await get(successor.issuer)).toEqual(before)
    expect(await get(one.issuer)).toEqual({ kind: 'none' })
  })

  test('is refreshed once, however many ask, in however many processes', async () => {
    const { one, two, get } = await signedIn()
    const old = await get(one.issuer)
    clock.step(180_000)
    const before = refreshes()
    const asking = [one, two].flatMap(({ issuer }) => Array.from({ length: 10 }, () => get(issuer)))
    const tokens = await Promise.all(asking)
    expect(new Set(tokens.map((token) => JSON.stringify(token))).size).toBe(1)
    expect(tokens[0]).toMatchObject({ kind: 'token' })
    expect(tokens[0]).not.toEqual(old)
    expect(refreshes()).toBe(before + 1)
  })

  test('a provider that is down, slow or sends garbage ends no session; afterwards all goes on', async () => {
    const { one, result, get } = await signedIn()
    clock.step(180_000)
    for (const status of [503, 500, 200]) {
      provider.fault = (_request, response) => {
        response.writeHead(status).end('no')
        return true
      }
      await expect(get(one.issuer)).rejects.toMatchObject({ code: 'bad_gateway' })
    }
    provider.fault = (request) => {
      request.socket.destroy()
      return true
    }
    await expect(get(one.issuer)).rejects.toMatchObject({ code: 'bad_gateway' })
    provider.fault = null
    expect(await get(one.issuer)).toMatchObject({ kind: 'token' })
    const presented = await one.issuer.present(result.ticket.refreshToken, { prefetch: false, visitor })
    expect(presented.kind).toBe('signed-in')
  })

  test('`invalid_grant` ends the session', async () => {
    const { one, result, get } = await signedIn()
    await provider.forgetGrants()
    clock.step(180_000)
    expect(await get(one.issuer)).toEqual({ kind: 'ended' })
    const presented = await one.issuer.present(result.ticket.refreshToken, { prefetch: false, visitor })
    expect(presented).toMatchObject({ kind: 'refused', reason: 'revoked' })
    expect(one.events.map(({ type }) => type)).toContain('session.revoked')
  })

  test('follows the session when a renewed proof replaces it', async () => {
    const { one, result } = await signedIn()
    const { principal, ticket } = result
    const held = { refreshToken: ticket.refreshToken, deviceMark: null, persistent: false }
    await one.issuer.createAccount({ name: 'x', email: 'x@example.com', password: 'a quite ordinary sentence' })
    one.database.$client
      .prepare(
        "update users set password_reset_required_at = null, password_hash = (select password_hash from users where email = 'x@example.com') where id = ?",
      )
      .run(principal.userId)
    const renewed = await one.issuer.reauthenticate(principal, 'a quite ordinary sentence', visitor, held)
    if (renewed.kind !== 'signed-in') throw new Error(renewed.kind)
    const { federation } = one.issuer.accountService
    expect(await federation.getAccessToken(renewed.session.id, visitor)).toMatchObject({ kind: 'token' })
    expect(await federation.getAccessToken(result.session.id, visitor)).toEqual({ kind: 'none' })
  })

  test('somebody who signed in with a password has none', async () => {
    const { one } = await signedIn()
    expect(await one.issuer.accountService.federation.getAccessToken('nobody', visitor)).toEqual({ kind: 'none' })
  })
})
