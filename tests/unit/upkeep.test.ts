import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createReadiness } from '../../app/upkeep.server.ts'
import { openTestStore } from '../support/store.ts'

const issuerWith = (keys: object[]) => ({ keySet: async () => ({ keys }) }) as never
const { database } = openTestStore()

test('a process with a store, a key and room on its disk is ready', async () => {
  const { store, keys, disk, running } = createReadiness(database, issuerWith([{}]), { DATA_DIR: tmpdir() })
  expect([await store(), await keys(), disk(), running()]).toEqual([true, true, true, true])
})

test('a process without keys is not ready', async () => {
  expect(await createReadiness(database, issuerWith([]), { DATA_DIR: tmpdir() }).keys()).toBe(false)
})

test('a process whose disk cannot be asked is not ready', () => {
  const DATA_DIR = join(tmpdir(), 'a-folder-that-nobody-made')
  expect(createReadiness(database, issuerWith([{}]), { DATA_DIR }).disk()).toBe(false)
})
