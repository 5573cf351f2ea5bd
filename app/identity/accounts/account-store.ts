import { and, eq, sql } from 'drizzle-orm'
import { atomically, type Database, isUniqueViolation, run, users, withStoreErrors } from '../../../db/index.ts'
import type { Role } from '../../contract/index.ts'
import type { Account } from '../account.ts'
import { claimAddresses, isHeldByOther } from './address-holders.ts'

export type AccountStore = {
  findByEmailKey(emailKey: string): Promise<Account | null>
  /** False when the address is taken, or kept for somebody who may have it back; then nothing was written. */
  insert(account: Account): Promise<boolean>
  /** Replaces a hash that is still the one that was read. */
  replaceHash(id: string, from: string, to: string, at: number): Promise<boolean>
  /** False when the account already has that role, or there is no such account. */
  changeRole(emailKey: string, role: Role, at: number): Promise<boolean>
}

/** The issuer's statements on the user table; the one on the sign-in path is prepared. */
export function createAccountStore(database: Database): AccountStore {
  const givenKey = sql`cast(${sql.placeholder('emailKey')} as text)`
  const find = database.select().from(users).where(eq(users.emailKey, givenKey)).prepare()
  return {
    findByEmailKey: (emailKey) => withStoreErrors(async () => (await find.execute({ emailKey }))[0] ?? null),
    insert: (account) =>
      withStoreErrors(async () => {
        try {
          return await atomically(database, function* (tx) {
            yield* claimAddresses(tx, [account.emailKey])
            if (yield* isHeldByOther(tx, account.emailKey, account.id)) return false
            yield* run(tx.insert(users).values(account))
            return true
          })
        } catch (error) {
          if (isUniqueViolation(error)) return false
          throw error
        }
      }),
    replaceHash: (id, from, to, at) =>
      withStoreErrors(async () => {
        const unchanged = and(eq(users.id, id), eq(users.passwordHash, from))
        const change = database.update(users).set({ passwordHash: to, updatedAt: at }).where(unchanged)
        return (await change.returning({ id: users.id })).length > 0
      }),
    changeRole: (emailKey, role, at) =>
      withStoreErrors(async () => {
        const other = and(eq(users.emailKey, emailKey), sql`${users.role} <> ${role}`)
        const change = database.update(users).set({ role, updatedAt: at }).where(other)
        return (await change.returning({ id: users.id })).length > 0
      }),
  }
}
