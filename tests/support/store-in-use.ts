import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { databaseOf, dropDatabaseOf } from './postgres/databases.ts'
import { openPostgres } from './postgres/sync-client.ts'
import type { StoreConnection } from './store-connection.ts'

/** Which store the servers of this run speak to: SQLite, or PostgreSQL with `TEST_STORE=postgres`. */
export const storeInUse = process.env.TEST_STORE === 'postgres' ? 'postgres' : 'sqlite'

/** The settings by which a program over this data folder finds the run's store. SQLite needs none. */
export function storeSettings(dataDir: string): Record<string, string> {
  if (storeInUse === 'sqlite') return {}
  // A crowd of requests on a busy machine waits longer than anybody should on a machine of its own.
  const patience = { DATABASE_STATEMENT_TIMEOUT: '30s', DATABASE_CONNECT_TIMEOUT: '30s' }
  return { DATABASE_URL: databaseOf(dataDir), ...patience }
}

/** A connection of the test's own to the store of a data folder. The caller closes it. */
export function openStoreOf(dataDir: string): StoreConnection {
  if (storeInUse === 'postgres') return openPostgres(databaseOf(dataDir))
  const database = new SQLite(join(dataDir, 'cloakroom.sqlite'), { timeout: 5_000 })
  database.pragma('foreign_keys = ON')
  return database as StoreConnection
}

/** Removes what of a store does not stand in the data folder. */
export function removeStoreOf(dataDir: string): void {
  if (storeInUse === 'postgres') dropDatabaseOf(dataDir)
}
