import { randomUUID } from 'node:crypto'
import SQLite from 'better-sqlite3'
import {
  closeStore,
  type Database,
  migrateDatabase,
  openMigratedDatabase,
  openStore,
  overSqlite,
  type SqliteDatabase,
} from '../../db/index.ts'
import { databaseOf, dropDatabaseOf } from './postgres/databases.ts'
import { storeInUse } from './store-in-use.ts'

export type TestStore = { database: SqliteDatabase; close: () => void }
export type OpenStore = { database: Database; close: () => void | Promise<void> }

/** A migrated store of its own, in memory unless a `file:` URL is given. */
export function openTestStore(url = 'file::memory:'): TestStore {
  const database = openMigratedDatabase(url)
  return { database, close: () => database.$client.close() }
}

/** A migrated store of its own, of the kind that this run is about. */
export async function openStoreInUse(): Promise<OpenStore> {
  if (storeInUse === 'sqlite') return openTestStore()
  const name = randomUUID()
  const database = await openStore({ url: databaseOf(name) })
  const close = async () => {
    await closeStore(database)
    dropDatabaseOf(name)
  }
  return { database, close }
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
