import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeStore, openStore } from '../../db/index.ts'
import { databaseOf } from './postgres/databases.ts'
import { openTestStore } from './store.ts'
import { openStoreOf, removeStoreOf, storeInUse } from './store-in-use.ts'

/**
 * A migrated store of the kind that this run is about, with a connection of the test's own whose statements are done when
 * they return: what somebody else does between two steps of a work.
 */
export async function openStoreWithAside() {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-store-'))
  const database =
    storeInUse === 'sqlite'
      ? openTestStore(`file:${join(folder, 'cloakroom.sqlite')}`).database
      : await openStore({ url: databaseOf(folder) })
  const aside = openStoreOf(folder)
  return {
    ...{ database, aside },
    close: async () => {
      aside.close()
      await closeStore(database)
      removeStoreOf(folder)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type StoreWithAside = Awaited<ReturnType<typeof openStoreWithAside>>
