import { and, eq, gt, gte, isNull, ne, notInArray, or, sql } from 'drizzle-orm'
import {
  all,
  atomically,
  type Database,
  factorSets,
  isUniqueViolation,
  mailOutbox,
  numberOf,
  oneTimeCodes,
  passkeys,
  providerIdentities,
  recoveryCodes,
  run,
  sessions,
  totpFactors,
  users,
  type Work,
  withStoreErrors,
} from '../../../db/index.ts'
import type { SessionEnd } from '../../contract/index.ts'
import { now } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import { claimAddresses, isHeldByOther, lockAccount } from '../accounts/address-holders.ts'
import { requireActing } from '../sessions/acting-session.ts'
import type { PreparedStart } from '../sessions/sessions.ts'
import { type Begun, type Overtaken, OvertakenFault } from '../sign-in/session-start.ts'
import type { CodeRow } from './codes.ts'

/** Why a password or an address that changed ended a session. Stored with the session. */
export type EndReason = Extract<
  SessionEnd,
  'password-reset' | 'password-changed' | 'address-changed' | 'address-restored' | 'ended-by-admin'
>

/** `used`: somebody was faster, or the code died meanwhile. `taken`: the address has an account by now, or is kept for one. */
export type Refused = { kind: 'used' } | { kind: 'taken' }
type Done = { kind: 'done'; endedSessions: string[] }
type Changed = Done & { begun: Extract<Begun, { kind: 'begun' }> }
type Restored = Done & { removedFactors: ('totp' | 'passkey')[] }

export type Address = { email: string; emailKey: string }

/**
 * What a code or a known password does, each as one transaction that begins with the conditional update that uses the
 * code up: of twenty at once one goes through, and nothing is ever done by halves.
 */
export type RecoveryStore = {
  findAccount(by: { id: string } | { emailKey: string }): Promise<Account | null>
  completeRegistration(codeId: string, account: Account): Promise<Done | Refused>
  /** Only while the account still has that address. */
  confirmAddress(codeId: string, userId: string, emailKey: string): Promise<Done | Refused>
  /** The new password, every session ended, every code dead but those that undo a change of address. */
  /** Only while the factors are those that were judged. */
  resetPassword(
    codeId: string,
    userId: string,
    passwordHash: string,
    judged: { factorVersion: number; hasFactor: boolean },
  ): Promise<Done | Refused>
  /**
   * The same for somebody who is signed in, while the password is still the one that was read. `start` begins the session
   * that takes the place of theirs; when it cannot, because that one has ended, nothing is changed at all.
   */
  changePassword(
    userId: string,
    from: string,
    to: string,
    start: Pick<PreparedStart, 'id' | 'work'>,
  ): Promise<Changed | Refused | Overtaken>
  /** Only while the account still has that address. `undo` is stored along with it; sessions but the kept one end. */
  changeAddress(
    codeId: string,
    from: Account,
    to: Address,
    undo: CodeRow | null,
    keptSessionId: string,
  ): Promise<Done | Refused>
  /**
   * The earlier address, no password, no sessions, no codes but those that undo still earlier changes, no trusted
   * browsers, and no factors, recovery codes or links to providers that were added at `since` or later.
   */
  restoreAddress(
    code: CodeRow,
    userId: string,
    to: Address,
    taken: { noPassword: string; since: number },
  ): Promise<Restored | Refused>
  /** No factors, recovery codes, links to providers, trusted browsers or sessions. `used` where there is no such account. */
  removeWaysIn(userId: string): Promise<Restored | Refused>
}

