import { afterEach, expect, test } from 'vitest'
import { copyStore, type Database, securityEvents, users } from '../../../../db/index.ts'
import { openTestStore, type TestStore } from '../../../support/store.ts'

// Copies between two SQLite stores; between SQLite and PostgreSQL they run over whole servers.

const opened: TestStore[] = []
const open = () => {
  const store = openTestStore()
  opened.push(store)
  return store.database
}
afterEach(() => {
  for (const store of opened.splice(0)) store.close()
})

const person = (id: string) => {
  const words = { email: id, emailKey: id, name: 'Zoë "Q"', passwordHash: '' }
  return { id, ...words, createdAt: 1, updatedAt: 2 }
}
const event = { createdAt: 1, keepUntil: 2, type: 'sign-in', outcome: 'refused' }

test('a store is copied in as many pieces as it takes, under the same sum', async () => {
  const [source, target, third] = [open(), open(), open()]
  for (let at = 0; at < 1_001; at++) await source.insert(users).values(person(`person-${at}`))
  await source.insert(securityEvents).values(event)
  const copied = await copyStore(source, target)
  const again = await copyStore(target, third)
  expect(copied).toEqual(again)
  if (copied.kind !== 'copied') throw new Error(copied.kind)
  const sums = new Map(copied.tables.map(({ table, ...sum }) => [table, sum]))
  expect(sums.get('users')).toEqual({ rows: 1_001, checksum: expect.stringMatching(/^(?!0+$)[0-9a-f]{64}$/) })
  expect(sums.get('security_events')?.rows).toBe(1)
  expect(sums.get('projects')).toEqual({ rows: 0, checksum: '0'.repeat(64) })
})

test('a source that somebody writes to meanwhile is noticed, and nothing is kept', async () => {
  const [source, target] = [open(), open()]
  await source.insert(users).values(person('first'))
  let reads = 0
  const busy = new Proxy(source, {
    get(store, name) {
      // Once the first table has been read.
      if (name === 'select' && ++reads === 2) void store.insert(users).values(person('late')).run()
      return Reflect.get(store, name)
    },
  }) as Database
  expect(await copyStore(busy, target)).toEqual({ kind: 'differs', table: 'users' })
  expect(await target.select().from(users)).toEqual([])
})
