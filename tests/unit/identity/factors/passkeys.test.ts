import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { spentMarks, users } from '../../../../db/index.ts'
import { standingClock, testSettings } from '../../../support/issuer.ts'
import { type Bent, SoftAuthenticator } from '../../../support/soft-authenticator.ts'
import {
  addApp,
  beginStep,
  bob,
  factorsOf,
  nothingHeld,
  openTestIssuer,
  type Settled,
  settle,
  signIn,
  type TestIssuer,
  visitor,
} from './factor-house.ts'

const minute = 60_000
const browser = 'pre:the browser'

let clock: ReturnType<typeof standingClock>
let house: TestIssuer
let settled: Settled
let phone: SoftAuthenticator

beforeEach(async () => {
  clock = standingClock()
  house = await openTestIssuer()
  settled = await settle(house)
  phone = new SoftAuthenticator(testSettings.APP_ORIGIN)
  expect(await add(settled, phone)).toMatchObject({ kind: 'added' })
})
afterEach(() => {
  house.close()
  clock.restore()
})

async function add({ actor }: Settled, authenticator: SoftAuthenticator, bent: Bent = {}) {
  const options = await factorsOf(house).startPasskey({ ...actor, name: 'Ada' })
  const response = authenticator.register(options, bent)
  return factorsOf(house).addPasskey(actor, { response, name: 'Phone' }, visitor)
}

async function signInBy(authenticator: SoftAuthenticator, bent: Bent = {}, binding = browser) {
  const options = await factorsOf(house).requestSignInPasskey(browser)
  return answer(authenticator.prove(options, bent), binding)
}

const answer = (response: unknown, binding = browser) =>
  factorsOf(house).signInWithPasskey({ response, binding, remember: true }, visitor, nothingHeld)

const lastRefusal = () => house.events.findLast(({ type }) => type === 'factor.refused')?.detail

