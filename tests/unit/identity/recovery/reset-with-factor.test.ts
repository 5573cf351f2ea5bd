import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRecoveryStore } from '../../../../app/identity/recovery/recovery-store.ts'
import { oneTimeCodes, users } from '../../../../db/index.ts'
import { ada, testSettings, visitor } from '../../../support/issuer.ts'
import { SoftAuthenticator } from '../../../support/soft-authenticator.ts'
import { addApp, codeOf, factorsOf } from '../factors/factor-house.ts'
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

test('of an address that was never confirmed needs the factor as well', async () => {
  house.database.update(users).set({ emailVerifiedAt: null }).run()
  expect(await reset('')).toEqual({ kind: 'factor-required', methods })
})

test('is not carried out when the factors change between the look at them and the new password', async () => {
  const store = createRecoveryStore(house.database)
  const [code] = house.database.select().from(oneTimeCodes).where(eq(oneTimeCodes.purpose, 'reset-password')).all()
  const { userId } = here.principal
  const present = await factorsOf(house).judge(userId)
  for (const judged of [
    { factorVersion: present.factorVersion, hasFactor: false },
    { factorVersion: present.factorVersion - 1, hasFactor: true },
  ])
    expect(await store.resetPassword(code?.id ?? '', userId, 'hash', judged)).toEqual({ kind: 'used' })
  expect(await store.resetPassword(code?.id ?? '', userId, 'hash', present)).toMatchObject({ kind: 'done' })
})

describe('a change of factors', () => {
  const actor = () => ({ userId: here.principal.userId, email: ada.email, sessionId: here.principal.sessionId })
  test.each(['removing an app', 'making recovery codes anew', 'adding a passkey'])(
    '(%s) is not carried out once the session has ended that it was asked for in',
    async (what) => {
      const phone = new SoftAuthenticator(testSettings.APP_ORIGIN)
      const options = await factorsOf(house).startPasskey({ ...actor(), name: 'Ada' })
      await house.issuer.signOut(here.ticket.refreshToken, visitor)
      const changes: Record<string, () => Promise<unknown>> = {
        'removing an app': () => factorsOf(house).removeTotp(actor(), visitor),
        'making recovery codes anew': () => factorsOf(house).renewRecoveryCodes(actor(), visitor),
        'adding a passkey': () =>
          factorsOf(house).addPasskey(actor(), { response: phone.register(options), name: 'Phone' }, visitor),
      }
      await expect(changes[what]?.()).rejects.toMatchObject({ code: 'sign_in_required' })
      const { totp, passkeys, recoveryCodesLeft } = await factorsOf(house).overview(here.principal.userId)
      expect([totp === null, passkeys.length, recoveryCodesLeft]).toEqual([false, 0, 10])
    },
  )
})

describe('a passkey in place of a code', () => {
  let phone: SoftAuthenticator
  const resetBy = (passkey: unknown, code = lastCode(house, 'reset-password')) =>
    house.issuer.recovery.resetPassword({ code, password: phrase, factor: '', passkey }, visitor, held)
  const ask = (code = lastCode(house, 'reset-password')) => house.issuer.recovery.requestResetPasskey(code, visitor)

  async function challenge(): Promise<{ challenge: string }> {
    const asked = await ask()
    if (asked.kind !== 'passkey-request') throw new Error(asked.kind)
    return asked.request
  }

  beforeEach(async () => {
    const { userId, email, sessionId } = here.principal
    const actor = { userId, email, sessionId }
    phone = new SoftAuthenticator(testSettings.APP_ORIGIN)
    const options = await factorsOf(house).startPasskey({ ...actor, name: 'Ada' })
    await factorsOf(house).addPasskey(actor, { response: phone.register(options), name: 'Phone' }, visitor)
  })

  test('resets the password', async () => {
    expect(await resetBy(phone.prove(await challenge()))).toEqual({ kind: 'reset' })
    expect((await signInWith(house, phrase)).kind).toBe('second-factor-required')
  })

  test('is asked only of somebody who holds the code', async () => {
    expect(await ask('00000-00000-00000-00000-00000-0')).toEqual({ kind: 'code-refused' })
  })

  test('does not when it signed for something else, for an earlier code, or is somebody else’s', async () => {
    const refused = { kind: 'factor-refused', methods: { ...methods, passkey: true } }
    const forEarlier = await challenge()
    house.clock.step(60_000)
    await house.issuer.recovery.requestReset(ada.email, visitor)
    expect(await resetBy(phone.prove(forEarlier))).toEqual(refused)
    for (const options of [
      await factorsOf(house).requestSignInPasskey('browser'),
      await factorsOf(house).requestRenewalPasskey(here.principal),
    ]) {
      expect(await resetBy(phone.prove(options ?? { challenge: '' }))).toEqual(refused)
    }
    const other = new SoftAuthenticator(testSettings.APP_ORIGIN)
    expect(await resetBy(other.prove(await challenge()))).toEqual(refused)
    for (const nonsense of [null, {}, 'x']) expect(await resetBy(nonsense)).toEqual(refused)
    expect(await isAlive(house, here)).toBe(true)
  })
})
