import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ada, testSettings, visitor } from '../../../support/issuer.ts'
import { SoftAuthenticator } from '../../../support/soft-authenticator.ts'
import { addApp, codeOf, factorsOf, nothingHeld, signIn } from '../factors/factor-house.ts'
import {
  accountOf,
  anybody,
  day,
  type House,
  held,
  hour,
  isAlive,
  lastCode,
  openHouse,
  phrase,
  settle,
  signInWith,
} from './recovery-house.ts'

const bob = { name: 'Bob', email: 'bob@example.com', password: 'another ordinary sentence' }

let house: House
let here: Awaited<ReturnType<typeof settle>>
beforeEach(async () => {
  house = await openHouse()
  here = await settle(house)
})
afterEach(() => house.end())

const recovery = () => house.issuer.recovery
const ask = (email: string, current = ada.password, principal = here.principal) =>
  recovery().requestAddressChange({ email, current }, principal, visitor, held)
const confirm = (code: string, principal = here.principal) => recovery().confirmAddressChange(code, principal, visitor)
const undo = (code: string) => recovery().undoAddressChange(code, visitor)

const actor = () => ({ userId: here.principal.userId, email: ada.email, sessionId: here.principal.sessionId })

async function addPasskey(name: string): Promise<SoftAuthenticator> {
  const phone = new SoftAuthenticator(testSettings.APP_ORIGIN)
  const options = await factorsOf(house).startPasskey({ ...actor(), name: 'Ada' })
  const added = await factorsOf(house).addPasskey(actor(), { response: phone.register(options), name }, visitor)
  if (added.kind !== 'added') throw new Error(added.kind)
  return phone
}

async function signInBy(phone: SoftAuthenticator) {
  const response = phone.prove(await factorsOf(house).requestSignInPasskey('browser'))
  return factorsOf(house).signInWithPasskey({ response, binding: 'browser', remember: false }, visitor, nothingHeld)
}

/** What a browser keeps that was trusted in a second step with the app. */
async function trustMarkOf(key: string): Promise<string> {
  const step = await signIn(house)
  if (step.kind !== 'second-factor-required') throw new Error(step.kind)
  const input = { ticket: step.ticket, proof: { code: codeOf(key) }, trust: true }
  const done = await factorsOf(house).completeStep(input, visitor, nothingHeld)
  if (done.kind !== 'signed-in' || done.trustMark === null) throw new Error(done.kind)
  return done.trustMark
}

async function moveTo(email: string): Promise<void> {
  await ask(email)
  const result = await confirm(lastCode(house, 'confirm-new-address', email))
  if (result.kind !== 'changed') throw new Error(result.kind)
}