describe('a passkey', () => {
  it('signs in with two factors, kept signed in if wanted', async () => {
    const result = await signInBy(phone)
    expect(result).toMatchObject({ kind: 'signed-in', session: { persistent: true } })
    expect(result.kind === 'signed-in' && result.principal.amr).toEqual(['hwk', 'user', 'mfa'])
  })

  it('is asked for with verification of its user, for this host only, and named by no account', async () => {
    const options = await factorsOf(house).requestSignInPasskey(browser)
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required', allowCredentials: [] })
    const creation = await factorsOf(house).startPasskey({ ...settled.actor, name: 'Ada' })
    expect(creation).toMatchObject({
      rp: { id: 'localhost' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: phone.credentialId }],
    })
    expect(Buffer.from(creation.user.id, 'base64url').toString()).toBe(settled.actor.userId)
  })

  it('signs in though strangers have used up the tries of the password', async () => {
    for (let guess = 0; guess < 8; guess++) await signIn(house, { ...bob, email: settled.actor.email })
    expect((await signIn(house)).kind).toBe('throttled')
    expect((await signInBy(phone)).kind).toBe('signed-in')
  })

  it.each<[string, Bent]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another host', { rpId: 'evil.example' }],
    ['no verification of its user', { isUserVerified: false }],
    ['a registration in place of a proof', { type: 'webauthn.create' }],
    ['the id of somebody else', { userHandle: Buffer.from('somebody').toString('base64url') }],
    ['an unknown passkey', { credentialId: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('with %s is refused in the same words', async (_what, bent) => {
    expect(await signInBy(phone, bent)).toEqual({ kind: 'factor-refused' })
  })

  it.each([null, 'text', 7, [], {}, { id: 'x', rawId: 'x', type: 'public-key', response: {} }])(
    'is not %j',
    async (response) => {
      expect(await answer(response)).toEqual({ kind: 'factor-refused' })
      expect(lastRefusal()).toEqual({ factor: 'passkey', reason: 'malformed' })
    },
  )

  it('that was removed, or is of a disabled account, signs nobody in', async () => {
    house.database.update(users).set({ disabledAt: 1 }).run()
    expect(await signInBy(phone)).toEqual({ kind: 'account-disabled' })
    house.database.update(users).set({ disabledAt: null }).run()
    const [passkey] = (await factorsOf(house).overview(settled.actor.userId)).passkeys
    expect(await factorsOf(house).removePasskey(settled.actor, passkey?.id ?? '', visitor)).toBe(true)
    expect(await signInBy(phone)).toEqual({ kind: 'factor-refused' })
    expect(lastRefusal()).toEqual({ factor: 'passkey', reason: 'unknown' })
  })

  it('of somebody else can be neither renamed nor removed', async () => {
    const other = await settle(house, bob)
    const [passkey] = (await factorsOf(house).overview(settled.actor.userId)).passkeys
    const id = passkey?.id ?? ''
    expect(await factorsOf(house).renamePasskey(other.actor.userId, id, 'Mine')).toBe(false)
    expect(await factorsOf(house).removePasskey(other.actor, id, visitor)).toBe(false)
    expect((await signInBy(phone)).kind).toBe('signed-in')
  })

  it('that is known already is not added again, not even to another account', async () => {
    const other = await settle(house, bob)
    expect(await add(settled, phone)).toEqual({ kind: 'already-there' })
    expect(await add(other, phone)).toEqual({ kind: 'already-there' })
  })

  it('is not added without verification of its user or from elsewhere', async () => {
    const another = new SoftAuthenticator(testSettings.APP_ORIGIN)
    expect(await add(settled, another, { isUserVerified: false })).toEqual({ kind: 'factor-refused' })
    expect(await add(settled, another, { origin: 'https://evil.example' })).toEqual({ kind: 'factor-refused' })
  })
})

describe('a challenge', () => {
  it('is good for once, of several uses at once too', async () => {
    const options = await factorsOf(house).requestSignInPasskey(browser)
    const response = phone.prove(options)
    const results = await Promise.all(Array.from({ length: 20 }, () => answer(response)))
    expect(results.filter(({ kind }) => kind === 'signed-in')).toHaveLength(1)
    expect(lastRefusal()).toEqual({ factor: 'passkey', reason: 'challenge-used' })
  })

  it('is good for five minutes, and only in the browser that asked', async () => {
    expect(await signInBy(phone, {}, 'pre:another browser')).toEqual({ kind: 'factor-refused' })
    const options = await factorsOf(house).requestSignInPasskey(browser)
    clock.step(5 * minute)
    expect(await answer(phone.prove(options))).toEqual({ kind: 'factor-refused' })
  })

  it('of one purpose never serves another', async () => {
    const ticket = await beginStep(house)
    const forStep = await factorsOf(house).requestStepPasskey(ticket)
    const forReset = await factorsOf(house).requestResetPasskey(settled.actor.userId, browser)
    const forRenewal = await factorsOf(house).requestRenewalPasskey({
      ...settled.signedIn.principal,
      sessionId: browser,
    })
    const forNew = await factorsOf(house).startPasskey({ ...settled.actor, sessionId: browser, name: 'Ada' })
    for (const options of [forStep, forReset, forRenewal, forNew]) {
      if (!options) throw new Error('no options')
      expect(await answer(phone.prove(options))).toEqual({ kind: 'factor-refused' })
    }
  })

  it('is not stored until it is answered, and then not for ever', async () => {
    for (let page = 0; page < 50; page++) await factorsOf(house).requestSignInPasskey(browser)
    const marks = () => house.database.select().from(spentMarks).all().length
    const before = marks()
    await signInBy(phone)
    expect(marks()).toBe(before + 1)
    clock.step(10 * minute)
    await signInBy(phone)
    expect(marks()).toBe(1)
  })
})

describe('a counter', () => {
  it('that goes up is noted; one that stays or goes back gives a copy away', async () => {
    expect((await signInBy(phone, { counter: 7 })).kind).toBe('signed-in')
    for (const counter of [7, 3, 0]) {
      expect(await signInBy(phone, { counter })).toEqual({ kind: 'factor-refused' })
      expect(lastRefusal()).toEqual({ factor: 'passkey', reason: 'counter-went-back' })
    }
    expect((await signInBy(phone, { counter: 8 })).kind).toBe('signed-in')
  })

  it('that is not kept by the authenticator says nothing', async () => {
    expect((await signInBy(phone)).kind).toBe('signed-in')
    expect((await signInBy(phone)).kind).toBe('signed-in')
  })
})

describe('the second step by passkey', () => {
  async function finishBy(authenticator: SoftAuthenticator, bent: Bent = {}) {
    const ticket = await beginStep(house)
    const options = await factorsOf(house).requestStepPasskey(ticket)
    if (!options) throw new Error('no options')
    const response = authenticator.prove(options, bent)
    return factorsOf(house).completeStep({ ticket, proof: { response }, trust: false }, visitor, nothingHeld)
  }

  it('adds to the password', async () => {
    const result = await finishBy(phone)
    expect(result.kind === 'signed-in' && result.principal.amr).toEqual(['pwd', 'hwk', 'user', 'mfa'])
  })

  it('is refused with the passkey of another account', async () => {
    const other = await settle(house, bob)
    const key = new SoftAuthenticator(testSettings.APP_ORIGIN)
    await add(other, key)
    expect(await finishBy(key)).toEqual({ kind: 'factor-refused' })
    expect(lastRefusal()).toEqual({ factor: 'passkey', reason: 'foreign' })
    expect(await finishBy(key, { credentialId: phone.credentialId, userHandle: phone.userHandle })).toEqual({
      kind: 'factor-refused',
    })
  })

  it('is asked for after the password as long as there is a passkey, with or without an app', async () => {
    expect(await signIn(house)).toMatchObject({ methods: { totp: false, passkey: true, recoveryCode: true } })
    expect((await addApp(house, settled.actor)).recoveryCodes).toEqual([])
    expect(await signIn(house)).toMatchObject({ methods: { totp: true, passkey: true, recoveryCode: true } })
  })
})
