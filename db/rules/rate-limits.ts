import { sql } from 'drizzle-orm'
import { type RateLimiterAbstract, RateLimiterPostgres, RateLimiterRes, RateLimiterSQLite } from 'rate-limiter-flexible'
import { type Database, isPostgres, type PostgresDatabase } from '../database.ts'
import { rateLimits } from '../schema.ts'
import { all, type Work } from '../store/transactions.ts'

/** Clocks of nodes differ, and windows are counted in whole seconds. */
const clockToleranceMs = 60_000

export type Budget = {
  /** Tells one limit from another; part of every key. */
  name: string
  points: number
  durationMs: number
}

/** A limit counted in the store, so that it survives restarts and is shared by every node. */
export function createRateLimiter(database: Database, { name, points, durationMs }: Budget): RateLimiterAbstract {
  const limits = { keyPrefix: name, points, duration: Math.ceil(durationMs / 1_000) }
  // Rows that are over go with the others that are dead.
  const table = { tableName: 'rate_limits', tableCreated: true, clearExpiredByTimeout: false }
  const limiter = isPostgres(database)
    ? new RateLimiterPostgres({ ...limits, ...table, storeClient: connectionOf(database), storeType: 'client' })
    : new RateLimiterSQLite({ ...limits, ...table, storeClient: database.$client, storeType: 'better-sqlite3' })
  return forgivingClocks(limiter, durationMs)
}

/** A window that ends later than one that begins now was begun by a clock that has been set back since: it is over. */
function forgivingClocks(limiter: RateLimiterAbstract, durationMs: number): RateLimiterAbstract {
  const consume = limiter.consume.bind(limiter)
  limiter.consume = async (...given) => {
    try {
      return await consume(...given)
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes) || refusal.msBeforeNext <= durationMs + clockToleranceMs) throw refusal
      await limiter.delete(given[0])
      return await consume(...given)
    }
  }
  return limiter
}

/** What the limiter takes for a client of its own: its statements share the pool, the names and the faults. */
function connectionOf({ $client }: PostgresDatabase) {
  return {
    query: ({ text, values }: { text: string; values: unknown[] }) =>
      $client.run({ text, values, name: $client.nameOf(text), rows: 'objects' }),
  }
}

/** Adds points to a window that goes by this name, within a transaction; how many it has then. It is removed after `endsAt`. */
export function* takePoints(tx: Database, key: string, points: number, endsAt: number): Work<number> {
  const added = tx
    .insert(rateLimits)
    // Beyond its end, by a clock that may be behind.
    .values({ key, points, expire: endsAt + clockToleranceMs })
    .onConflictDoUpdate({ target: rateLimits.key, set: { points: sql`${rateLimits.points} + excluded.points` } })
  const [row] = yield* all(added.returning({ points: rateLimits.points }))
  return row?.points ?? points
}
