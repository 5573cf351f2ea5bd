import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findSigningKey } from '../../../../app/identity/keys/signing-key-plan.ts'
import { deriveSecrets } from '../../../../app/kernel/index.server.ts'
import { type SqliteDatabase, signingKeys } from '../../../../db/index.ts'
import { openTestIssuer, standingClock, testSettings } from '../../../support/issuer.ts'
import { openCountedStore, openTestStore, type TestStore } from '../../../support/store.ts'

const day = 86_400_000
const principal = {
  ...{ userId: 'u', email: 'ada@example.com', name: 'Ada', roles: ['user'] as const },
  ...{ sessionId: 's', amr: ['pwd'], authenticatedAt: 0 },
}

let clock: ReturnType<typeof standingClock>
let store: TestStore
beforeEach(() => {
  clock = standingClock()
  store = openTestStore()
})
afterEach(() => {
  store.close()
  clock.restore()
})

const rowsOf = (database: SqliteDatabase) => database.select().from(signingKeys).all()
const mint = async (house: Awaited<ReturnType<typeof openTestIssuer>>) =>
  decodeProtectedHeader((await house.issuer.mintAccessToken(principal)).jwt)

describe('the first start', () => {
  it('makes the current key and the next, and publishes both', async () => {
    const { issuer, events } = await openTestIssuer({ store })
    const { keys } = await issuer.keySet()
    expect(keys).toHaveLength(2)
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
      expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' })
    }
    const times = rowsOf(store.database).map((row) => row.signsFrom - clock.now())
    expect(times.toSorted((a, b) => a - b)).toEqual([0, 90 * day])
    expect(events.filter((event) => event.type === 'keys.created')).toHaveLength(2)
  })

  it('is the only one that makes keys', async () => {
    await openTestIssuer({ store })
    const before = rowsOf(store.database)
    await openTestIssuer({ store })
    expect(rowsOf(store.database)).toEqual(before)
  })

  it('may happen in two processes at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloakroom-keys-'))
    try {
      const stores = [1, 2, 3].map(() => openTestStore(`file:${folder}/store.sqlite`))
      const houses = await Promise.all(stores.map((each) => openTestIssuer({ store: each })))
      const sets = await Promise.all(houses.map(({ issuer }) => issuer.keySet()))
      expect(sets[0]?.keys).toHaveLength(2)
      for (const set of sets) expect(set).toEqual(sets[0])
      expect(new Set((await Promise.all(houses.map(mint))).map((header) => header.kid)).size).toBe(1)
      expect(houses.flatMap((house) => house.events)).toHaveLength(2)
      for (const each of stores) each.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('a private key', () => {
  it('is never in the store in the clear', async () => {
    await openTestIssuer({ store })
    for (const row of rowsOf(store.database)) {
      const parts = row.privateJwk.split('.')
      expect(parts).toHaveLength(5)
      expect(decodeProtectedHeader(row.privateJwk)).toEqual({
        ...{ alg: 'dir', enc: 'A256GCM', cty: 'jwk+json' },
        kid: testSettings.secrets[0]?.id,
      })
      const everything = Buffer.concat([
        Buffer.from(JSON.stringify(row)),
        ...parts.map((part) => Buffer.from(part, 'base64url')),
      ])
      expect(everything.toString('latin1')).not.toMatch(/"d"|\\"d\\"/)
      expect(JSON.parse(row.publicJwk)).not.toHaveProperty('d')
    }
  })

  it('opens under an older secret that is still listed', async () => {
    const [secret] = testSettings.secrets
    if (!secret) throw new Error('no secret')
    const before = await mint(await openTestIssuer({ store }))
    const newest = deriveSecrets([Buffer.alloc(32, 'newest')])
    const after = await openTestIssuer({ store, settings: { secrets: [...newest, secret] } })
    expect((await mint(after)).kid).toBe(before.kid)
    expect(rowsOf(store.database)).toHaveLength(2)
  })

  it('gives way to a new one when its secret is gone, while its public half stays published', async () => {
    const before = await mint(await openTestIssuer({ store }))
    const house = await openTestIssuer({ store, settings: { secrets: deriveSecrets([Buffer.alloc(32, 'other')]) } })
    expect((await mint(house)).kid).not.toBe(before.kid)
    expect((await house.issuer.keySet()).keys.map((key) => key.kid)).toContain(before.kid)
  })

  it('signs for no other row than its own', async () => {
    await openTestIssuer({ store })
    const [first, second] = rowsOf(store.database)
    if (!first || !second) throw new Error('no keys')
    const swap = store.database.$client.prepare('update signing_keys set private_jwk = ? where kid = ?')
    swap.run(second.privateJwk, first.kid)
    swap.run(first.privateJwk, second.kid)
    const kid = (await mint(await openTestIssuer({ store }))).kid
    expect([first.kid, second.kid]).not.toContain(kid)
  })
})

describe('the key that signs', () => {
  it('is the next one from its day on', async () => {
    const house = await openTestIssuer({ store })
    const first = (await mint(house)).kid
    clock.step(90 * day - 1)
    expect((await mint(house)).kid).toBe(first)
    clock.step(1)
    const second = (await mint(house)).kid
    expect(second).not.toBe(first)
    expect((await house.issuer.keySet()).keys.map((key) => key.kid).toSorted()).toEqual([first, second].toSorted())
  })

  it('follows the setting, and the others stay published', async () => {
    const before = (await mint(await openTestIssuer({ store }))).kid
    const house = await openTestIssuer({ store, settings: { ACCESS_TOKEN_ALG: 'EdDSA' } })
    expect((await mint(house)).alg).toBe('EdDSA')
    const { keys } = await house.issuer.keySet()
    expect(keys.map((key) => key.alg).toSorted()).toEqual(['ES256', 'ES256', 'EdDSA', 'EdDSA'])
    expect(keys.map((key) => key.kid)).toContain(before)
  })

  const key = (signsFrom: number, more: object = {}) =>
    ({ alg: 'ES256', signsFrom, privateKey: {}, retiredAt: null, ...more }) as Parameters<
      typeof findSigningKey
    >[0][number]
  it('is the newest whose time has come', () => {
    expect(findSigningKey([key(1), key(5), key(9)], 'ES256', 6)?.signsFrom).toBe(5)
  })
  it('is never one that retired, has another algorithm or cannot be opened', () => {
    const others = [key(5, { retiredAt: 6 }), key(5, { alg: 'EdDSA' }), key(5, { privateKey: null })]
    expect(findSigningKey([key(1), ...others], 'ES256', 6)?.signsFrom).toBe(1)
    expect(findSigningKey(others, 'ES256', 6)).toBeNull()
  })
  it('is the oldest when the clock has stepped back before all of them', () => {
    expect(findSigningKey([key(5), key(9)], 'ES256', 1)?.signsFrom).toBe(5)
  })
})

describe('an unknown kid', () => {
  const resolve = (house: Awaited<ReturnType<typeof openTestIssuer>>, kid: string) =>
    (house.issuer.verificationKey as (header: object, jws: object) => Promise<unknown>)({ alg: 'ES256', kid }, {})

  it('costs one query in ten seconds at most', async () => {
    const counted = openCountedStore()
    const house = await openTestIssuer({ store: counted })
    clock.step(10_000)
    counted.taken()
    for (let turn = 0; turn < 20; turn++) await expect(resolve(house, `made-up-${turn}`)).rejects.toThrow()
    expect(counted.taken()).toHaveLength(1)
    clock.step(10_000)
    await expect(resolve(house, 'made-up')).rejects.toThrow()
    expect(counted.taken()).toHaveLength(1)
    counted.close()
  })

  it('is found when another process has made that key meanwhile', async () => {
    const house = await openTestIssuer({ store })
    const other = await openTestIssuer({ store, settings: { secrets: deriveSecrets([Buffer.alloc(32, 'other')]) } })
    const { kid = '' } = await mint(other)
    clock.step(10_000)
    await expect(resolve(house, kid)).resolves.toBeDefined()
  })

  it('never answers once a key has retired', async () => {
    const { kid = '' } = await mint(await openTestIssuer({ store }))
    store.database.update(signingKeys).set({ retiredAt: 1 }).run()
    const house = await openTestIssuer({ store })
    await expect(resolve(house, kid)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    expect((await house.issuer.keySet()).keys.map((key) => key.kid)).not.toContain(kid)
  })
})
