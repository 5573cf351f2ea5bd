import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Issuer } from '../../../../app/identity/index.server.ts'
import { type KeyPlanSettings, type PlannedKey, planKeys } from '../../../../app/identity/keys/signing-key-plan.ts'
import { deriveKeyRing, deriveSecrets } from '../../../../app/kernel/index.server.ts'
import { ms } from '../../../../app/kernel/index.ts'
import { signingKeys } from '../../../../db/index.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../../../support/issuer.ts'
import { openTestStore } from '../../../support/store.ts'

const day = ms('1d')
/** When nothing that a replaced key has signed is valid any more. */
const untilRetired = testSettings.ACCESS_TOKEN_TTL + ms('10m')
const principal = {
  ...{ userId: 'u', email: 'ada@example.com', name: 'Ada', roles: ['user'] as const },
  ...{ sessionId: 's', amr: ['pwd'], authenticatedAt: 0 },
}
const newest = deriveSecrets([Buffer.alloc(32, 'newest')])
const [older] = testSettings.secrets
if (!older) throw new Error('no secret')

let clock: ReturnType<typeof standingClock>
let house: TestIssuer
beforeEach(async () => {
  clock = standingClock()
  house = await openTestIssuer()
})
afterEach(() => {
  house.close()
  clock.restore()
})

const rows = () => house.database.select().from(signingKeys).all()
const rowOf = (kid: string) => rows().find((row) => row.kid === kid)
const signer = async (issuer: Issuer = house.issuer) =>
  decodeProtectedHeader((await issuer.mintAccessToken(principal)).jwt).kid ?? ''
const published = async (issuer: Issuer = house.issuer) => (await issuer.keySet()).keys.map((key) => key.kid ?? '')
const told = (type: string) => house.events.filter((event) => event.type === type).map((event) => event.detail)

describe('the plan', () => {
  const settings: KeyPlanSettings = { alg: 'ES256', rotateAfterMs: 90 * day, tokenTtlMs: ms('5m') }
  const key = (kid: string, signsFrom: number, more: Partial<PlannedKey> = {}): PlannedKey => ({
    ...{ kid, alg: 'ES256', signsFrom, retiredAt: null, privateKey: {} },
    ...more,
  })
  const nothing = { make: [], bringForward: null, retire: [] }

  it('asks for two keys where there is none that signs', () => {
    expect(planKeys([], 7, settings)).toEqual({ ...nothing, make: [7, 7 + 90 * day] })
    expect(planKeys([key('a', 0, { privateKey: null })], 7, settings).make).toHaveLength(2)
  })
  it('asks for nothing while there is one that signs and a next one', () => {
    expect(planKeys([key('a', 0), key('b', 90 * day)], 89 * day, settings)).toEqual(nothing)
  })
  it('asks for a next key when the last one has taken over', () => {
    expect(planKeys([key('a', 0), key('b', 90 * day)], 90 * day, settings)).toEqual({ ...nothing, make: [180 * day] })
  })
  it('publishes a new key an hour before it signs, however late it is', () => {
    const { make } = planKeys([key('a', 0), key('b', 90 * day)], 400 * day, settings)
    expect(make).toEqual([400 * day + ms('1h')])
  })
  it('retires a key when what it has signed has expired, and a margin later', () => {
    const keys = [key('a', 0), key('b', 90 * day), key('c', 180 * day)]
    const end = 90 * day + ms('15m')
    expect(planKeys(keys, end - 1, settings).retire).toEqual([])
    expect(planKeys(keys, end, settings).retire).toEqual(['a'])
  })
  it('never retires the only key that this process can sign with', () => {
    const keys = [key('a', 0), key('b', 90 * day, { privateKey: null })]
    expect(planKeys(keys, 400 * day, settings).retire).toEqual([])
  })
  it('brings the next key forward when the setting has become shorter', () => {
    const keys = [key('a', 0), key('b', 90 * day)]
    const shorter = { ...settings, rotateAfterMs: 30 * day }
    expect(planKeys(keys, 10 * day, shorter).bringForward).toEqual({ kid: 'b', from: 90 * day, to: 30 * day })
  })
  it('lets keys of an algorithm that is no longer used go at the end of their time', () => {
    const keys = [key('a', 0), key('b', 90 * day), key('o', 0, { alg: 'EdDSA', privateKey: null })]
    expect(planKeys(keys, 90 * day, settings).retire).toEqual([])
    expect(planKeys(keys, 90 * day + ms('15m'), settings).retire).toEqual(['a', 'o'])
  })
  it('does nothing rash when the clock has stepped back before all keys', () => {
    expect(planKeys([key('a', 50 * day), key('b', 140 * day)], 0, settings)).toEqual(nothing)
  })
})

