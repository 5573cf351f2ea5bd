import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { attempts, oneTimeCodes, users } from '../../../../db/index.ts'
import { ada, visitor } from '../../../support/issuer.ts'
import {
  accountOf,
  day,
  type House,
  held,
  hour,
  isAlive,
  lastCode,
  minute,
  openHouse,
  phrase,
  settle,
  signInWith,
} from './recovery-house.ts'

let house: House
beforeEach(async () => {
  house = await openHouse()
})
afterEach(() => house.end())

const recovery = () => house.issuer.recovery
const reset = (code: string, password = phrase) =>
  recovery().resetPassword({ code, password, factor: '' }, visitor, held)
async function askForReset(): Promise<string> {
  await recovery().requestReset(ada.email, visitor)
  return lastCode(house, 'reset-password')
}

describe('a forgotten password', () => {
  test('becomes another one, ends every session, signs nobody in and is told to the owner', async () => {
    const before = await settle(house)
    expect(await reset(await askForReset())).toEqual({ kind: 'reset' })
    expect(await isAlive(house, before)).toBe(false)
    expect((await signInWith(house, ada.password)).kind).toBe('invalid-credentials')
    expect((await signInWith(house, phrase)).kind).toBe('signed-in')
    expect(house.mails).toContainEqual(
      expect.objectContaining({ kind: 'password-changed', how: 'reset', to: ada.email }),
    )
    expect(house.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['password.reset_requested', 'password.reset', 'session.revoked']),
    )
  })

  test('asks in the same words and writes as much for an address without an account', async () => {
    await house.issuer.createAccount(ada)
    const asked: unknown[] = []
    for (const email of [ada.email, 'nobody@example.com']) asked.push(await recovery().requestReset(email, visitor))
    expect(asked[0]).toEqual(asked[1])
    expect(house.mails.map(({ kind, isDecoy }) => [kind, isDecoy])).toEqual([
      ['reset-password', false],
      ['reset-password', true],
    ])
    expect(house.database.select().from(oneTimeCodes).all()).toHaveLength(2)
    const forNobody = house.mails[1]
    expect(forNobody && 'code' in forNobody && (await reset(forNobody.code))).toEqual({ kind: 'code-refused' })
  })

  test('is one of twenty resets at once with the same code', async () => {
    await settle(house)
    const code = await askForReset()
    const passwords = Array.from({ length: 20 }, (_, index) => `${phrase} number ${index}`)
    const results = await Promise.all(passwords.map((password) => reset(code, password)))
    expect(results.filter(({ kind }) => kind === 'reset')).toHaveLength(1)
    expect(results.filter(({ kind }) => kind === 'code-refused')).toHaveLength(19)
    const winner = passwords[results.findIndex(({ kind }) => kind === 'reset')] ?? ''
    expect((await signInWith(house, winner)).kind).toBe('signed-in')
  })

  test('takes no code twice, none that is older than an hour and none but the newest', async () => {
    await settle(house)
    const first = await askForReset()
    const second = await askForReset()
    expect(await reset(first)).toEqual({ kind: 'code-refused' })
    house.clock.step(hour)
    expect(await reset(second)).toEqual({ kind: 'code-refused' })
    const third = await askForReset()
    house.clock.step(hour - 1)
    expect(await reset(third)).toEqual({ kind: 'reset' })
    expect(await reset(third)).toEqual({ kind: 'code-refused' })
    expect(house.events.filter(({ type }) => type === 'code.refused')).toHaveLength(3)
  })

  test('takes no code of another purpose', async () => {
    const { principal } = await settle(house)
    await recovery().requestAddressChange({ email: 'new@example.com', current: ada.password }, principal, visitor, held)
    expect(await reset(lastCode(house, 'confirm-new-address'))).toEqual({ kind: 'code-refused' })
    const code = await askForReset()
    expect(await recovery().confirmAddressChange(code, principal, visitor)).toEqual({ kind: 'code-refused' })
    expect(await recovery().undoAddressChange(code, visitor)).toEqual({ kind: 'code-refused' })
    expect(await recovery().confirmAddress({ code, password: ada.password }, null, visitor, held)).toEqual({
      kind: 'code-refused',
    })
    expect(await reset(code)).toEqual({ kind: 'reset' })
  })

  test('keeps its code for another try when the new password is refused', async () => {
    await settle(house)
    const code = await askForReset()
    expect(await reset(code, 'qwertyuiopasdfg')).toMatchObject({ kind: 'password-refused', reason: 'sequence' })
    expect(await reset(code, 'Ada Ada Ada Ada')).toMatchObject({ kind: 'password-refused' })
    expect(await reset(code)).toEqual({ kind: 'reset' })
  })

  test('frees an account that only a reset can free', async () => {
    await settle(house)
    house.database.delete(attempts).run()
    for (let failure = 0; failure < 100; failure++) {
      const result = await signInWith(house, 'surely not the password')
      if (result.kind === 'throttled') failure--
      house.clock.step(hour)
    }
    expect(await signInWith(house, ada.password)).toMatchObject({ kind: 'throttled', reason: 'reset-required' })
    expect(await reset(await askForReset())).toEqual({ kind: 'reset' })
    expect((await signInWith(house, phrase)).kind).toBe('signed-in')
  })

  test('proves the address of an account that somebody else registered, and ends what they have', async () => {
    const stranger = await house.issuer.register(ada, visitor, null)
    expect(accountOf(house).emailVerifiedAt).toBeNull()
    expect(await reset(await askForReset())).toEqual({ kind: 'reset' })
    expect(accountOf(house).emailVerifiedAt).toBe(house.clock.now())
    expect(stranger.kind === 'signed-in' && (await isAlive(house, stranger))).toBe(false)
    expect((await signInWith(house, ada.password)).kind).toBe('invalid-credentials')
  })

  test('is nothing that a disabled account can have', async () => {
    await settle(house)
    const code = await askForReset()
    house.database.update(users).set({ disabledAt: 1 }).run()
    expect(await reset(code)).toEqual({ kind: 'code-refused' })
    await recovery().requestReset(ada.email, visitor)
    expect(house.mails.at(-1)?.isDecoy).toBe(true)
  })

  test('sends a stranger no more than six mails an hour to one mailbox, silently, and keeps the last code alive', async () => {
    house.end()
    house = await openHouse({ settings: { LIMIT_MAIL_PER_MAILBOX: { points: 6, durationMs: hour } } })
    await house.issuer.createAccount(ada)
    for (let index = 0; index < 20; index++) {
      expect(await recovery().requestReset(ada.email, visitor)).toEqual({ kind: 'mail-sent' })
      expect(await recovery().requestReset('nobody@example.com', visitor)).toEqual({ kind: 'mail-sent' })
    }
    expect(house.mails.filter(({ isDecoy }) => !isDecoy)).toHaveLength(6)
    expect(house.mails.filter(({ isDecoy }) => isDecoy)).toHaveLength(6)
    expect(await reset(lastCode(house, 'reset-password'))).toEqual({ kind: 'reset' })
  })

  test('lets one address guess thirty codes, and a right one does not count', async () => {
    house.end()
    house = await openHouse({ settings: { LIMIT_CODE_PER_ADDRESS: { points: 30, durationMs: hour } } })
    await settle(house)
    const guesses = await Promise.all(Array.from({ length: 60 }, () => reset('00000-00000-00000-00000-00000-0')))
    expect(guesses.filter(({ kind }) => kind === 'code-refused')).toHaveLength(30)
    expect(guesses.filter(({ kind }) => kind === 'throttled')).toHaveLength(30)
    const code = await askForReset()
    expect(await reset(code)).toMatchObject({ kind: 'throttled', reason: 'address' })
    const elsewhere = { ...visitor, address: '198.51.100.9' }
    expect(await recovery().resetPassword({ code, password: phrase, factor: '' }, elsewhere, held)).toEqual({
      kind: 'reset',
    })
  })
})

