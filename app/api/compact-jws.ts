import { KeyObject } from 'node:crypto'
import { errors, type JWSHeaderParameters, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { isSignatureOf, keyObjectOf } from '../kernel/index.server.ts'

/** Three parts; a signature of 64 bytes (RFC 7518, 3.4; RFC 8032, 5.1.6) in its one spelling. */
const form = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{85}[AQgw])$/

/** What each algorithm needs of its key; an algorithm that is not here is not allowed. */
const algorithms = {
  ES256: { digest: 'sha256', keyType: 'ec', curve: 'prime256v1' },
  EdDSA: { digest: null, keyType: 'ed25519', curve: undefined },
} as const

type Header = JWSHeaderParameters & { alg: keyof typeof algorithms }

/** What a signature stands for. */
export type VerifiedJws = { readonly header: Header; readonly claims: JWTPayload }

/**
 * Verifies a JWS in compact form (RFC 7515, 5.2) and answers with its header and its claims; throws one of jose's errors
 * otherwise, and whatever `findKey` throws. Nothing is remembered from one to the next.
 *
 * In this thread, which saves 250 µs of processor time beside the 80 µs of the signature itself. Takes less than jose does: no critical extensions, no
 * signature that is spelt in another way, no key of another kind than the algorithm's.
 */
export async function verifyCompactJws(jws: string, findKey: JWTVerifyGetKey): Promise<VerifiedJws> {
  const [, encodedHeader = '', encodedClaims = '', encodedSignature = ''] = form.exec(jws) ?? []
  if (encodedSignature === '') throw new errors.JWSInvalid('not three parts with a signature of 64 bytes')
  const header = requireHeader(readObject(encodedHeader))
  const token = { protected: encodedHeader, payload: encodedClaims, signature: encodedSignature }
  const key = await findKey(header, token)
  const input = Buffer.from(jws.slice(0, encodedHeader.length + 1 + encodedClaims.length), 'latin1')
  if (!isSignedBy(key, header.alg, input, Buffer.from(encodedSignature, 'base64url')))
    throw new errors.JWSSignatureVerificationFailed()
  return { header, claims: readObject(encodedClaims) }
}

function requireHeader(header: Record<string, unknown>): Header {
  const { alg, crit, b64 } = header
  if (typeof alg !== 'string' || !Object.hasOwn(algorithms, alg)) throw new errors.JOSEAlgNotAllowed()
  // RFC 7515, 4.1.11: what is critical and not understood refuses the whole; nothing of the kind is understood here.
  if (crit !== undefined || b64 !== undefined) throw new errors.JOSENotSupported()
  return header as Header
}

type Key = Awaited<ReturnType<JWTVerifyGetKey>>

function isSignedBy(key: Key, alg: Header['alg'], input: Buffer, signature: Buffer): boolean {
  const { digest, keyType, curve } = algorithms[alg]
  const publicKey = requirePublic(key)
  const { asymmetricKeyType, asymmetricKeyDetails } = keyObjectOf(publicKey)
  // The algorithm is the key's own, whatever the header says (RFC 8725, 3.1).
  if (asymmetricKeyType !== keyType || asymmetricKeyDetails?.namedCurve !== curve) return false
  return isSignatureOf(digest, input, publicKey, signature)
}

function requirePublic(key: Key): KeyObject | CryptoKey {
  const isKey = key instanceof KeyObject || key instanceof CryptoKey
  if (!isKey || key.type !== 'public') throw new errors.JOSENotSupported('a key that is no public key')
  return key
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function readObject(encoded: string): Record<string, unknown> {
  const value = parse(encoded)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new errors.JWSInvalid('a part that is no JSON object')
}

function parse(encoded: string): unknown {
  try {
    return JSON.parse(decoder.decode(Buffer.from(encoded, 'base64url')))
  } catch (cause) {
    throw new errors.JWSInvalid('a part that is no JSON', { cause })
  }
}
