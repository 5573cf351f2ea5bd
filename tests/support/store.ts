import SQLite from 'better-sqlite3'
import { migrateDatabase, openMigratedDatabase, overSqlite, type SqliteDatabase } from '../../db/index.ts'

export type TestStore = { database: SqliteDatabase; close: () => void }

/** A migrated store of its own, in memory unless a `file:` URL is given. */
export function openTestStore(url = 'file::memory:'): TestStore {
  const database = openMigratedDatabase(url)
  return { database, close: () => database.$client.close() }
}

/** A migrated store in memory that notes every statement SQLite runs. `taken()` returns them and starts over. */
export function openCountedStore(): TestStore & { taken: () => string[] } {
  let statements: string[] = []
  const client = new SQLite(':memory:', { verbose: (statement) => statements.push(String(statement)) })
  client.pragma('foreign_keys = ON')
  const database = overSqlite(client)
  migrateDatabase(database)
  const taken = () => {
    const noted = statements
    statements = []
    return noted
  }
  taken()
  return { database, close: () => client.close(), taken }
}