describe('a password that is changed', () => {
  const change = (signedIn: Awaited<ReturnType<typeof settle>>, current: string, password = phrase) =>
    recovery().changePassword({ current, password }, signedIn.principal, visitor, held)

  test('gives this browser a new session, ends the others and is told to the owner', async () => {
    const here = await settle(house)
    const elsewhere = await signInWith(house, ada.password)
    const result = await change(here, ada.password)
    if (result.kind !== 'signed-in') throw new Error(result.kind)
    expect(result.session.id).not.toBe(here.session.id)
    expect(await isAlive(house, result)).toBe(true)
    expect(await isAlive(house, here)).toBe(false)
    expect(elsewhere.kind === 'signed-in' && (await isAlive(house, elsewhere))).toBe(false)
    expect((await signInWith(house, phrase)).kind).toBe('signed-in')
    expect(house.mails).toContainEqual(expect.objectContaining({ kind: 'password-changed', how: 'changed' }))
    expect(house.events.map(({ type }) => type)).toContain('account.password_changed')
  })

  test('kills the codes that were on their way, but not the one that undoes a change of address', async () => {
    const here = await settle(house)
    await recovery().requestAddressChange(
      { email: 'new@example.com', current: ada.password },
      here.principal,
      visitor,
      held,
    )
    await recovery().confirmAddressChange(lastCode(house, 'confirm-new-address'), here.principal, visitor)
    await recovery().requestReset('new@example.com', visitor)
    const code = lastCode(house, 'reset-password')
    expect((await change(here, ada.password)).kind).toBe('signed-in')
    expect(await reset(code)).toEqual({ kind: 'code-refused' })
    expect(await recovery().undoAddressChange(lastCode(house, 'address-changed'), visitor)).toEqual({
      kind: 'restored',
    })
  })

  test('needs the old one, and wrong ones count like failed sign-ins', async () => {
    const here = await settle(house)
    const results = await Promise.all(Array.from({ length: 20 }, () => change(here, 'surely not the password')))
    expect(results.filter(({ kind }) => kind === 'wrong-password')).toHaveLength(5)
    expect(results.filter(({ kind }) => kind === 'throttled')).toHaveLength(15)
    expect(await isAlive(house, here)).toBe(true)
    house.clock.step(minute)
    expect((await change(here, ada.password)).kind).toBe('signed-in')
  })

  test('changes once when two tabs do it at once', async () => {
    const here = await settle(house)
    const results = await Promise.all([change(here, ada.password), change(here, ada.password, `${phrase} again`)])
    expect(results.map(({ kind }) => kind).toSorted()).toEqual(['signed-in', 'wrong-password'])
  })

  test('follows the rules for new passwords', async () => {
    const here = await settle(house)
    expect(await change(here, ada.password, 'passwordpassword1')).toMatchObject({ kind: 'password-refused' })
    expect(await isAlive(house, here)).toBe(true)
  })
})

test('no code and no password stands in an event or in the store', async () => {
  await settle(house)
  const code = await askForReset()
  await reset(code)
  const said = JSON.stringify(house.events) + JSON.stringify(house.database.select().from(oneTimeCodes).all())
  expect(said).not.toContain(code)
  expect(said).not.toContain(code.replaceAll('-', ''))
  expect(said).not.toContain(phrase)
  house.clock.step(2 * day)
  await recovery().requestReset(ada.email, visitor)
  expect(house.database.select().from(oneTimeCodes).all()).toHaveLength(1)
})
