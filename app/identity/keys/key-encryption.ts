import { CompactEncrypt, calculateJwkThumbprint, compactDecrypt, type JWK } from 'jose'
import type { KeyRing } from '../../kernel/index.server.ts'

/**
 * A private JWK as a compact JWE (RFC 7516, `dir` with A256GCM) under the newest key of the ring; the header's `kid`
 * is the id of that secret.
 */
export async function encryptPrivateJwk(ring: KeyRing, jwk: JWK): Promise<string> {
  return await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(jwk)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'jwk+json', kid: ring.newest.id })
    .encrypt(ring.newest.key)
}

/** Opens an encrypted private JWK. Null when no key of the ring opens it, or it is not the key that its row names. */
export async function decryptPrivateJwk(ring: KeyRing, encrypted: string, thumbprint: string): Promise<JWK | null> {
  try {
    const { plaintext } = await compactDecrypt(
      encrypted,
      (header) => {
        const key = ring.byId.get(header.kid ?? '')
        if (!key) throw new RangeError('encrypted with a secret that is no longer there')
        return key
      },
      { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    )
    const jwk = JSON.parse(new TextDecoder().decode(plaintext)) as JWK
    return (await calculateJwkThumbprint(jwk)) === thumbprint ? jwk : null
  } catch {
    return null
  }
}
