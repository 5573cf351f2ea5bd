import type { Database } from '../../../db/index.ts'
import { emailKeyOf } from '../../contract/index.ts'
import { deriveKeyRing, type Rate, type Secret } from '../../kernel/index.server.ts'
import { ms, now, type RecordEvent, type SecurityEvent } from '../../kernel/index.ts'
import { createPseudonyms } from '../accounts/pseudonyms.ts'
import type { Throttled, Visitor } from '../token-service.ts'
import { createAddressBudget } from './address-budget.ts'
import { type AttemptStore, createAttemptStore, maxFailures } from './attempt-store.ts'
import { createKeyedBudget } from './keyed-budget.ts'
import { keyedNames, namesWithin } from './keyed-names.ts'
import { createKnownDevices } from './known-device.ts'

export type LimitSettings = {
  readonly LIMIT_SIGN_IN_PER_ADDRESS: Rate
  readonly LIMIT_REGISTER_PER_ADDRESS: Rate
  readonly secrets: readonly Secret[]
}

/** A try that was let through and already counted. */
export type Admitted = {
  kind: 'admitted'
  /**
   * The password was right. Ends the row of failures; answers a device mark for the account to keep, or null if the browser has
   * one or there is no session to come.
   */
  succeed(accountId: string | null): Promise<string | null>
  /** Nothing was checked after all: the try does not count. */
  withdraw(): Promise<void>
}

export type SignInLimits = {
  /** Counts a try before the password is looked at, or refuses it. */
  admitSignIn(email: string, visitor: Visitor, deviceMark: string | null): Promise<Admitted | Throttled>
  admitRegistration(visitor: Visitor): Promise<{ kind: 'admitted' } | Throttled>
  /** A mark for a browser in which somebody has signed in to the account; null when it has one. */
  markDevice(accountId: string, held: string | null): string | null
  /** The account has another password: failures with the old one count no more, wherever they came from. */
  forgiveAccount(email: string): Promise<void>
}

/**
 * Failures of all known browsers of an account together: whoever once had the password may hold any number of marks, and each of
 * them has a row of failures of its own. As many as NIST SP 800-63B-4, 3.2.2 allows in a row, in a day.
 */
const knownBrowsersRate: Rate = { points: maxFailures, durationMs: ms('1d') }

type RefusedBegin = Exclude<Awaited<ReturnType<AttemptStore['begin']>>, { kind: 'begun' }>

type Deps = {
  database: Database
  settings: LimitSettings
  record: RecordEvent
  findAccountId: (emailKey: string) => Promise<string | null>
}

/**
 * Who may try how often. Strangers share a budget per account and one per address; a browser that has signed in to the
 * account before has one of its own, which neither of them touches, so that no stranger can lock the owner out.
 */
export function createSignInLimits({ database, settings, record, findAccountId }: Deps): SignInLimits {
  const attempts = createAttemptStore(database)
  const pseudonymOf = createPseudonyms(deriveKeyRing(settings.secrets, 'event-pseudonyms'))
  const ring = deriveKeyRing(settings.secrets, 'limits')
  const devices = createKnownDevices(ring)
  const known = createKeyedBudget(database, 'known-browsers', knownBrowsersRate)
  const signInBudget = createAddressBudget(database, 'sign-in', settings.LIMIT_SIGN_IN_PER_ADDRESS)
  const registerBudget = createAddressBudget(database, 'register', settings.LIMIT_REGISTER_PER_ADDRESS)
  // Keyed, so that the table does not list the addresses that people typed.
  const accountNamesOf = (email: string) => keyedNames(ring, `account|${emailKeyOf(email)}`)

  function refuse(
    reason: Throttled['reason'],
    waitMs: number | null,
    visitor: Visitor,
    email: string | null = null,
  ): Throttled {
    const { address, agent } = visitor
    const detail: SecurityEvent['detail'] =
      email === null ? { reason } : { reason, tried: pseudonymOf(emailKeyOf(email)) }
    record({ type: 'limit.reached', outcome: 'refused', address, agent, detail })
    return { kind: 'throttled', reason, retryAfterSeconds: waitMs === null ? null : Math.ceil(waitMs / 1_000) }
  }

  /** What says that a row of failures is too long for now, or for good. */
  function refuseRow(begun: RefusedBegin, visitor: Visitor, email: string): Throttled {
    if (begun.kind === 'exhausted') return refuse('reset-required', null, visitor, email)
    return refuse('account', Math.max(begun.blockedUntil - now(), 1_000), visitor, email)
  }

  /** The account of the address and the nonce of this browser's mark for it, where there are such. */
  async function findOwn(email: string, deviceMark: string | null) {
    const accountId = deviceMark === null ? null : await findAccountId(emailKeyOf(email))
    return { accountId, nonce: accountId === null ? null : devices.findNonce(deviceMark, accountId) }
  }

  return {
    async admitSignIn(email, visitor, deviceMark) {
      const { accountId, nonce: own } = await findOwn(email, deviceMark)
      // Once all known browsers together have failed so often, the mark of one counts no more.
      const nonce = own !== null && (await known.take(accountNamesOf(email))) === 0 ? own : null
      if (nonce === null) {
        const waitMs = await signInBudget.take(visitor.address)
        if (waitMs > 0) return refuse('address', waitMs, visitor, email)
      }
      const names = namesWithin(accountNamesOf(email), (name) =>
        nonce === null ? `account:${name}` : `device:${name}:${nonce}`,
      )
      const giveBack = async () => {
        if (nonce === null) await signInBudget.giveBack(visitor.address)
        else await known.giveBack(accountNamesOf(email))
      }
      const begun = await attempts.begin(names)
      if (begun.kind !== 'begun') {
        // No password is looked at, so it is nothing that known browsers together may do so often only.
        if (nonce !== null) await giveBack()
        return refuseRow(begun, visitor, email)
      }
      return {
        kind: 'admitted',
        async succeed(succeededId) {
          await attempts.forgive(names)
          await giveBack()
          const isKnown = own !== null && accountId === succeededId
          return succeededId === null || isKnown ? null : devices.create(succeededId)
        },
        async withdraw() {
          await attempts.withdraw(names)
          await giveBack()
        },
      }
    },
    async admitRegistration(visitor) {
      const waitMs = await registerBudget.take(visitor.address)
      return waitMs > 0 ? refuse('address', waitMs, visitor) : { kind: 'admitted' }
    },
    markDevice: (accountId, held) => (devices.findNonce(held, accountId) === null ? devices.create(accountId) : null),
    async forgiveAccount(email) {
      const names = accountNamesOf(email)
      await attempts.forgive(namesWithin(names, (name) => `account:${name}`))
      await attempts.forgiveAll(namesWithin(names, (name) => `device:${name}:`))
      await known.forgive(names)
    },
  }
}
