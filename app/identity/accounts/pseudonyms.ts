import type { KeyRing } from '../../kernel/index.server.ts'
import { type KeyedNames, keyedNames, namesWithin } from '../limits/keyed-names.ts'

/**
 * Keyed hashes of addresses that were typed at sign-in: equal for equal addresses, so that repeated tries can be told from
 * tries of many, and worth nothing without the secret. What people type there may be a password.
 */
export function createPseudonyms(ring: KeyRing): (emailKey: string) => string {
  return (emailKey) => keyedNames(ring, emailKey)[0].slice(0, 22)
}

/** The pseudonym of an address and those it had under older secrets: for rows that are looked for by it. */
export function createPseudonymSeries(ring: KeyRing): (emailKey: string) => KeyedNames {
  return (emailKey) => namesWithin(keyedNames(ring, emailKey), (name) => name.slice(0, 22))
}