describe('signing keys, left alone', () => {
  it('change every 90 days, overlap, and are wiped when they leave', async () => {
    const first = await signer()
    clock.step(90 * day)
    const second = await signer()
    expect(second).not.toBe(first)
    expect(await published()).toHaveLength(3)
    expect(told('keys.rotated')).toEqual([{ kid: second, alg: 'ES256', cause: 'schedule' }])
    clock.step(untilRetired)
    expect(await published()).not.toContain(first)
    expect(rowOf(first)).toMatchObject({ retiredAt: clock.now(), privateJwk: '' })
    expect(told('keys.retired')).toEqual([{ kid: first, cause: 'replaced' }])
    clock.step(90 * day)
    expect(await signer()).not.toBe(second)
  })

  it('let a token that was signed just before still verify', async () => {
    clock.step(90 * day - 1)
    const kid = await signer()
    clock.step(testSettings.ACCESS_TOKEN_TTL)
    const resolve = house.issuer.verificationKey as (header: object, jws: object) => Promise<unknown>
    expect(await signer()).not.toBe(kid)
    await expect(resolve({ alg: 'ES256', kid }, {})).resolves.toBeDefined()
  })

  it('are changed once, however many processes look at the same moment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloakroom-rotation-'))
    const stores = [1, 2, 3, 4].map(() => openTestStore(`file:${folder}/store.sqlite`))
    try {
      const houses = await Promise.all(stores.map((store) => openTestIssuer({ store })))
      clock.step(90 * day)
      await Promise.all(houses.map(({ issuer }) => issuer.keys.tend()))
      expect(new Set(await Promise.all(houses.map(({ issuer }) => signer(issuer)))).size).toBe(1)
      clock.step(untilRetired)
      await Promise.all(houses.map(({ issuer }) => issuer.keys.tend()))
      const types = houses.flatMap((each) => each.events.map((event) => event.type))
      expect(types.toSorted()).toEqual(['keys.created', 'keys.created', 'keys.created', 'keys.retired', 'keys.rotated'])
      expect(stores[0]?.database.select().from(signingKeys).all()).toHaveLength(3)
    } finally {
      for (const store of stores) store.close()
      rmSync(folder, { recursive: true })
    }
  })
})

describe('rotating on demand', () => {
  it('lets the next key sign at once and keeps the previous one published', async () => {
    const first = await signer()
    clock.step(day)
    const { kid, previous } = await house.issuer.keys.rotate()
    expect(previous).toBe(first)
    expect(await signer()).toBe(kid)
    expect(await published()).toEqual(expect.arrayContaining([first, kid]))
    expect(await published()).toHaveLength(3)
    expect(told('keys.rotated')).toEqual([{ kid, alg: 'ES256', cause: 'command' }])
  })

  it('is noticed by a running server within ten seconds', async () => {
    const other = await openTestIssuer({ store: house })
    clock.step(day)
    const { kid } = await house.issuer.keys.rotate()
    clock.step(10_000)
    expect(await signer(other.issuer)).toBe(kid)
    expect(await published(other.issuer)).toHaveLength(3)
  })
})

