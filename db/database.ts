import type SQLite from 'better-sqlite3'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'
import type { PostgresClient } from './postgres/postgres-client.ts'
import type * as schema from './schema.ts'

type Statements = 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'run' | 'all' | 'get'

/** What a statement that returns no rows has done. */
export type RunResult = { changes: number }

export type AsyncDatabase = BaseSQLiteDatabase<'async', RunResult, typeof schema>

/**
 * The store as the layers know it: Drizzle over the tables of `schema.ts`, whichever store is behind it. Every answer is
 * a promise; what has to happen as one goes through `atomically`.
 */
export type Database = Pick<AsyncDatabase, Statements> & { readonly $client: SQLite.Database | PostgresClient }

/** The same over PostgreSQL. */
export type PostgresDatabase = Database & { readonly $client: PostgresClient }

/** The same over SQLite, whose driver also answers at once: for tests and for what looks into a file. */
export type SqliteDatabase = BetterSQLite3Database<typeof schema> & { readonly $client: SQLite.Database } & Database

export function isPostgres(database: Database): database is PostgresDatabase {
  return 'kind' in database.$client
}
