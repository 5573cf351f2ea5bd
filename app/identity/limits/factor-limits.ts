import type { Database } from '../../../db/index.ts'
import { deriveKeyRing, type Rate, type Secret } from '../../kernel/index.server.ts'
import { ms, now, type RecordEvent } from '../../kernel/index.ts'
import type { Throttled, Visitor } from '../token-service.ts'
import { createAddressBudget } from './address-budget.ts'
import { createAttemptStore, maxFailures } from './attempt-store.ts'
import { createKeyedBudget } from './keyed-budget.ts'
import { type KeyedNames, keyedNames, namesWithin } from './keyed-names.ts'
import { createKnownDevices } from './known-device.ts'

export type FactorLimitSettings = { readonly LIMIT_CODE_PER_ADDRESS: Rate; readonly secrets: readonly Secret[] }

/** A try that was let through and already counted. */
export type AdmittedProof = { kind: 'admitted'; succeed(): Promise<void> }

/** Whose second factor is tried. `password` marks the present password, so that another one starts a new count. */
export type TriedAccount = {
  readonly userId: string
  readonly password: string
  /** False for a recovery code: with 125 random bits it is counted by the network address alone. */
  readonly isGuessable: boolean
  /** Tried beside a code that was mailed, instead of a password. */
  readonly isAtReset: boolean
}

/** Wrong codes for one account in all, by whatever browser and after whatever change of the password: NIST SP 800-63B-4, 3.2.2. */
const accountRate: Rate = { points: maxFailures, durationMs: ms('1d') }
/** Those that are tried at a reset count by themselves: whoever knows the password alone must not close the way back. */
const resetRate: Rate = { points: 8, durationMs: ms('1d') }

export type FactorLimits = {
  /** Counts a try of a code before it is looked at, or refuses it. */
  admitCode(tried: TriedAccount, visitor: Visitor, deviceMark: string | null): Promise<AdmittedProof | Throttled>
  /** Counts a try of a passkey: by address only, since nobody guesses a signature. */
  admitPasskey(visitor: Visitor): Promise<AdmittedProof | Throttled>
  /** A mark for a browser that has just shown a second factor; null when it has one. */
  markDevice(accountId: string, deviceMark: string | null): string | null
}

type Deps = { database: Database; settings: FactorLimitSettings; record: RecordEvent }

/**
 * Who may try second factors how often. Whoever gets here knows the password; codes are counted for account and password
 * together, so that the owner who chooses another password is rid of what a guesser has used up.
 */
export function createFactorLimits({ database, settings, record }: Deps): FactorLimits {
  const attempts = createAttemptStore(database)
  const ring = deriveKeyRing(settings.secrets, 'limits')
  const devices = createKnownDevices(ring)
  const budget = createAddressBudget(database, 'second-factor', settings.LIMIT_CODE_PER_ADDRESS)
  const ofAccount = createKeyedBudget(database, 'second-factor-account', accountRate)
  const atReset = createKeyedBudget(database, 'second-factor-reset', resetRate)
  const accountNames = (userId: string) => keyedNames(ring, `second factor|${userId}`)
  const namesOf = ({ userId, password }: TriedAccount) => keyedNames(ring, `second factor|${userId}|${password}`)

  function refuse(reason: Throttled['reason'], waitMs: number | null, visitor: Visitor, userId?: string): Throttled {
    const about = userId === undefined ? {} : { subjectId: userId }
    record({ type: 'limit.reached', outcome: 'refused', ...visitor, ...about, detail: { reason, of: 'second-factor' } })
    return { kind: 'throttled', reason, retryAfterSeconds: waitMs === null ? null : Math.ceil(waitMs / 1_000) }
  }

  /** By the network address alone: what is tried cannot be guessed. */
  async function admitUncounted(visitor: Visitor, userId?: string): Promise<AdmittedProof | Throttled> {
    const waitMs = await budget.take(visitor.address)
    if (waitMs > 0) return refuse('address', waitMs, visitor, userId)
    return { kind: 'admitted', succeed: () => budget.giveBack(visitor.address) }
  }

  async function admitAtReset({ userId }: TriedAccount, visitor: Visitor): Promise<AdmittedProof | Throttled> {
    const admission = await admitUncounted(visitor, userId)
    if (admission.kind === 'throttled') return admission
    const waitMs = await atReset.take(accountNames(userId))
    if (waitMs > 0) return refuse('account', waitMs, visitor, userId)
    return {
      kind: 'admitted',
      async succeed() {
        await admission.succeed()
        await atReset.giveBack(accountNames(userId))
      },
    }
  }

  /** Counts a guess for the account and in its row of failures, or says why it is refused. */
  async function refuseGuess({ userId }: TriedAccount, names: KeyedNames, visitor: Visitor): Promise<Throttled | null> {
    const waitMs = await ofAccount.take(accountNames(userId))
    if (waitMs > 0) return refuse('account', waitMs, visitor, userId)
    const begun = await attempts.begin(names)
    if (begun.kind === 'begun') return null
    // Nothing is looked at.
    await ofAccount.giveBack(accountNames(userId))
    if (begun.kind === 'exhausted') return refuse('reset-required', null, visitor, userId)
    return refuse('account', Math.max(begun.blockedUntil - now(), 1_000), visitor, userId)
  }

  return {
    async admitCode(tried, visitor, deviceMark) {
      if (!tried.isGuessable) return admitUncounted(visitor, tried.userId)
      if (tried.isAtReset) return admitAtReset(tried, visitor)
      const nonce = devices.findNonce(deviceMark, tried.userId)
      if (nonce === null) {
        const waitMs = await budget.take(visitor.address)
        if (waitMs > 0) return refuse('address', waitMs, visitor, tried.userId)
      }
      const names = namesWithin(namesOf(tried), (name) =>
        nonce === null ? `factor:${name}` : `factor-device:${name}:${nonce}`,
      )
      const refusal = await refuseGuess(tried, names, visitor)
      if (refusal) return refusal
      return {
        kind: 'admitted',
        async succeed() {
          await attempts.forgive(names)
          await ofAccount.giveBack(accountNames(tried.userId))
          if (nonce === null) await budget.giveBack(visitor.address)
        },
      }
    },
    admitPasskey: (visitor) => admitUncounted(visitor),
    markDevice: (accountId, deviceMark) =>
      devices.findNonce(deviceMark, accountId) === null ? devices.create(accountId) : null,
  }
}
