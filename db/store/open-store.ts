import { sql } from 'drizzle-orm'
import type { Database } from '../database.ts'
import { migratePostgres } from '../postgres/migrate-postgres.ts'
import { createPostgresClient, type PostgresOptions } from '../postgres/postgres-client.ts'
import { createPostgresDatabase } from '../postgres/postgres-database.ts'
import type { PostgresFault } from '../postgres/postgres-fault.ts'
import { openMigratedDatabase } from '../sqlite/migrate.ts'

export type StoreOptions = {
  /** `file:…`, or `postgres://…`. */
  url: string
  /** For PostgreSQL alone. */
  postgres?: PostgresOptions
  /** Told of connections that broke while nobody used them. */
  onFault?: (fault: PostgresFault) => void
}

/** Opens and migrates the store behind a URL; every failure is a `StartError`. The caller ends it with `closeStore`. */
export async function openStore({ url, postgres, onFault }: StoreOptions): Promise<Database> {
  if (!isPostgresUrl(url)) return openMigratedDatabase(url)
  const client = await createPostgresClient(url, postgres, onFault)
  try {
    await migratePostgres(client, url)
    return createPostgresDatabase(client)
  } catch (error) {
    await client.close()
    throw error
  }
}

export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url)
}

/** True when the store takes writes at this moment. Changes nothing. */
export async function canWrite(database: Database): Promise<boolean> {
  const { $client } = database
  try {
    if ('kind' in $client) {
      const isReadOnly = sql`select current_setting('transaction_read_only') = 'on' as "isReadOnly"`
      return !(await database.get<{ isReadOnly: boolean }>(isReadOnly)).isReadOnly
    }
    $client.exec('begin immediate')
    $client.exec('rollback')
    return true
  } catch {
    return false
  }
}

/** Lets go of the store. On PostgreSQL statements that are under way are waited for. */
export async function closeStore({ $client }: Database): Promise<void> {
  await $client.close()
}
