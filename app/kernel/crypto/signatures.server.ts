import { KeyObject, sign, verify, type webcrypto } from 'node:crypto'

// Signing and verifying in this thread: WebCrypto hands each signature to a pool of threads and waits for its turn in the
// loop, which costs several times the signature. ECDSA's two forms are turned into each other here as well: Node takes
// 25 µs to do it, as much as half of a signature.

/** What signs or verifies: what `jose` imports is one. */
export type SignatureKey = webcrypto.CryptoKey | KeyObject

/** The digest that is signed, with ECDSA on P-256; null for EdDSA, which names none (RFC 8037, 3.1). */
export type Digest = 'sha256' | null

/** Bytes of one of the two numbers of an ECDSA signature on P-256. */
const numberLength = 32

/** A signature; that of ECDSA as two numbers of fixed length (RFC 7518, 3.4). */
export function signBytes(digest: Digest, bytes: Buffer, key: SignatureKey): Buffer {
  const signature = sign(digest, bytes, keyObjectOf(key))
  return digest === null ? signature : toFixedLength(signature)
}

/** True when the public half of the pair made `signature`, in the form that `signBytes` gives it. */
export function isSignatureOf(digest: Digest, bytes: Buffer, key: SignatureKey, signature: Buffer): boolean {
  if (digest === null) return verify(null, bytes, keyObjectOf(key), signature)
  if (signature.length !== 2 * numberLength) return false
  return verify(digest, bytes, keyObjectOf(key), toDer(signature))
}

const keyObjects = new WeakMap<SignatureKey, KeyObject>()

/** A key as `node:crypto` takes it, made once for each. */
export function keyObjectOf(key: SignatureKey): KeyObject {
  const known = keyObjects.get(key)
  if (known) return known
  const object = key instanceof KeyObject ? key : KeyObject.from(key)
  keyObjects.set(key, object)
  return object
}

const [sequenceTag, integerTag] = [0x30, 0x02]

/**
 * The two numbers of an `ECDSA-Sig-Value` (RFC 3279, 2.2.3), which OpenSSL has just made: each 32 bytes, the highest first.
 * Both are far shorter than the 128 bytes from which DER spells lengths in another way.
 */
function toFixedLength(der: Buffer): Buffer {
  const fixed = Buffer.alloc(2 * numberLength)
  let at = 2
  for (const end of [numberLength, 2 * numberLength]) {
    const length = der[at + 1] ?? 0
    const next = at + 2 + length
    // A number whose highest bit is set has a zero in front of it.
    const digits = der.subarray(Math.max(at + 2, next - numberLength), next)
    fixed.set(digits, end - digits.length)
    at = next
  }
  return fixed
}

/** The other way around: numbers without zeros in front, but for the one that keeps them from being negative (X.690, 8.3). */
function toDer(fixed: Buffer): Buffer {
  const der = Buffer.alloc(2 * (numberLength + 3) + 2)
  let at = 2
  for (let from = 0; from < fixed.length; from += numberLength) {
    let first = from
    const last = from + numberLength - 1
    while (first < last && fixed[first] === 0) first++
    const isHigh = (fixed[first] ?? 0) >= 0x80
    const length = last - first + 1 + (isHigh ? 1 : 0)
    der[at] = integerTag
    der[at + 1] = length
    fixed.copy(der, at + 2 + (isHigh ? 1 : 0), first, last + 1)
    at += 2 + length
  }
  der[0] = sequenceTag
  der[1] = at - 2
  return der.subarray(0, at)
}
