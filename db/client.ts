import SQLite from 'better-sqlite3'
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3'
import { Problem } from '../app/kernel/index.ts'
import * as schema from './schema.ts'

export type Database = BetterSQLite3Database<typeof schema> & { readonly $client: SQLite.Database }

export type OpenOptions = {
  /** Milliseconds that a statement waits for another process's lock. Short: the wait holds up the event loop. */
  busyTimeoutMs?: number
}

/** Opens (and creates) the SQLite file behind a `file:` URL, or `file::memory:`. The caller closes `$client`. */
export function openDatabase(url: string, options: OpenOptions = {}): Database {
  const client = new SQLite(url.replace(/^file:/, ''))
  // WAL lets readers go on while one writes; NORMAL is safe with WAL against a killed process.
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = NORMAL')
  client.pragma('foreign_keys = ON')
  client.pragma(`busy_timeout = ${options.busyTimeoutMs ?? 1_000}`)
  return drizzle(client, { schema })
}

/** True for a unique or primary key that is already taken. */
export function isUniqueViolation(error: unknown): boolean {
  const { code } = unwrap(error)
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

/** A store that cannot answer (locked, full, unreadable) as `unavailable`; null for every other error. */
export function asStoreProblem(error: unknown): Problem | null {
  const { code } = unwrap(error)
  if (!/^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|PROTOCOL)/.test(code)) return null
  return new Problem('unavailable', {
    detail: 'The store cannot be reached at the moment. Nothing was changed; please try again shortly.',
    retryAfterSeconds: 2,
    cause: error,
  })
}

function unwrap(error: unknown): { code: string } {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && code.startsWith('SQLITE_')) return { code }
  }
  return { code: '' }
}
