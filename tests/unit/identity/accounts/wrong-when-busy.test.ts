import { afterEach, beforeEach, expect, it } from 'vitest'
import { createAccountStore } from '../../../../app/identity/accounts/account-store.ts'
import { createAccounts } from '../../../../app/identity/accounts/accounts.ts'
import { createSignInLimits } from '../../../../app/identity/limits/sign-in-limits.ts'
import { createPasswordSignIn } from '../../../../app/identity/sign-in/password-sign-in.ts'
import { Problem } from '../../../../app/kernel/index.ts'
import { ada, openTestIssuer, type TestIssuer, testSettings, visitor } from '../../../support/issuer.ts'

let house: TestIssuer
beforeEach(async () => {
  house = await openTestIssuer()
})
afterEach(() => house.close())

it('a password that was looked at counts, also when the queue is full for the one that waits with a registration', async () => {
  const { database } = house
  await house.issuer.createAccount(ada)
  const store = createAccountStore(database)
  const account = await store.findByEmailKey(ada.email)
  let looked = 0
  // The account's hash gets its turn; behind it the queue is full.
  const passwords = {
    decoy: 'decoy',
    createDecoy: () => 'decoy',
    needsRehash: () => false,
    hash: async () => 'hash',
    verify: async (phc: string, password: string) => {
      if (phc !== account?.passwordHash) throw new Problem('busy')
      looked++
      return password === ada.password
    },
  }
  const limits = createSignInLimits({
    database,
    settings: testSettings,
    record: () => {},
    findAccountId: async () => null,
  })
  const accounts = createAccounts({
    ...{ store, passwords, record: () => {}, pseudonymOf: () => '' },
    findWaitingHash: async () => 'a hash that waits',
  })
  const { signIn } = createPasswordSignIn({
    accounts,
    limits,
    findMissing: async () => ({ kind: 'complete', factorVersion: 0 }),
    signIns: {} as never,
  })
  for (let tries = 0; tries < 200; tries++) {
    const input = { email: ada.email, password: `guess ${tries}`, remember: false }
    await signIn(input, visitor, null).catch(() => {})
  }
  expect(looked).toBeLessThanOrEqual(5)
})
