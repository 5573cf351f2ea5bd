import type { Database } from '../../../db/index.ts'
import { emailKeyOf } from '../../contract/index.ts'
import { deriveKeyRing, type Rate, type Secret } from '../../kernel/index.server.ts'
import { now, type RecordEvent } from '../../kernel/index.ts'
import type { Throttled, Visitor } from '../token-service.ts'
import { createAddressBudget } from './address-budget.ts'
import { createAttemptStore } from './attempt-store.ts'
import { keyedNames, namesWithin } from './keyed-names.ts'
import { createKnownDevices } from './known-device.ts'

export type FactorLimitSettings = { readonly LIMIT_CODE_PER_ADDRESS: Rate; readonly secrets: readonly Secret[] }

/** A try that was let through and already counted. */
export type AdmittedProof = { kind: 'admitted'; succeed(): Promise<void> }

/** Whose second factor is tried. `password` marks the present password, so that another one starts a new count. */
export type TriedAccount = { readonly userId: string; readonly email: string; readonly password: string }

export type FactorLimits = {
  /** Counts a try of a code before it is looked at, or refuses it. */
  admitCode(tried: TriedAccount, visitor: Visitor, deviceMark: string | null): Promise<AdmittedProof | Throttled>
  /** Counts a try of a passkey: by address only, since nobody guesses a signature. */
  admitPasskey(visitor: Visitor): Promise<AdmittedProof | Throttled>
  /** A mark for a browser that has just shown a second factor; null when it has one. */
  markDevice(email: string, deviceMark: string | null): string | null
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
  const namesOf = ({ userId, password }: TriedAccount) => keyedNames(ring, `second factor|${userId}|${password}`)

  function refuse(reason: Throttled['reason'], waitMs: number | null, visitor: Visitor, userId?: string): Throttled {
    const about = userId === undefined ? {} : { subjectId: userId }
    record({ type: 'limit.reached', outcome: 'refused', ...visitor, ...about, detail: { reason, of: 'second-factor' } })
    return { kind: 'throttled', reason, retryAfterSeconds: waitMs === null ? null : Math.ceil(waitMs / 1_000) }
  }

  return {
    async admitCode(tried, visitor, deviceMark) {
      const nonce = devices.findNonce(deviceMark, emailKeyOf(tried.email))
      if (nonce === null) {
        const waitMs = await budget.take(visitor.address)
        if (waitMs > 0) return refuse('address', waitMs, visitor, tried.userId)
      }
      const names = namesWithin(namesOf(tried), (name) =>
        nonce === null ? `factor:${name}` : `factor-device:${name}:${nonce}`,
      )
      const begun = await attempts.begin(names)
      if (begun.kind === 'exhausted') return refuse('reset-required', null, visitor, tried.userId)
      if (begun.kind === 'blocked')
        return refuse('account', Math.max(begun.blockedUntil - now(), 1_000), visitor, tried.userId)
      return {
        kind: 'admitted',
        async succeed() {
          await attempts.forgive(names)
          if (nonce === null) await budget.giveBack(visitor.address)
        },
      }
    },
    async admitPasskey(visitor) {
      const waitMs = await budget.take(visitor.address)
      if (waitMs > 0) return refuse('address', waitMs, visitor)
      return { kind: 'admitted', succeed: () => budget.giveBack(visitor.address) }
    },
    markDevice(email, deviceMark) {
      const emailKey = emailKeyOf(email)
      return devices.findNonce(deviceMark, emailKey) === null ? devices.create(emailKey) : null
    },
  }
}
