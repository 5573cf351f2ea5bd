import { KeyObject, sign, verify, type webcrypto } from 'node:crypto'

// Signing and verifying in this thread: WebCrypto hands each signature to a pool of threads and waits for its turn in the
// loop, which costs several times the signature.

/** What signs or verifies: what `jose` imports is one. */
export type SignatureKey = webcrypto.CryptoKey | KeyObject

/** The digest that is signed; null for EdDSA, which names none (RFC 8037, 3.1). */
export type Digest = 'sha256' | null

/** A signature; that of ECDSA as two numbers of fixed length (RFC 7518, 3.4). */
export function signBytes(digest: Digest, bytes: Buffer, key: SignatureKey): Buffer {
  return sign(digest, bytes, keyObjectOf(key))
}

/** True when the public half of the pair made `signature`, in the form that `signBytes` gives it. */
export function isSignatureOf(digest: Digest, bytes: Buffer, key: SignatureKey, signature: Buffer): boolean {
  return verify(digest, bytes, keyObjectOf(key), signature)
}

const keyObjects = new WeakMap<SignatureKey, KeyObject>()

/** A key as `node:crypto` takes it, made once for each. */
export function keyObjectOf(key: SignatureKey): KeyObject {
  const known = keyObjects.get(key)
  if (known) return known
  // The form of the signature stands on the key itself, where Node looks for it too: given beside the key in an object,
  // Node asks that object whether it is a key, twice, by an exception each. That cost 30 µs of a signature's 65.
  const object = Object.assign(key instanceof KeyObject ? key : KeyObject.from(key), { dsaEncoding: 'ieee-p1363' })
  keyObjects.set(key, object)
  return object
}
