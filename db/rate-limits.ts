import { type RateLimiterAbstract, RateLimiterSQLite } from 'rate-limiter-flexible'
import type { Database } from './client.ts'

export type Budget = {
  /** Tells one limit from another; part of every key. */
  name: string
  points: number
  durationMs: number
}

/** A limit counted in the store, so that it survives restarts and is shared by every node. */
export function createRateLimiter(database: Database, { name, points, durationMs }: Budget): RateLimiterAbstract {
  return new RateLimiterSQLite({
    storeClient: database.$client,
    storeType: 'better-sqlite3',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points,
    duration: Math.ceil(durationMs / 1_000),
  })
}