describe('a change of address', () => {
  test('happens when the new address confirms and is announced to the old one', async () => {
    expect(await ask('new@example.com')).toEqual({ kind: 'mail-sent' })
    expect(accountOf(house).email).toBe(ada.email)
    expect(await confirm(lastCode(house, 'confirm-new-address'))).toEqual({ kind: 'changed' })
    expect(accountOf(house)).toMatchObject({ email: 'new@example.com', emailKey: 'new@example.com' })
    expect(house.mails.at(-1)).toMatchObject({ kind: 'address-changed', to: ada.email })
    expect((await signInWith(house, ada.password, 'new@example.com')).kind).toBe('signed-in')
    expect((await signInWith(house, ada.password, ada.email)).kind).toBe('invalid-credentials')
    expect(await isAlive(house, here)).toBe(true)
  })

  test('ends the other sessions and keeps the one that confirms', async () => {
    const other = await signInWith(house, ada.password)
    if (other.kind !== 'signed-in') throw new Error(other.kind)
    await moveTo('new@example.com')
    expect(await isAlive(house, other)).toBe(false)
    expect(await isAlive(house, here)).toBe(true)
    const ended = house.events.filter(({ type }) => type === 'session.revoked')
    expect(ended.map(({ detail }) => detail)).toEqual([{ reason: 'address-changed' }])
  })

  test('needs the password', async () => {
    expect(await ask('new@example.com', 'surely not the password')).toEqual({ kind: 'wrong-password' })
    expect(house.mails.filter(({ kind }) => kind === 'confirm-new-address')).toEqual([])
  })

  test('to the address it has is none, whatever the case', async () => {
    expect(await ask('ADA@example.com')).toEqual({ kind: 'same-address' })
  })

  test('to a taken address answers alike; its owner is told, and the code is nobody’s', async () => {
    await house.issuer.createAccount(bob)
    expect(await ask(bob.email)).toEqual(await ask('free@example.com'))
    expect(house.mails.findLast(({ to }) => to === bob.email)).toMatchObject({ kind: 'address-taken' })
    expect(house.mails.filter(({ to, kind }) => to === bob.email && kind !== 'address-taken')).toEqual([])
  })

  test('tells nobody by a code that dies whether an address has an account', async () => {
    await house.issuer.createAccount(bob)
    for (const asked of [bob.email, 'free@example.com']) {
      await ask('mine@example.com')
      const code = lastCode(house, 'confirm-new-address', 'mine@example.com')
      await ask(asked)
      expect(await confirm(code)).toEqual({ kind: 'code-refused' })
    }
    expect(accountOf(house).email).toBe(ada.email)
  })

  test('to an address that was taken meanwhile is refused', async () => {
    await ask(bob.email)
    await house.issuer.createAccount(bob)
    expect(await confirm(lastCode(house, 'confirm-new-address'))).toEqual({ kind: 'email-taken' })
    expect(accountOf(house).email).toBe(ada.email)
  })

  test('takes nobody else’s code', async () => {
    await house.issuer.createAccount(bob)
    await ask('new@example.com')
    expect(await confirm(lastCode(house, 'confirm-new-address'), anybody('somebody else'))).toEqual({
      kind: 'code-refused',
    })
    expect(accountOf(house).email).toBe(ada.email)
  })

  test('happens once for twenty confirmations at once', async () => {
    await ask('new@example.com')
    const code = lastCode(house, 'confirm-new-address')
    const results = await Promise.all(Array.from({ length: 20 }, () => confirm(code)))
    expect(results.filter(({ kind }) => kind === 'changed')).toHaveLength(1)
    expect(house.mails.filter(({ kind }) => kind === 'address-changed')).toHaveLength(1)
  })

  test('is told to an address that nobody ever confirmed without a way to take the account', async () => {
    const typo = await house.issuer.register(bob, visitor, null)
    if (typo.kind !== 'signed-in') throw new Error(typo.kind)
    await ask('bob.right@example.com', bob.password, typo.principal)
    expect(await confirm(lastCode(house, 'confirm-new-address'), typo.principal)).toEqual({ kind: 'changed' })
    expect(house.mails.at(-1)).toMatchObject({ kind: 'address-changed', to: bob.email, undoCode: null })
  })
})