/** The transactions. An address that somebody else takes in the same moment is `taken` as well. */
export function createRecoveryStore(database: Database): RecoveryStore {
  const asOne = <Outcome extends Done = Done>(work: (tx: Database) => Work<Outcome | Refused>) =>
    withStoreErrors(async (): Promise<Outcome | Refused> => {
      try {
        return await atomically(database, work)
      } catch (error) {
        if (isUniqueViolation(error)) return { kind: 'taken' }
        throw error
      }
    })

  return {
    findAccount: (by) =>
      withStoreErrors(async () => {
        const matches = 'id' in by ? eq(users.id, by.id) : eq(users.emailKey, by.emailKey)
        return (await database.select().from(users).where(matches))[0] ?? null
      }),
    completeRegistration: (codeId, account) =>
      asOne(function* (tx) {
        yield* claimAddresses(tx, [account.emailKey])
        if (yield* isHeldByOther(tx, account.emailKey, account.id)) return { kind: 'taken' }
        if (!(yield* takeCode(tx, codeId))) return { kind: 'used' }
        yield* run(tx.insert(users).values(account))
        yield* adoptRegistration(tx, codeId, account)
        return { kind: 'done', endedSessions: [] }
      }),
    confirmAddress: (codeId, userId, emailKey) =>
      asOne(function* (tx) {
        const change = tx.update(users).set({ emailVerifiedAt: now(), updatedAt: now() }).where(eq(users.id, userId))
        if ((yield* lockAccount(tx, { id: userId }))?.emailKey !== emailKey) return { kind: 'used' }
        if (!(yield* takeCode(tx, codeId))) return { kind: 'used' }
        yield* run(change)
        return { kind: 'done', endedSessions: [] }
      }),
    resetPassword: (codeId, userId, passwordHash, judged) =>
      asOne(function* (tx) {
        // Before its codes, as everybody does who touches both.
        if (!(yield* lockAccount(tx, { id: userId }))) return { kind: 'used' }
        if (!(yield* areFactorsAsJudged(tx, userId, judged))) return { kind: 'used' }
        if (!(yield* takeCode(tx, codeId))) return { kind: 'used' }
        // The code came by mail to the account's address, so that is confirmed as well.
        const at = now()
        const set = { passwordHash, passwordResetRequiredAt: null, emailVerifiedAt: at, updatedAt: at }
        yield* run(tx.update(users).set(set).where(eq(users.id, userId)))
        yield* killCodes(tx, userId)
        return { kind: 'done', endedSessions: yield* endSessions(tx, userId, 'password-reset') }
      }),
    changePassword: (userId, from, to, start) =>
      asOne<Changed>(function* (tx) {
        const unchanged = and(eq(users.id, userId), eq(users.passwordHash, from))
        const set = { passwordHash: to, passwordResetRequiredAt: null, updatedAt: now() }
        const change = tx.update(users).set(set).where(unchanged)
        if ((yield* all(change.returning({ id: users.id }))).length === 0) return { kind: 'used' }
        yield* killCodes(tx, userId)
        const begun = yield* start.work(tx)
        if (begun.kind === 'overtaken') throw new OvertakenFault(begun.by)
        const own = begun.ended === null ? [] : [begun.ended.id]
        const others = yield* endSessions(tx, userId, 'password-changed', start.id)
        return { kind: 'done', endedSessions: [...own, ...others], begun }
      }).catch((error: unknown) => {
        if (error instanceof OvertakenFault) return error.overtaken
        throw error
      }),
    changeAddress: (codeId, from, to, undo, keptSessionId) =>
      asOne(function* (tx) {
        const userId = from.id
        yield* requireActing(tx, { userId, sessionId: keptSessionId })
        const account = yield* lockAccount(tx, { id: userId })
        const isAsRead = account?.emailKey === from.emailKey && account.emailVerifiedAt === from.emailVerifiedAt
        if (!isAsRead) return { kind: 'used' }
        yield* claimAddresses(tx, [from.emailKey, to.emailKey])
        if (yield* isHeldByOther(tx, to.emailKey, userId)) return { kind: 'taken' }
        if (!(yield* takeCode(tx, codeId))) return { kind: 'used' }
        const at = now()
        const set = { ...to, emailVerifiedAt: at, updatedAt: at }
        yield* run(tx.update(users).set(set).where(eq(users.id, userId)))
        yield* killCodes(tx, userId)
        if (undo) yield* run(tx.insert(oneTimeCodes).values(undo))
        return { kind: 'done', endedSessions: yield* endSessions(tx, userId, 'address-changed', keptSessionId) }
      }),
    restoreAddress: (code, userId, to, { noPassword, since }) =>
      asOne<Restored>(function* (tx) {
        const account = yield* lockAccount(tx, { id: userId })
        if (!account) return { kind: 'used' }
        yield* claimAddresses(tx, [account.emailKey, to.emailKey])
        if (yield* isHeldByOther(tx, to.emailKey, userId)) return { kind: 'taken' }
        if (!(yield* takeCode(tx, code.id))) return { kind: 'used' }
        const at = now()
        const ended = { passwordHash: noPassword, passwordResetRequiredAt: at }
        const set = { ...to, ...ended, emailVerifiedAt: at, updatedAt: at }
        yield* run(tx.update(users).set(set).where(eq(users.id, userId)))
        yield* killCodes(tx, userId, code.createdAt)
        const removedFactors = yield* removeFactors(tx, userId, since)
        return { kind: 'done', endedSessions: yield* endSessions(tx, userId, 'address-restored'), removedFactors }
      }),
    removeWaysIn: (userId) =>
      asOne<Restored>(function* (tx) {
        if (!(yield* lockAccount(tx, { id: userId }))) return { kind: 'used' }
        const removedFactors = yield* removeFactors(tx, userId, 0)
        return { kind: 'done', endedSessions: yield* endSessions(tx, userId, 'ended-by-admin'), removedFactors }
      }),
  }
}

