import { getTableName } from 'drizzle-orm'
import * as schema from '../schema.ts'
import { describeUrl } from './migrate-postgres.ts'
import { createPostgresClient } from './postgres-client.ts'

/** Drops every table of ours, and nothing else; the next start makes them anew. Says where. */
export async function resetPostgres(url: string): Promise<string> {
  const client = await createPostgresClient(url)
  const tables = [...Object.values(schema).map((table) => getTableName(table)), '__drizzle_migrations']
  const names = tables.map((name) => `"${name}"`).join(', ')
  try {
    await client.transaction(async (run) => {
      await run({ text: `drop table if exists ${names} cascade`, values: [], rows: 'objects' })
      await run({ text: 'drop function if exists "security_events_refuse"', values: [], rows: 'objects' })
    })
    return describeUrl(url)
  } finally {
    await client.close()
  }
}
