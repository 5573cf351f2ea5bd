import { and, eq, gt, isNull, ne } from 'drizzle-orm'
import { all, alone, type Database, forUpdate, oneTimeCodes, users, type Work } from '../../../db/index.ts'
import { now } from '../../kernel/index.ts'
import type { Account } from '../account.ts'

/** Who has an address: an account, or one that a code can give it back to. Never both, unless they are the same. */
export type Holder = {
  account: Account | null
  /** The id of the account that the address is kept for while its change can be undone. */
  reservedFor: string | null
}

/** The id of the account that has the address or may have it back; null when it is free. */
export function holderId({ account, reservedFor }: Holder): string | null {
  return account?.id ?? reservedFor
}

/** From here to its end this work is alone among those that take or leave one of these addresses. */
export function* claimAddresses(tx: Database, emailKeys: readonly string[]): Work<void> {
  // In one order everywhere, so that two who exchange addresses do not wait for each other.
  for (const key of [...new Set(emailKeys)].sort()) yield* alone(tx, `address ${key}`)
}

/**
 * True when somebody else has the address or may have it back. Asked after `claimAddresses` by every work that gives an
 * account an address; `userId` is that account.
 */
export function* isHeldByOther(tx: Database, emailKey: string, userId: string): Work<boolean> {
  const other = and(eq(users.emailKey, emailKey), ne(users.id, userId))
  if ((yield* all(tx.select({ id: users.id }).from(users).where(other))).length > 0) return true
  const reservedFor = yield* findReservation(tx, emailKey)
  return reservedFor !== null && reservedFor !== userId
}

/** Who has the address now; its account neither changes nor goes until this work ends. */
export function* lockHolder(tx: Database, emailKey: string): Work<Holder> {
  return { account: yield* lockAccount(tx, { emailKey }), reservedFor: yield* findReservation(tx, emailKey) }
}

/** The same without holding on to the account, for works that hold on to another one. */
export function* findHolder(tx: Database, emailKey: string): Work<Holder> {
  const [account = null] = yield* all(tx.select().from(users).where(eq(users.emailKey, emailKey)))
  return { account, reservedFor: yield* findReservation(tx, emailKey) }
}

/** The account as it is now, which nobody else changes or deletes until this work ends. Null when it is gone. */
export function* lockAccount(tx: Database, by: { id: string } | { emailKey: string }): Work<Account | null> {
  const matches = 'id' in by ? eq(users.id, by.id) : eq(users.emailKey, by.emailKey)
  return (yield* all(tx.select().from(users).where(forUpdate(tx, matches))))[0] ?? null
}

function* findReservation(tx: Database, emailKey: string): Work<string | null> {
  const reserves = and(eq(oneTimeCodes.reservedEmailKey, emailKey), eq(oneTimeCodes.purpose, 'undo-address'))
  const isAlive = and(reserves, isNull(oneTimeCodes.usedAt), gt(oneTimeCodes.expiresAt, now()))
  return (yield* all(tx.select({ id: oneTimeCodes.userId }).from(oneTimeCodes).where(isAlive)))[0]?.id ?? null
}
