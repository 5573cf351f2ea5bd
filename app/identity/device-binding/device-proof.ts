import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import * as z from 'zod'

const maxLength = 4_096
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const publicKey = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate })

/** A P-256 key as a browser shows it. */
export type DeviceKey = z.infer<typeof publicKey>

/** Why a proof was not taken; for events, never for whoever tried. */
export type ProofRefusal = 'malformed' | 'key' | 'signature'

type Read = { readonly challenge: string; readonly isJwkGiven: boolean; readonly jwk: unknown }

/** A key that signs for itself, and the challenge that it signed (DBSC, "DBSC Proof JWT Syntax"). */
export async function verifyNewKey(
  jwt: string,
): Promise<{ kind: 'verified'; key: DeviceKey; challenge: string } | { kind: 'refused'; reason: ProofRefusal }> {
  const read = readProof(jwt)
  if (!read) return { kind: 'refused', reason: 'malformed' }
  const key = publicKey.safeParse(read.jwk)
  // A private part is a secret that somebody else has seen by now.
  if (!key.success || Object.hasOwn(read.jwk as object, 'd')) return { kind: 'refused', reason: 'key' }
  if (!(await isSignedBy(jwt, key.data))) return { kind: 'refused', reason: 'signature' }
  return { kind: 'verified', key: key.data, challenge: read.challenge }
}

/** The challenge that a known key signed; a proof of its use brings no key of its own. */
export async function verifyUse(
  jwt: string,
  key: DeviceKey,
): Promise<{ kind: 'verified'; challenge: string } | { kind: 'refused'; reason: ProofRefusal }> {
  const read = readProof(jwt)
  if (!read || read.isJwkGiven) return { kind: 'refused', reason: 'malformed' }
  if (!(await isSignedBy(jwt, key))) return { kind: 'refused', reason: 'signature' }
  return { kind: 'verified', challenge: read.challenge }
}

function readProof(jwt: string): Read | null {
  if (jwt.length > maxLength) return null
  try {
    const header = decodeProtectedHeader(jwt)
    const { jti } = decodeJwt(jwt)
    if (header.typ !== 'dbsc+jwt' || header.alg !== 'ES256' || typeof jti !== 'string') return null
    return { challenge: jti, isJwkGiven: Object.hasOwn(header, 'jwk'), jwk: header.jwk ?? {} }
  } catch {
    return null
  }
}

/** The library throws for everything that does not fit, a point beside the curve included. */
async function isSignedBy(jwt: string, { kty, crv, x, y }: DeviceKey): Promise<boolean> {
  try {
    await jwtVerify(jwt, await importJWK({ kty, crv, x, y }, 'ES256'), { algorithms: ['ES256'], typ: 'dbsc+jwt' })
    return true
  } catch {
    return false
  }
}
