import { test } from 'vitest'
import { storeInUse } from './store-in-use.ts'

/** Tests about SQLite itself, by name, each with the reason why PostgreSQL is not asked the same. */
const aboutSqlite = {
  'a store that cannot be written takes the process out, by the name of the check alone':
    'a lock of the whole file; PostgreSQL says by itself that it takes no writes, which has its own test',
  'a backup of a running server is restored by putting it in place: whoever went on since stays signed in':
    'a copy of a file; PostgreSQL is backed up by its own tools',
} satisfies Record<string, string>

/** A test that a run on PostgreSQL leaves out. Its name has to stand in the list above. */
export function testOfSqlite(name: keyof typeof aboutSqlite, work: () => Promise<void>): void {
  if (storeInUse === 'sqlite') test(name, work)
}
