import type { StoreConnection } from './store-connection.ts'
import { storeInUse } from './store-in-use.ts'

/** From here to `rollback` nobody else writes to the store; everybody may read. */
export function lockAgainstWriting(database: StoreConnection): void {
  if (storeInUse === 'sqlite') {
    database.exec('begin immediate')
    return
  }
  const tables = database.prepare("select tablename from pg_tables where schemaname = 'public'").pluck().all()
  // EXCLUSIVE waits for writers and lets readers through, as SQLite's lock does.
  database.exec(`begin; lock table ${tables.join(', ')} in exclusive mode`)
}
