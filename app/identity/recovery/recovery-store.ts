import { and, eq, gt, gte, isNull, ne, or } from 'drizzle-orm'
import { type Database, oneTimeCodes, sessions, users } from '../../../db/index.ts'
import { now } from '../../kernel/index.ts'
import type { Account } from '../account-store.ts'
import { throughStore } from '../store-fault.ts'
import type { CodeRow } from './codes.ts'

/** Why a password or an address that changed ended a session. Stored with the session. */
export type EndReason = 'password-reset' | 'password-changed' | 'address-restored'

/** `used`: somebody was faster, or the code died meanwhile. `taken`: the address has an account by now. */
export type Refused = { kind: 'used' } | { kind: 'taken' }
type Done = { kind: 'done'; endedSessions: string[] }

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
  resetPassword(codeId: string, userId: string, passwordHash: string): Promise<Done | Refused>
  /** The same for somebody who knew the password, while it is still the one that was compared. */
  changePassword(userId: string, from: string, to: string): Promise<Done | Refused>
  /** `undo` is stored along with it. */
  changeAddress(codeId: string, userId: string, to: Address, undo: CodeRow | null): Promise<Done | Refused>
  /** The earlier address, no password, no sessions, no codes but those that undo still earlier changes. */
  restoreAddress(code: CodeRow, userId: string, to: Address, noPassword: string): Promise<Done | Refused>
}

type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

/** The transactions. They are synchronous, as the store's driver is: nothing else runs in between. */
export function createRecoveryStore(database: Database): RecoveryStore {
  const atomically = (work: (tx: Transaction) => Done | Refused) =>
    throughStore(() => database.transaction(work, { behavior: 'immediate' }))

  return {
    findAccount: (by) =>
      throughStore(async () => {
        const matches = 'id' in by ? eq(users.id, by.id) : eq(users.emailKey, by.emailKey)
        return (await database.select().from(users).where(matches))[0] ?? null
      }),
    completeRegistration: (codeId, account) =>
      atomically((tx) => {
        if (isTaken(tx, account.emailKey, account.id)) return { kind: 'taken' }
        if (!takeCode(tx, codeId)) return { kind: 'used' }
        tx.insert(users).values(account).run()
        return { kind: 'done', endedSessions: [] }
      }),
    confirmAddress: (codeId, userId, emailKey) =>
      atomically((tx) => {
        const same = and(eq(users.id, userId), eq(users.emailKey, emailKey))
        if (tx.select({ id: users.id }).from(users).where(same).all().length === 0) return { kind: 'used' }
        if (!takeCode(tx, codeId)) return { kind: 'used' }
        tx.update(users).set({ emailVerifiedAt: now(), updatedAt: now() }).where(same).run()
        return { kind: 'done', endedSessions: [] }
      }),
    resetPassword: (codeId, userId, passwordHash) =>
      atomically((tx) => {
        if (!takeCode(tx, codeId)) return { kind: 'used' }
        // The code came by mail to the account's address, so that is confirmed as well.
        const at = now()
        const set = { passwordHash, passwordResetRequiredAt: null, emailVerifiedAt: at, updatedAt: at }
        tx.update(users).set(set).where(eq(users.id, userId)).run()
        killCodes(tx, userId)
        return { kind: 'done', endedSessions: endSessions(tx, userId, 'password-reset') }
      }),
    changePassword: (userId, from, to) =>
      atomically((tx) => {
        const unchanged = and(eq(users.id, userId), eq(users.passwordHash, from))
        const change = tx.update(users).set({ passwordHash: to, updatedAt: now() }).where(unchanged)
        if (change.returning({ id: users.id }).all().length === 0) return { kind: 'used' }
        killCodes(tx, userId)
        return { kind: 'done', endedSessions: endSessions(tx, userId, 'password-changed') }
      }),
    changeAddress: (codeId, userId, to, undo) =>
      atomically((tx) => {
        if (isTaken(tx, to.emailKey, userId)) return { kind: 'taken' }
        if (!takeCode(tx, codeId)) return { kind: 'used' }
        const at = now()
        tx.update(users)
          .set({ ...to, emailVerifiedAt: at, updatedAt: at })
          .where(eq(users.id, userId))
          .run()
        killCodes(tx, userId)
        if (undo) tx.insert(oneTimeCodes).values(undo).run()
        return { kind: 'done', endedSessions: [] }
      }),
    restoreAddress: (code, userId, to, noPassword) =>
      atomically((tx) => {
        if (isTaken(tx, to.emailKey, userId)) return { kind: 'taken' }
        if (!takeCode(tx, code.id)) return { kind: 'used' }
        const at = now()
        const set = { ...to, passwordHash: noPassword, emailVerifiedAt: at, updatedAt: at }
        tx.update(users).set(set).where(eq(users.id, userId)).run()
        killCodes(tx, userId, code.createdAt)
        return { kind: 'done', endedSessions: endSessions(tx, userId, 'address-restored') }
      }),
  }
}

function isTaken(tx: Transaction, emailKey: string, exceptId: string): boolean {
  const other = and(eq(users.emailKey, emailKey), ne(users.id, exceptId))
  return tx.select({ id: users.id }).from(users).where(other).all().length > 0
}

/** Uses a code up; false when it was used, replaced or has expired. */
function takeCode(tx: Transaction, id: string): boolean {
  const at = now()
  const isAlive = and(eq(oneTimeCodes.id, id), isNull(oneTimeCodes.usedAt), gt(oneTimeCodes.expiresAt, at))
  const change = tx.update(oneTimeCodes).set({ usedAt: at }).where(isAlive)
  return change.returning({ id: oneTimeCodes.id }).all().length > 0
}

/**
 * Kills an account's codes. Those that undo a change of address outlive it, or a thief would change the password to be
 * rid of them; an undo kills the later ones, which went to the thief's address.
 */
function killCodes(tx: Transaction, userId: string, undoneAt: number | null = null): void {
  const isUndo = eq(oneTimeCodes.purpose, 'undo-address')
  const isDead =
    undoneAt === null
      ? ne(oneTimeCodes.purpose, 'undo-address')
      : or(ne(oneTimeCodes.purpose, 'undo-address'), and(isUndo, gte(oneTimeCodes.createdAt, undoneAt)))
  tx.delete(oneTimeCodes)
    .where(and(eq(oneTimeCodes.userId, userId), isDead))
    .run()
}

function endSessions(tx: Transaction, userId: string, reason: EndReason): string[] {
  const live = and(eq(sessions.userId, userId), isNull(sessions.revokedAt))
  const change = tx.update(sessions).set({ revokedAt: now(), revokedReason: reason }).where(live)
  return change
    .returning({ id: sessions.id })
    .all()
    .map(({ id }) => id)
}
