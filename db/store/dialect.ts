import { type SQL, sql } from 'drizzle-orm'
import { type Database, isPostgres } from '../database.ts'

// All that the two stores say differently. Everything else is one text for both.

/** The store's own clock in milliseconds, by which the triggers of security events judge as well. */
export function storeClock(database: Database): SQL<number> {
  return isPostgres(database)
    ? sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
    : sql<number>`cast(unixepoch('subsec') * 1000 as integer)`
}

/**
 * The condition of a select, without order or limit, whose rows nobody else changes until the transaction ends. They come
 * as they are once the one who changes them is done. SQLite has one writer anyway.
 */
export function forUpdate(database: Database, condition: SQL): SQL {
  return isPostgres(database) ? sql`${condition} for update` : condition
}

/** At the end of a select inside a delete: leaves rows alone that another node removes right now. */
export function skipLocked(database: Database): SQL {
  return isPostgres(database) ? sql` for update skip locked` : sql``
}
