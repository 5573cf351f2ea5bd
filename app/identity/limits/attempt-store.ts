import { and, eq, gt, gte, inArray, lt, sql } from 'drizzle-orm'
import { all, alone, atomically, attempts, type Database, run, withStoreErrors } from '../../../db/index.ts'
import { now } from '../../kernel/index.ts'
import type { KeyedNames } from './keyed-names.ts'

/** NIST SP 800-63B-4, 3.2.2: no more than 100 consecutive failures; then only a reset helps. */
export const maxFailures = 100
/** Failures that cost nothing but the try: people mistype. */
export const freeFailures = 5
export const firstDelayMs = 30_000
export const longestDelayMs = 3_600_000

export type Begun = { kind: 'begun' } | { kind: 'blocked'; blockedUntil: number } | { kind: 'exhausted' }

export type AttemptStore = {
  /** Counts one more failure before anything is proved, or says why the try is refused. One conditional statement. */
  begin(names: KeyedNames): Promise<Begun>
  /** The proof succeeded: the row of failures is over. */
  forgive(names: KeyedNames): Promise<void>
  /** The rows of failures whose key begins so are over. */
  forgiveAll(prefixes: KeyedNames): Promise<void>
  /** Nothing was proved or disproved (a full queue): the try did not happen. */
  withdraw(names: KeyedNames): Promise<void>
}

/**
 * Consecutive failures with delays that double from 30 s to 1 h. Counting and refusing are one statement, so a burst of
 * any size gets no more tries than the same tries one after another.
 */
export function createAttemptStore(database: Database): AttemptStore {
  const at = sql`cast(${sql.placeholder('at')} as bigint)`
  const next = sql`${attempts.failures} + 1`
  const delay = sql`case
    when ${next} < ${sql.raw(String(freeFailures))} then 0
    when ${next} >= ${sql.raw(String(freeFailures + 7))} then ${sql.raw(String(longestDelayMs))}
    else ${sql.raw(String(firstDelayMs))} * (cast(1 as bigint) << cast(${next} - ${sql.raw(String(freeFailures))} as integer)) end`
  // Of tries at once the later may be written first: without a wait there is no moment that the other would come before.
  const blockedUntil = sql`case when ${next} < ${sql.raw(String(freeFailures))} then 0 else ${at} + ${delay} end`
  // A block that ends later than the longest delay allows was written by a clock that has been set back since.
  const isFree = sql`(${attempts.blockedUntil} <= ${at} or ${attempts.blockedUntil} > ${at} + ${sql.raw(String(longestDelayMs))})
    and ${attempts.failures} < ${sql.raw(String(maxFailures))}`
  const count = database
    .insert(attempts)
    .values({ key: sql.placeholder('key'), failures: 1, blockedUntil: 0, updatedAt: sql.placeholder('at') })
    .onConflictDoUpdate({
      target: attempts.key,
      set: { failures: next, blockedUntil, updatedAt: at },
      setWhere: isFree,
    })
    .returning({ key: attempts.key })
    .prepare()
  const find = database
    .select()
    .from(attempts)
    .where(eq(attempts.key, sql`cast(${sql.placeholder('key')} as text)`))
    .prepare()
  const forget = database
    .delete(attempts)
    .where(eq(attempts.key, sql`cast(${sql.placeholder('key')} as text)`))
    .prepare()
  return {
    begin: (names) =>
      withStoreErrors(async () => {
        const [key, ...older] = names
        if (older.length > 0) await bringForward(database, key, older)
        const counted = await count.execute({ key, at: now() })
        if (counted.length > 0) return { kind: 'begun' }
        const [row] = await find.execute({ key })
        if (!row || row.failures < maxFailures) return { kind: 'blocked', blockedUntil: row?.blockedUntil ?? now() }
        return { kind: 'exhausted' }
      }),
    forgive: (names) =>
      withStoreErrors(async () => {
        for (const key of names) await forget.execute({ key })
      }),
    forgiveAll: (prefixes) =>
      withStoreErrors(async () => {
        for (const prefix of prefixes) {
          // The first text that is behind all of these: an index finds what lies between, and nothing else is looked at.
          const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
          await database.delete(attempts).where(and(gte(attempts.key, prefix), lt(attempts.key, end)))
        }
      }),
    withdraw: (names) =>
      withStoreErrors(async () => {
        const taken = { failures: sql`${attempts.failures} - 1`, blockedUntil: 0 }
        const isCounted = and(inArray(attempts.key, [...names]), gt(attempts.failures, 0))
        await database.update(attempts).set(taken).where(isCounted)
      }),
  }
}

/**
 * What was counted under the names that older secrets gave goes on under the newest. While nodes disagree about which is the
 * newest, each brings the other's row over and adds to it; a lock that they all name alike keeps two from crossing.
 */
async function bringForward(database: Database, key: string, older: readonly string[]): Promise<void> {
  const former = inArray(attempts.key, [...older])
  const waiting = await database.select({ key: attempts.key }).from(attempts).where(former)
  if (waiting.length === 0) return
  const { failures, blockedUntil } = attempts
  await atomically(database, function* (tx) {
    yield* alone(tx, `failures of ${[key, ...older].sort()[0]}`)
    for (const row of yield* all(tx.delete(attempts).where(former).returning())) {
      const set = {
        failures: sql`${failures} + ${row.failures}`,
        blockedUntil: sql`case when ${blockedUntil} > ${row.blockedUntil} then ${blockedUntil} else ${row.blockedUntil} end`,
      }
      const moved = tx.insert(attempts).values({ ...row, key })
      yield* run(moved.onConflictDoUpdate({ target: attempts.key, set }))
    }
  })
}
