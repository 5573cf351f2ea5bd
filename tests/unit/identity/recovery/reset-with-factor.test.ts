import { afterEach, beforeEach, expect, test } from 'vitest'
import { ada, visitor } from '../../../support/issuer.ts'
import { addApp, codeOf } from '../factors/factor-house.ts'
import { type House, held, isAlive, lastCode, openHouse, phrase, settle, signInWith } from './recovery-house.ts'

let house: House
let here: Awaited<ReturnType<typeof settle>>
let app: Awaited<ReturnType<typeof addApp>>
beforeEach(async () => {
  house = await openHouse()
  here = await settle(house)
  const { userId, email, sessionId } = here.principal
  app = await addApp(house, { userId, email, sessionId })
  house.clock.step(60_000)
  await house.issuer.recovery.requestReset(ada.email, visitor)
})
afterEach(() => house.end())

const reset = (factor: string, password = phrase) =>
  house.issuer.recovery.resetPassword({ code: lastCode(house, 'reset-password'), password, factor }, visitor, held)

const methods = { totp: true, passkey: false, recoveryCode: true }

test('a code from the mail alone resets no password of an account with a second factor', async () => {
  expect(await reset('')).toEqual({ kind: 'factor-required', methods })
  const wrong = codeOf(app.key) === '000000' ? '111111' : '000000'
  expect(await reset(wrong)).toEqual({ kind: 'factor-refused', methods })
  expect(await isAlive(house, here)).toBe(true)
  expect((await signInWith(house, ada.password)).kind).toBe('second-factor-required')
})

test('with a code of the app it does, and signing in still asks for the second factor', async () => {
  expect(await reset(codeOf(app.key))).toEqual({ kind: 'reset' })
  expect(await isAlive(house, here)).toBe(false)
  expect((await signInWith(house, phrase)).kind).toBe('second-factor-required')
})

test('with a recovery code it does, and a password that is refused costs none', async () => {
  const [code = ''] = app.recoveryCodes
  expect(await reset(code, 'passwordpassword1')).toMatchObject({ kind: 'password-refused' })
  expect(await reset(code)).toEqual({ kind: 'reset' })
  const { recoveryCodesLeft } = await house.issuer.accountService.factors.overview(here.principal.userId)
  expect(recoveryCodesLeft).toBe(9)
})

test('guesses of the second factor are limited like any others', async () => {
  const wrong = codeOf(app.key) === '000000' ? '111111' : '000000'
  const results = await Promise.all(Array.from({ length: 20 }, () => reset(wrong)))
  expect(results.filter(({ kind }) => kind === 'throttled').length).toBeGreaterThan(10)
  expect(results.filter(({ kind }) => kind === 'reset')).toEqual([])
})
