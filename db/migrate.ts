import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { StartError } from '../app/kernel/index.ts'
import { type Database, openDatabase } from './client.ts'

const migrationsFolder = resolve('migrations/sqlite')

/**
 * Brings the store up to date. A store that a newer version has migrated stops the start: running on would write rows
 * whose meaning this version does not know.
 */
export function migrateDatabase(database: Database): void {
  const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')) as {
    entries: { when: number }[]
  }
  const newestKnown = Math.max(...journal.entries.map((entry) => entry.when))
  const newestApplied = lastApplied(database)
  if (newestApplied > newestKnown) {
    throw new StartError([
      'the database was migrated by a newer version of Cloakroom: install that version, or restore a backup made before it',
    ])
  }
  if (newestApplied < newestKnown) migrate(database, { migrationsFolder })
}

/** Opens and migrates the store behind `url`; every failure is a `StartError` that says what to do. */
export function openMigratedDatabase(url: string): Database {
  const file = url.replace(/^file:/, '')
  try {
    if (file !== ':memory:' && !existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    // Only the server's own user reads it; the files beside it (WAL) take after it.
    if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600))
    const database = openDatabase(url)
    migrateDatabase(database)
    return database
  } catch (error) {
    if (error instanceof StartError) throw error
    const { code } = error as { code?: string }
    throw new StartError([
      `the database ${file} cannot be opened (${code ?? error}): check its path, owner and free space`,
    ])
  }
}

function lastApplied(database: Database): number {
  const table = database.get(sql`select 1 from sqlite_master where name = '__drizzle_migrations'`)
  if (!table) return 0
  const row = database.get<{ newest: number | null }>(sql`select max(created_at) as newest from __drizzle_migrations`)
  return row?.newest ?? 0
}
