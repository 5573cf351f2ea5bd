import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { maxFailures } from '../../../../app/identity/limits/attempt-store.ts'
import { createFactorLimits } from '../../../../app/identity/limits/factor-limits.ts'
import { createSignInLimits } from '../../../../app/identity/limits/sign-in-limits.ts'
import { createRecoveryLimits } from '../../../../app/identity/recovery/recovery-limits.ts'
import { ada, openTestIssuer, type TestIssuer, visitor } from '../../../support/issuer.ts'

// Whoever once had the password may hold as many marks of known browsers as they like: together they buy no more than one.

let house: TestIssuer
beforeEach(async () => {
  house = await openTestIssuer()
})
afterEach(() => house.close())

const generous = { points: 100_000, durationMs: 3_600_000 }
const settingsOf = () => ({
  secrets: [{ id: '01020304', bytes: Buffer.alloc(32, 7) }],
  ...{ LIMIT_SIGN_IN_PER_ADDRESS: generous, LIMIT_REGISTER_PER_ADDRESS: generous, LIMIT_CODE_PER_ADDRESS: generous },
  ...{ LIMIT_MAIL_PER_ADDRESS: generous, LIMIT_MAIL_PER_MAILBOX: { points: 6, durationMs: 3_600_000 } },
})
const deps = () => ({ database: house.database, settings: settingsOf() as never, record: () => {} })

/** How many tries are let in with these marks, four with each, which cost no wait. */
async function letIn(marks: string[], tryWith: (mark: string) => Promise<{ kind: string }>): Promise<number> {
  let count = 0
  for (const mark of marks) {
    for (let tries = 0; tries < 4; tries++) if ((await tryWith(mark)).kind === 'admitted') count++
  }
  return count
}

describe('marks without number', () => {
  it('let in no more wrong passwords than one browser, and those of a stranger', async () => {
    const limits = createSignInLimits({ ...deps(), findAccountId: async () => 'ada' })
    const marks = Array.from({ length: 60 }, () => limits.markDevice('ada', null) ?? '')
    const count = await letIn(marks, (mark) => limits.admitSignIn(ada.email, visitor, mark))
    expect(count).toBeGreaterThanOrEqual(maxFailures)
    expect(count).toBeLessThan(maxFailures + 10)
  })

  it('let in no more wrong codes, whatever the password was meanwhile', async () => {
    const limits = createFactorLimits(deps())
    const marks = Array.from({ length: 60 }, () => limits.markDevice('ada', null) ?? '')
    const tried = { userId: 'ada', isGuessable: true, isAtReset: false }
    let password = 0
    const count = await letIn(marks, (mark) =>
      limits.admitCode({ ...tried, password: String(password++) }, visitor, mark),
    )
    expect(count).toBe(maxFailures)
  })

  it('are whole again once the owner comes in', async () => {
    const limits = createSignInLimits({ ...deps(), findAccountId: async () => 'ada' })
    const mark = limits.markDevice('ada', null)
    for (let tries = 0; tries < 3 * maxFailures; tries++) {
      const admission = await limits.admitSignIn(ada.email, visitor, mark)
      expect(admission.kind).toBe('admitted')
      if (admission.kind === 'admitted') await admission.succeed('ada')
    }
  })
})

describe('who uses up the codes of a second step', () => {
  it('closes neither the reset nor the recovery codes', async () => {
    const limits = createFactorLimits(deps())
    const tried = { userId: 'ada', password: 'p', isGuessable: true, isAtReset: false }
    for (let tries = 0; tries < 2 * maxFailures; tries++)
      await limits.admitCode({ ...tried, password: String(tries) }, visitor, null)
    expect(await limits.admitCode(tried, visitor, null)).toMatchObject({ kind: 'throttled' })
    expect(await limits.admitCode({ ...tried, isAtReset: true }, visitor, null)).toMatchObject({ kind: 'admitted' })
    expect(await limits.admitCode({ ...tried, isGuessable: false }, visitor, null)).toMatchObject({ kind: 'admitted' })
  })
})

describe('who asks for mails of one kind', () => {
  it('takes nothing from another: the way to another password stays', async () => {
    const limits = createRecoveryLimits(deps())
    for (const kind of ['confirm', 'register', 'change'] as const) {
      for (let asked = 0; asked < 6; asked++) expect(await limits.mayMail(kind, ada.email)).toBe(true)
      expect(await limits.mayMail(kind, ada.email)).toBe(false)
    }
    expect(await limits.mayMail('reset', ada.email)).toBe(true)
  })
})
