import { createHmac } from 'node:crypto'
import type { KeyRing } from '../../kernel/index.server.ts'

/** The name that something has in the store under the newest secret, and those it had under the older ones. */
export type KeyedNames = readonly [string, ...string[]]

/**
 * Keyed hashes of what must not stand in the store, the newest first. Rows are written under the first name and looked for
 * under all of them: a secret that is put in front of the others must not make the store forget.
 */
export function keyedNames(ring: KeyRing, text: string): KeyedNames {
  const name = (key: Parameters<typeof createHmac>[1]) => createHmac('sha256', key).update(text).digest('base64url')
  const older = [...ring.byId].filter(([id]) => id !== ring.newest.id).map(([, key]) => name(key))
  return [name(ring.newest.key), ...older]
}

/** The same within something longer. */
export function namesWithin([newest, ...older]: KeyedNames, write: (name: string) => string): KeyedNames {
  return [write(newest), ...older.map(write)]
}
