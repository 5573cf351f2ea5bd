import SQLite from 'better-sqlite3'
import { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'
import type { SqliteDatabase } from '../database.ts'
import { DirectSqliteSession } from './sqlite-statements.ts'

export type OpenOptions = {
  /** Milliseconds that a statement waits for another process's lock. Short: the wait holds up the event loop. */
  busyTimeoutMs?: number
}

/** Opens (and creates) the SQLite file behind a `file:` URL, or `file::memory:`. The caller closes `$client`. */
export function openDatabase(url: string, options: OpenOptions = {}): SqliteDatabase {
  const client = new SQLite(url.replace(/^file:/, ''))
  // WAL lets readers go on while one writes; NORMAL is safe with WAL against a killed process.
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = NORMAL')
  client.pragma('foreign_keys = ON')
  client.pragma(`busy_timeout = ${options.busyTimeoutMs ?? 1_000}`)
  return overSqlite(client)
}

/** The tables over a connection that is open. The driver answers at once; what is awaited does not mind. */
export function overSqlite(client: SQLite.Database): SqliteDatabase {
  const dialect = new SQLiteSyncDialect()
  const session = new DirectSqliteSession(client, dialect)
  const database = new BetterSQLite3Database('sync', dialect, session, undefined)
  return Object.assign(database, { $client: client }) as unknown as SqliteDatabase
}