describe('undoing a change of address', () => {
  test('works for a week, ends every session and the password, and is told', async () => {
    await moveTo('thief@example.com')
    house.clock.step(7 * day - 1)
    expect(await undo(lastCode(house, 'address-changed'))).toEqual({ kind: 'restored' })
    expect(accountOf(house).email).toBe(ada.email)
    expect(await isAlive(house, here)).toBe(false)
    expect((await signInWith(house, ada.password)).kind).toBe('invalid-credentials')
    expect(house.mails.at(-1)).toMatchObject({ kind: 'address-restored', to: ada.email })
    await recovery().requestReset(ada.email, visitor)
    const input = { code: lastCode(house, 'reset-password'), password: phrase, factor: '' }
    expect(await recovery().resetPassword(input, visitor, held)).toEqual({ kind: 'reset' })
    expect((await signInWith(house, phrase)).kind).toBe('signed-in')
  })

  test('does not work later than that, or twice', async () => {
    await moveTo('new@example.com')
    const code = lastCode(house, 'address-changed')
    house.clock.step(7 * day)
    expect(await undo(code)).toEqual({ kind: 'code-refused' })
    const later = await signInWith(house, ada.password, 'new@example.com')
    if (later.kind !== 'signed-in') throw new Error(later.kind)
    await ask('newer@example.com', ada.password, later.principal)
    await confirm(lastCode(house, 'confirm-new-address', 'newer@example.com'), later.principal)
    const newer = lastCode(house, 'address-changed')
    expect(await undo(newer)).toEqual({ kind: 'restored' })
    expect(await undo(newer)).toEqual({ kind: 'code-refused' })
  })

  test('outlives a thief who changes address and password again and again', async () => {
    await moveTo('thief@example.com')
    const owners = lastCode(house, 'address-changed', ada.email)
    house.clock.step(1_000)
    await moveTo('thief.two@example.com')
    const thiefs = lastCode(house, 'address-changed', 'thief@example.com')
    const changed = await recovery().changePassword(
      { current: ada.password, password: phrase },
      here.principal,
      visitor,
      held,
    )
    expect(changed.kind).toBe('signed-in')
    await recovery().requestReset('thief.two@example.com', visitor)
    const thiefsReset = lastCode(house, 'reset-password')
    expect(await undo(owners)).toEqual({ kind: 'restored' })
    expect(await undo(thiefs)).toEqual({ kind: 'code-refused' })
    expect(await recovery().resetPassword({ code: thiefsReset, password: phrase, factor: '' }, visitor, held)).toEqual({
      kind: 'code-refused',
    })
    expect(accountOf(house).email).toBe(ada.email)
    expect(changed.kind === 'signed-in' && (await isAlive(house, changed))).toBe(false)
  })

  test('removes the factors of a thief, added in the week before or after, and tells of each', async () => {
    const early = await addPasskey('before')
    house.clock.step(hour)
    await moveTo('thief@example.com')
    const owners = lastCode(house, 'address-changed')
    house.clock.step(hour)
    const late = await addPasskey('after')
    await addApp(house, actor())
    expect(await undo(owners)).toEqual({ kind: 'restored' })
    for (const phone of [early, late]) expect((await signInBy(phone)).kind).toBe('factor-refused')
    const left = await factorsOf(house).overview(here.principal.userId)
    expect(left).toEqual({ totp: null, passkeys: [], recoveryCodesLeft: 0 })
    const removed = house.events.filter(({ type }) => type === 'factor.removed').map(({ detail }) => detail?.factor)
    expect(removed.sort()).toEqual(['passkey', 'passkey', 'totp'])
    await recovery().requestReset(ada.email, visitor)
    const input = { code: lastCode(house, 'reset-password'), password: phrase, factor: '' }
    expect(await recovery().resetPassword(input, visitor, held)).toEqual({ kind: 'reset' })
  })

  test('keeps the factors that were there for longer, but no codes made anew and no trusted browser', async () => {
    const phone = await addPasskey('own')
    const { key } = await addApp(house, actor())
    house.clock.step(8 * day)
    const trustMark = await trustMarkOf(key)
    const signedIn = await signInBy(phone)
    if (signedIn.kind !== 'signed-in') throw new Error(signedIn.kind)
    here = signedIn
    const thiefs = (await factorsOf(house).renewRecoveryCodes(actor(), visitor)) ?? []
    await moveTo('thief@example.com')
    expect(await undo(lastCode(house, 'address-changed'))).toEqual({ kind: 'restored' })
    const left = await factorsOf(house).overview(here.principal.userId)
    expect(left).toMatchObject({ totp: {}, passkeys: [{ name: 'own' }], recoveryCodesLeft: 0 })
    await recovery().requestReset(ada.email, visitor)
    const code = lastCode(house, 'reset-password')
    const resetWith = (factor: string) => recovery().resetPassword({ code, password: phrase, factor }, visitor, held)
    expect((await resetWith('')).kind).toBe('factor-required')
    expect((await resetWith(thiefs[0] ?? '')).kind).toBe('factor-refused')
    house.clock.step(60_000)
    expect(await resetWith(codeOf(key))).toEqual({ kind: 'reset' })
    const again = await signIn(house, { ...ada, password: phrase }, trustMark)
    expect(again.kind).toBe('second-factor-required')
    expect((await signInBy(phone)).kind).toBe('signed-in')
  })

  test('is refused when somebody else has an account there by now', async () => {
    await moveTo('new@example.com')
    // From before addresses were kept for those who may have them back.
    house.database.run('update one_time_codes set reserved_email_key = null')
    await house.issuer.createAccount({ ...bob, email: ada.email })
    expect(await undo(lastCode(house, 'address-changed'))).toEqual({ kind: 'email-taken' })
  })
})
