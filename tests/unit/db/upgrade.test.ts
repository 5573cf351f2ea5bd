import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { migrateDatabase, overSqlite } from '../../../db/index.ts'
import {
  type Ask,
  expectAllSignedIn,
  expectOwnersRemoved,
  expectSameHoldings,
  makePreviousStore,
} from '../../support/previous-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-upgrade-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('an upgrade of SQLite carries every row over and signs nobody out', async () => {
  const client = new SQLite(join(folder, 'cloakroom.sqlite'))
  const ask: Ask = async (statement) => {
    const prepared = client.prepare(statement)
    if (prepared.reader) return prepared.all() as Record<string, unknown>[]
    prepared.run()
    return []
  }
  const before = await makePreviousStore(ask, 'migrations/sqlite')
  const database = overSqlite(client)
  migrateDatabase(database)
  await expectSameHoldings(ask, before)
  await expectAllSignedIn(database)
  expect(client.pragma('foreign_keys', { simple: true })).toBe(1)
  expect(client.pragma('integrity_check', { simple: true })).toBe('ok')
  await expectOwnersRemoved(ask)
  client.close()
})