/** Somebody may add a factor in the very moment in which a password is set without one. */
function* areFactorsAsJudged(
  tx: Database,
  userId: string,
  { factorVersion, hasFactor }: { factorVersion: number; hasFactor: boolean },
): Work<boolean> {
  const [set] = yield* all(
    tx.select({ version: factorSets.version }).from(factorSets).where(eq(factorSets.userId, userId)),
  )
  const apps = yield* all(tx.select({ id: totpFactors.userId }).from(totpFactors).where(eq(totpFactors.userId, userId)))
  const keys = yield* all(tx.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.userId, userId)).limit(1))
  return (set?.version ?? 0) === factorVersion && apps.length + keys.length > 0 === hasFactor
}

/** Uses a code up; false when it was used, replaced or has expired. */
function* takeCode(tx: Database, id: string): Work<boolean> {
  const at = now()
  const isAlive = and(eq(oneTimeCodes.id, id), isNull(oneTimeCodes.usedAt), gt(oneTimeCodes.expiresAt, at))
  const change = tx.update(oneTimeCodes).set({ usedAt: at }).where(isAlive)
  return (yield* all(change.returning({ id: oneTimeCodes.id }))).length > 0
}

/** From now on what the registration left belongs to the account; what was entered with it stands there alone. */
function* adoptRegistration(tx: Database, codeId: string, { id: userId, emailKey }: Account): Work<void> {
  const emptied = { userId, payload: '{}', reservedEmailKey: null }
  yield* run(tx.update(oneTimeCodes).set(emptied).where(eq(oneTimeCodes.id, codeId)))
  const toAddress = eq(mailOutbox.recipientKey, emailKey)
  yield* run(tx.update(mailOutbox).set({ userId, recipientKey: null }).where(toAddress))
}

/**
 * Kills an account's codes. Those that undo a change of address outlive it, or a thief would change the password to be
 * rid of them; an undo kills the later ones, which went to the thief's address. A registration of the address goes on
 * waiting, as it would if there were no account.
 */
function* killCodes(tx: Database, userId: string, undoneAt: number | null = null): Work<void> {
  const isUndo = eq(oneTimeCodes.purpose, 'undo-address')
  const isOther = notInArray(oneTimeCodes.purpose, ['undo-address', 'register'])
  const isDead = undoneAt === null ? isOther : or(isOther, and(isUndo, gte(oneTimeCodes.createdAt, undoneAt)))
  yield* run(tx.delete(oneTimeCodes).where(and(eq(oneTimeCodes.userId, userId), isDead)))
}

/** Removes what was added at `since` or later; without a factor no recovery codes stay. No browser is trusted any more. */
function* removeFactors(tx: Database, userId: string, since: number): Work<Restored['removedFactors']> {
  const newPasskeys = and(eq(passkeys.userId, userId), gte(passkeys.createdAt, since))
  const newApps = and(eq(totpFactors.userId, userId), gte(totpFactors.createdAt, since))
  const removed = [
    ...(yield* all(tx.delete(passkeys).where(newPasskeys).returning({ id: passkeys.id }))),
    ...(yield* all(tx.delete(totpFactors).where(newApps).returning({ id: totpFactors.userId }))),
  ].map(({ id }): 'totp' | 'passkey' => (id === userId ? 'totp' : 'passkey'))
  const newLinks = and(eq(providerIdentities.userId, userId), gte(providerIdentities.createdAt, since))
  yield* run(tx.delete(providerIdentities).where(newLinks))
  const isBare = sql`not exists (select 1 from ${totpFactors} where ${totpFactors.userId} = ${userId})
    and not exists (select 1 from ${passkeys} where ${passkeys.userId} = ${userId})`
  const isDead = or(gte(recoveryCodes.createdAt, since), isBare)
  yield* run(tx.delete(recoveryCodes).where(and(eq(recoveryCodes.userId, userId), isDead)))
  const updatedAt = now()
  const set = { version: sql`${factorSets.version} + 1`, updatedAt }
  const first = tx.insert(factorSets).values({ userId, version: 1, updatedAt })
  yield* run(first.onConflictDoUpdate({ target: factorSets.userId, set }))
  return removed
}

function* endSessions(
  tx: Database,
  userId: string,
  reason: EndReason,
  keptSessionId: string | null = null,
): Work<string[]> {
  const isEnded = keptSessionId === null ? undefined : ne(sessions.id, keptSessionId)
  const live = and(eq(sessions.userNumber, numberOf(userId)), isNull(sessions.revokedAt), isEnded)
  const change = tx.update(sessions).set({ revokedAt: now(), revokedReason: reason }).where(live)
  return (yield* all(change.returning({ id: sessions.id }))).map(({ id }) => id)
}
