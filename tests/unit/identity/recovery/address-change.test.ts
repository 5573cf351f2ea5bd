import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ada, visitor } from '../../../support/issuer.ts'
import {
  accountOf,
  anybody,
  day,
  type House,
  held,
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
    await moveTo('newer@example.com')
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

  test('is refused when somebody else has an account there by now', async () => {
    await moveTo('new@example.com')
    await house.issuer.createAccount({ ...bob, email: ada.email })
    expect(await undo(lastCode(house, 'address-changed'))).toEqual({ kind: 'email-taken' })
  })
})