describe('retiring on demand', () => {
  it('takes the signing key out at once; the next one takes over and another is made', async () => {
    const first = await signer()
    clock.step(day)
    expect(await house.issuer.keys.retire(first)).toBe('retired')
    expect(await published()).toHaveLength(2)
    expect(await published()).not.toContain(first)
    expect(await published()).toContain(await signer())
    expect(rowOf(first)?.privateJwk).toBe('')
    expect(told('keys.retired')).toEqual([{ kid: first, cause: 'command' }])
  })

  it('makes a running server refuse what that key has signed, within ten seconds', async () => {
    const other = await openTestIssuer({ store: house })
    const kid = await signer(other.issuer)
    clock.step(day)
    await house.issuer.keys.retire(kid)
    clock.step(10_000)
    const resolve = other.issuer.verificationKey as (header: object, jws: object) => Promise<unknown>
    await expect(resolve({ alg: 'ES256', kid }, {})).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  it('refuses the only key', async () => {
    const first = await signer()
    house.database.$client.prepare('delete from signing_keys where kid <> ?').run(first)
    expect(await house.issuer.keys.retire(first)).toBe('only-key')
    expect(rowOf(first)?.retiredAt).toBeNull()
  })

  it('says when there is no such key or it has gone before', async () => {
    const first = await signer()
    clock.step(day)
    expect(await house.issuer.keys.retire('made-up')).toBe('unknown')
    await house.issuer.keys.retire(first)
    expect(await house.issuer.keys.retire(first)).toBe('already-retired')
  })
})

describe('a new secret in front of the old one', () => {
  const rotated = () => openTestIssuer({ store: house, settings: { secrets: [...newest, older] } })
  const secretId = () => rows().map((row) => decodeProtectedHeader(row.privateJwk).kid)

  it('encrypts the private signing keys anew at start, and nothing signs differently', async () => {
    const kid = await signer()
    const after = await rotated()
    expect(secretId()).toEqual([newest[0]?.id, newest[0]?.id])
    expect(await signer(after.issuer)).toBe(kid)
    expect(after.events).toEqual([
      { type: 'keys.rotated', outcome: 'success', detail: { secret: newest[0]?.id, resealed: 2 } },
    ])
    const alone = await openTestIssuer({ store: house, settings: { secrets: newest } })
    expect(await signer(alone.issuer)).toBe(kid)
  })

  it('ends no session: its ticket verifies and is encrypted with the new one when it rotates', async () => {
    const registered = await house.issuer.register(ada, visitor, null)
    if (registered.kind !== 'signed-in') throw new Error(registered.kind)
    const { issuer } = await rotated()
    const { refreshToken } = registered.ticket
    expect(await issuer.present(refreshToken, { prefetch: false, visitor })).toMatchObject({ kind: 'signed-in' })
    expect([...(await issuer.keys.countSessionsBySecret())]).toEqual([[older.id, 1]])
    clock.step(ms('6m'))
    const again = await issuer.present(refreshToken, { prefetch: false, visitor })
    expect(again.kind === 'signed-in' && again.ticket?.refreshToken.startsWith(`${newest[0]?.id}.`)).toBe(true)
    expect([...(await issuer.keys.countSessionsBySecret())]).toEqual([[newest[0]?.id, 1]])
  })

  it('can be undone: keys are encrypted with what stays', async () => {
    const { issuer } = await rotated()
    expect(await issuer.keys.reencryptWith(deriveKeyRing([older], 'signing-keys'))).toEqual([older.id])
    const back = await openTestIssuer({ store: house, settings: { secrets: [older] } })
    expect(rows()).toHaveLength(2)
    expect(back.events).toEqual([])
  })
})

describe('a store that cannot answer', () => {
  it('does not stop a server that has its keys', async () => {
    const kid = await signer()
    const { prepare } = house.database.$client
    clock.step(day)
    house.database.$client.prepare = () => {
      throw Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' })
    }
    const resolve = house.issuer.verificationKey as (header: object, jws: object) => Promise<unknown>
    expect(await signer()).toBe(kid)
    await expect(resolve({ alg: 'ES256', kid }, {})).resolves.toBeDefined()
    // Not knowing a key is no verdict while nobody can be asked.
    await expect(resolve({ alg: 'ES256', kid: 'made-up' }, {})).rejects.toMatchObject({ code: 'unavailable' })
    house.database.$client.prepare = prepare
  })
})
