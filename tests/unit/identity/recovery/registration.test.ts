import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { oneTimeCodes, users } from '../../../../db/index.ts'
import { ada, visitor } from '../../../support/issuer.ts'
import {
  accountOf,
  anybody,
  type House,
  held,
  hour,
  isAlive,
  lastCode,
  openHouse,
  phrase,
  signInWith,
} from './recovery-house.ts'

let house: House
beforeEach(async () => {
  house = await openHouse({ settings: { REGISTRATION: 'verify-email' } })
})
afterEach(() => house.end())

const register = (changes: Partial<typeof ada> = {}) => house.issuer.register({ ...ada, ...changes }, visitor, null)
const confirm = (code: string, password = ada.password) =>
  house.issuer.recovery.confirmAddress({ code, password }, null, visitor, held)
const people = () => house.database.select().from(users).all()

describe('registering where addresses are confirmed first', () => {
  test('makes no account until the code comes back with the password, and then signs in', async () => {
    expect(await register()).toEqual({ kind: 'mail-sent' })
    expect(people()).toEqual([])
    const result = await confirm(lastCode(house, 'confirm-address'))
    expect(result).toMatchObject({ kind: 'signed-in', principal: { email: ada.email, name: 'Ada' } })
    expect(accountOf(house).emailVerifiedAt).toBe(house.clock.now())
    expect((await signInWith(house, ada.password)).kind).toBe('signed-in')
  })

  test('answers alike for a taken address, tells its owner and writes as much', async () => {
    await house.issuer.createAccount(ada)
    const before = people()
    expect(await register({ password: phrase, name: 'Eve' })).toEqual(await register({ email: 'free@example.com' }))
    expect(people()).toEqual(before)
    expect(house.mails.map(({ kind, to }) => [kind, to])).toEqual([
      ['address-taken', ada.email],
      ['confirm-address', 'free@example.com'],
    ])
    expect(house.database.select().from(oneTimeCodes).all()).toHaveLength(2)
  })

  test('of an address that a stranger registered before gives the owner the account and the stranger nothing', async () => {
    await register({ password: 'what the stranger chose', name: 'Eve' })
    await register({ password: phrase })
    expect((await confirm(lastCode(house, 'confirm-address'), phrase)).kind).toBe('signed-in')
    expect((await signInWith(house, 'what the stranger chose')).kind).toBe('invalid-credentials')
    expect(accountOf(house).name).toBe('Ada')
  })

  test('by a stranger gives them nothing, even if the owner of the mailbox enters the code', async () => {
    await register({ password: phrase })
    await register({ password: 'what the stranger chose', name: 'Eve' })
    expect(await confirm(lastCode(house, 'confirm-address'), phrase)).toEqual({ kind: 'wrong-password' })
    expect(people()).toEqual([])
    await register({ password: phrase })
    expect((await confirm(lastCode(house, 'confirm-address'), phrase)).kind).toBe('signed-in')
    expect((await signInWith(house, 'what the stranger chose')).kind).toBe('invalid-credentials')
  })

  test('lets the password be tried ten times with a code', async () => {
    await register()
    const code = lastCode(house, 'confirm-address')
    const tries = await Promise.all(Array.from({ length: 30 }, () => confirm(code, 'surely not the password')))
    expect(tries.filter(({ kind }) => kind === 'wrong-password')).toHaveLength(10)
    expect(await confirm(code)).toEqual({ kind: 'code-refused' })
    expect(people()).toEqual([])
  })

  test('makes one account of twenty confirmations at once', async () => {
    await register()
    const code = lastCode(house, 'confirm-address')
    const results = await Promise.all(Array.from({ length: 9 }, () => confirm(code)))
    expect(results.filter(({ kind }) => kind === 'signed-in')).toHaveLength(1)
    expect(people()).toHaveLength(1)
  })

  test('is forgotten after an hour', async () => {
    await register()
    house.clock.step(hour)
    expect(await confirm(lastCode(house, 'confirm-address'))).toEqual({ kind: 'code-refused' })
    expect((await signInWith(house, ada.password)).kind).toBe('invalid-credentials')
  })

  test('cannot be confirmed by somebody who is signed in to another account', async () => {
    await register()
    const input = { code: lastCode(house, 'confirm-address'), password: ada.password }
    expect(await house.issuer.recovery.confirmAddress(input, anybody('eve'), visitor, held)).toEqual({
      kind: 'code-refused',
    })
  })

  test('follows the rules for passwords before it looks at the address', async () => {
    await house.issuer.createAccount(ada)
    const refused = await register({ password: 'qwertyuiopasdfg' })
    expect(refused).toEqual(await register({ password: 'qwertyuiopasdfg', email: 'free@example.com' }))
    expect(refused.kind).toBe('password-refused')
  })
})

describe('signing in before the address is confirmed', () => {
  test('says so to who knows the password and nothing to others', async () => {
    await register()
    expect(await signInWith(house, ada.password)).toEqual({ kind: 'address-unconfirmed' })
    expect(await signInWith(house, 'surely not the password')).toEqual({ kind: 'invalid-credentials' })
  })

  test('tells nobody whether the address they registered has an account, nor forgives that account a failure', async () => {
    await house.issuer.createAccount(ada)
    for (const email of [ada.email, 'free@example.com']) {
      await register({ email, password: phrase })
      expect(await signInWith(house, phrase, email)).toEqual({ kind: 'address-unconfirmed' })
      expect(await signInWith(house, 'surely not the password', email)).toEqual({ kind: 'invalid-credentials' })
      for (let more = 0; more < 3; more++) await signInWith(house, phrase, email)
      expect(await signInWith(house, phrase, email)).toMatchObject({ kind: 'throttled', reason: 'account' })
    }
  })

  test('leads to another mail, whose code is good while the earlier one is dead', async () => {
    await register()
    const first = lastCode(house, 'confirm-address')
    expect(await house.issuer.recovery.requestConfirmation(ada.email, visitor)).toEqual({ kind: 'mail-sent' })
    expect(await confirm(first)).toEqual({ kind: 'code-refused' })
    expect((await confirm(lastCode(house, 'confirm-address'))).kind).toBe('signed-in')
  })

  test('asks nothing of accounts that are confirmed, and sends nothing for them or for nobody', async () => {
    await house.issuer.createAccount(ada)
    for (const email of [ada.email, 'nobody@example.com']) {
      expect(await house.issuer.recovery.requestConfirmation(email, visitor)).toEqual({ kind: 'mail-sent' })
    }
    expect(house.mails.map(({ isDecoy }) => isDecoy)).toEqual([true, true])
    expect((await signInWith(house, ada.password)).kind).toBe('signed-in')
  })

  test('holds for accounts from a time when nothing was confirmed; a code and the password confirm, and start no session', async () => {
    await house.issuer.createAccount(ada)
    house.database.update(users).set({ emailVerifiedAt: null }).run()
    expect(await signInWith(house, ada.password)).toEqual({ kind: 'address-unconfirmed' })
    await house.issuer.recovery.requestConfirmation(ada.email, visitor)
    const code = lastCode(house, 'confirm-address')
    expect(await confirm(code, 'surely not the password')).toEqual({ kind: 'wrong-password' })
    expect(await confirm(code)).toEqual({ kind: 'confirmed' })
    const result = await signInWith(house, ada.password)
    expect(result.kind === 'signed-in' && (await isAlive(house, result))).toBe(true)
  })
})
