import { readFileSync } from 'node:fs'
import { StartError } from '../app/kernel/index.ts'

/**
 * True when a store whose newest migration was made at `newestApplied` (0 when it is empty) lacks some of a folder. A store
 * that a newer version has migrated stops the start: running on would write rows whose meaning this version does not know.
 */
export function isBehind(newestApplied: number, migrationsFolder: string): boolean {
  const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')) as {
    entries: { when: number }[]
  }
  const newestKnown = Math.max(...journal.entries.map((entry) => entry.when))
  if (newestApplied > newestKnown) {
    throw new StartError([
      'the database was migrated by a newer version of Cloakroom: install that version, or restore a backup made before it',
    ])
  }
  return newestApplied < newestKnown
}
