import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** One entry of `APP_SECRETS`: its id (first 8 hex digits of its SHA-256, safe to show) and its bytes. */
export type Secret = { readonly id: string; readonly bytes: Buffer }

/** Keys derived for one purpose: the newest signs and encrypts, every one verifies and decrypts. */
export type KeyRing = { readonly newest: { id: string; key: KeyObject }; readonly byId: ReadonlyMap<string, KeyObject> }

/** Reads the entries of `APP_SECRETS`, newest first. */
export function deriveSecrets(entries: readonly Buffer[]): readonly Secret[] {
  return entries.map((bytes) => ({ id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }))
}

/**
 * A 256-bit key per secret for one purpose, by HKDF-SHA-256 (RFC 5869). Keys of different purposes share nothing, so
 * one that leaks opens one door. KeyObjects, not Buffers: an HMAC with a Buffer key costs six times as much.
 *
 * The ring follows the list: when `watchLocalSecrets` changes it, the next use derives anew.
 */
export function deriveKeyRing(secrets: readonly Secret[], purpose: string): KeyRing {
  let derived = deriveKeys(secrets, purpose)
  const current = () => {
    const isStale = derived.from.length !== secrets.length || derived.from[0] !== secrets[0]
    if (isStale) derived = deriveKeys(secrets, purpose)
    return derived
  }
  return {
    get newest() {
      return current().newest
    },
    get byId() {
      return current().byId
    },
  }
}

function deriveKeys(secrets: readonly Secret[], purpose: string) {
  const keys = secrets.map((secret) => ({
    id: secret.id,
    key: createSecretKey(Buffer.from(hkdfSync('sha256', secret.bytes, 'cloakroom/v1', purpose, 32))),
  }))
  const [newest] = keys
  if (!newest) throw new RangeError('a key ring needs at least one secret')
  return { from: [...secrets], newest, byId: new Map(keys.map(({ id, key }) => [id, key])) }
}
