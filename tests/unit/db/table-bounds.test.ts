import { readFileSync } from 'node:fs'
import { getTableName } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createCleanup } from '../../../db/index.ts'
import { tables } from '../../support/crowded-tables.ts'
import { openTestStore } from '../../support/store.ts'

const section = readFileSync('db/README.md', 'utf8').split('## What bounds each table')[1]?.split('\n## ')[0] ?? ''
const named = [...section.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, name, bound, remover]) => ({
  ...{ name: name ?? '', bound: bound?.trim() ?? '', remover: remover?.trim() ?? '' },
}))

test('every table is named with what bounds it and what removes its rows, and no other is', () => {
  expect(named.map(({ name }) => name).toSorted()).toEqual(tables.map(getTableName).toSorted())
  for (const { name, bound, remover } of named) expect([bound, remover], name).not.toContain('')
})

test('the tables that upkeep is said to clean are those that it cleans', async () => {
  const { database, close } = openTestStore()
  const faults: unknown[] = []
  const clean = createCleanup(database, { idleMs: 1, batch: 10, onFault: (error) => faults.push(error) })
  const cleaned = Object.keys(await clean())
  close()
  expect(faults).toEqual([])
  expect(cleaned.toSorted()).toEqual(
    named.flatMap(({ name, remover }) => (remover.includes('pkeep') ? [name] : [])).toSorted(),
  )
})
