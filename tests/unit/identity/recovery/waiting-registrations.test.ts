import { afterEach, beforeEach, expect, it } from 'vitest'
import { ada, openTestIssuer, type TestIssuer, visitor } from '../../../support/issuer.ts'

let house: TestIssuer
beforeEach(async () => {
  house = await openTestIssuer({ settings: { REGISTRATION: 'verify-email' } })
})
afterEach(() => house.close())

const tried = 'what a stranger registers with'
const register = (email: string) => house.issuer.register({ name: 'X', email, password: tried }, visitor, null)
const signIn = async (email: string) =>
  (await house.issuer.signIn({ email, password: tried, remember: false }, visitor, null)).kind

it('the password of a registration that waits tells nobody that the address has an account, whatever its owner does', async () => {
  await house.issuer.createAccount(ada)
  await register(ada.email)
  await register('free@example.com')
  expect([await signIn(ada.email), await signIn('free@example.com')]).toEqual([
    'address-unconfirmed',
    'address-unconfirmed',
  ])
  // The owner chooses another password, by mail or otherwise.
  await house.issuer.recovery.requestReset(ada.email, visitor)
  const mail = house.mails.find(({ kind }) => kind === 'reset-password') as unknown as { code: string }
  const input = { code: mail.code, password: 'ninety grey geese in a row', factor: '' }
  expect((await house.issuer.recovery.resetPassword(input, visitor, { deviceMark: null })).kind).toBe('reset')
  expect([await signIn(ada.email), await signIn('free@example.com')]).toEqual([
    'address-unconfirmed',
    'address-unconfirmed',
  ])
})
