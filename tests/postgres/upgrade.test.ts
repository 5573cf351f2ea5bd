import { Client } from 'pg'
import { test } from 'vitest'
import { closeStore, openStore } from '../../db/index.ts'
import {
  type Ask,
  expectAllSignedIn,
  expectOwnersRemoved,
  expectSameHoldings,
  makePreviousStore,
} from '../support/previous-store.ts'
import { createDatabase, quick } from './own-database.ts'

test('an upgrade of PostgreSQL carries every row over and signs nobody out', async () => {
  const { url, drop } = createDatabase()
  const client = new Client({ connectionString: url })
  await client.connect()
  // Numbers of 64 bits come as text.
  const ask: Ask = async (statement) =>
    (await client.query(statement)).rows.map((row: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, /^\d+$/.test(String(value)) ? Number(value) : value]),
      ),
    )
  const before = await makePreviousStore(ask, 'migrations/postgres')
  const database = await openStore({ url, postgres: quick })
  await expectSameHoldings(ask, before)
  await expectAllSignedIn(database)
  await expectOwnersRemoved(ask)
  await closeStore(database)
  await client.end()
  drop()
})
