import { calculateJwkThumbprint, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { KeyRing } from '../../kernel/index.server.ts'
import { now } from '../../kernel/index.ts'
import { decryptPrivateJwk, encryptPrivateJwk } from './key-encryption.ts'
import type { SigningAlgorithm, SigningKeyRow } from './signing-key-store.ts'

export type Key = Exclude<Awaited<ReturnType<typeof importJWK>>, Uint8Array>
export type LoadedKey = SigningKeyRow & { readonly jwk: JWK; readonly publicKey: Key; readonly privateKey: Key | null }

/** A new key pair, its private half encrypted with the newest secret. */
export async function makeKey(ring: KeyRing, alg: SigningAlgorithm, signsFrom: number): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return {
    ...{ kid, alg, createdAt: now(), signsFrom, retiredAt: null },
    publicJwk: JSON.stringify({ ...jwk, kid, alg, use: 'sig' }),
    privateJwk: await encryptPrivateJwk(ring, await exportJWK(privateKey)),
  }
}

/** A row with its keys. The private one is null when no secret opens it, or it is of an algorithm not in use. */
export async function loadKey(row: SigningKeyRow, ring: KeyRing, alg: SigningAlgorithm): Promise<LoadedKey> {
  const jwk = JSON.parse(row.publicJwk) as JWK
  const privateJwk = row.alg === alg ? await decryptPrivateJwk(ring, row.privateJwk, row.kid) : null
  return {
    ...row,
    jwk,
    publicKey: await importKey(jwk, row.alg),
    privateKey: privateJwk && (await importKey(privateJwk, row.alg)),
  }
}

/** The private half under the newest secret of `to`; null when it is already, or `from` does not open it. */
export async function reencryptKey(row: SigningKeyRow, from: KeyRing, to: KeyRing): Promise<string | null> {
  if (findEncryptingSecret(row) === to.newest.id) return null
  const jwk = await decryptPrivateJwk(from, row.privateJwk, row.kid)
  return jwk && (await encryptPrivateJwk(to, jwk))
}

/** The id of the secret that a private key is encrypted with; null once it has been wiped. */
export function findEncryptingSecret({ privateJwk }: Pick<SigningKeyRow, 'privateJwk'>): string | null {
  return privateJwk === '' ? null : (decodeProtectedHeader(privateJwk).kid ?? null)
}

async function importKey(jwk: JWK, alg: SigningAlgorithm): Promise<Key> {
  // Signing in this thread needs a key object, which Node will make of an extractable key alone.
  return (await importJWK(jwk, alg, { extractable: true })) as Key
}
