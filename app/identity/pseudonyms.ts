import { createHmac } from 'node:crypto'
import type { KeyRing } from '../kernel/index.server.ts'

/**
 * Keyed hashes of addresses that were typed at sign-in: equal for equal addresses, so that repeated tries can be told from
 * tries of many, and worth nothing without the secret. What people type there may be a password.
 */
export function createPseudonyms(ring: KeyRing): (emailKey: string) => string {
  return (emailKey) => createHmac('sha256', ring.newest.key).update(emailKey).digest('base64url').slice(0, 22)
}
