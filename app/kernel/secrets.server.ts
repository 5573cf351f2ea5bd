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
 */
export function deriveKeyRing(secrets: readonly Secret[], purpose: string): KeyRing {
  const derived = secrets.map((secret) => ({
    id: secret.id,
    key: createSecretKey(Buffer.from(hkdfSync('sha256', secret.bytes, 'cloakroom/v1', purpose, 32))),
  }))
  const [newest] = derived
  if (!newest) throw new RangeError('a key ring needs at least one secret')
  return { newest, byId: new Map(derived.map(({ id, key }) => [id, key])) }
}
