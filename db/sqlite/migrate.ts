import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { StartError } from '../../app/kernel/index.ts'
import type { SqliteDatabase } from '../database.ts'
import { isBehind } from '../migrations.ts'
import { openDatabase } from './client.ts'

const migrationsFolder = resolve('migrations/sqlite')

/** How often one looks again whether another process that starts at the same moment has got it done, and how long after. */
const maxLooks = 100
const lookAgainMs = 100

/**
 * Brings a SQLite file up to date. One that a newer version has migrated stops the start. Of processes that start at once
 * one migrates; the others fail at what it has done already, or at its lock, and look again.
 */
export function migrateDatabase(database: SqliteDatabase): void {
  for (let look = 1; isBehind(lastApplied(database), migrationsFolder); look++) {
    try {
      withReferencesOff(database, () => migrate(database, { migrationsFolder }))
    } catch (error) {
      if (look === maxLooks || !isBeaten(error)) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lookAgainMs)
    }
  }
}

/**
 * A table that others refer to cannot be made anew while references are watched: dropping the old one would take along
 * all that refers to it. So they are off meanwhile, which is possible only outside of the transaction, and looked at after it.
 */
function withReferencesOff({ $client }: SqliteDatabase, work: () => void): void {
  $client.pragma('foreign_keys = OFF')
  try {
    work()
  } finally {
    $client.pragma('foreign_keys = ON')
  }
  const broken = $client.pragma('foreign_key_check') as unknown[]
  if (broken.length > 0) throw new Error(`after migrating, ${broken.length} rows refer to what is not there`)
}

/** What one meets where another process migrates: its lock, its tables, its columns. */
function isBeaten(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (/^SQLITE_(BUSY|LOCKED)/.test(String((current as { code?: unknown }).code))) return true
    if (/already exists|duplicate column name/.test(current.message)) return true
  }
  return false
}

/** Opens and migrates the SQLite file behind a `file:` URL; every failure is a `StartError` that says what to do. */
export function openMigratedDatabase(url: string): SqliteDatabase {
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

function lastApplied(database: SqliteDatabase): number {
  const table = database.get(sql`select 1 from sqlite_master where name = '__drizzle_migrations'`)
  if (!table) return 0
  const row = database.get<{ newest: number | null }>(sql`select max(created_at) as newest from __drizzle_migrations`)
  return row?.newest ?? 0
}
