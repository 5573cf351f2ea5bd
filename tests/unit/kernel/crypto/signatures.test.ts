import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSignatureOf, signBytes } from '../../../../app/kernel/crypto/signatures.server.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
/** What Node itself makes of the form of RFC 7518, 3.4. */
const fixedPublic = { key: pair.publicKey, dsaEncoding: 'ieee-p1363' as const }
const fixedPrivate = { key: pair.privateKey, dsaEncoding: 'ieee-p1363' as const }
const half = (hex: string) => Buffer.from(hex.padStart(64, '0'), 'hex')

// One in 256 numbers begins with a zero byte, every other one has its highest bit set.
const many = 1_500

describe('signatures of ECDSA', () => {
  it('are read by Node as two numbers of fixed length, whatever they begin with', () => {
    let withZero = 0
    for (let count = 0; count < many; count++) {
      const bytes = randomBytes(40)
      const signature = signBytes('sha256', bytes, pair.privateKey)
      expect(signature).toHaveLength(64)
      if (signature[0] === 0 || signature[32] === 0) withZero++
      expect(verify('sha256', bytes, fixedPublic, signature)).toBe(true)
    }
    expect(withZero).toBeGreaterThan(0)
  })

  it('of Node are verified, and no other bytes, no other key, no other signature', () => {
    for (let count = 0; count < many; count++) {
      const bytes = randomBytes(40)
      const signature = sign('sha256', bytes, fixedPrivate)
      expect(isSignatureOf('sha256', bytes, pair.publicKey, signature)).toBe(true)
      if (count % 10 > 0) continue
      expect(isSignatureOf('sha256', randomBytes(40), pair.publicKey, signature)).toBe(false)
      expect(isSignatureOf('sha256', bytes, other.publicKey, signature)).toBe(false)
      const at = count % 64
      const changed = Buffer.from(signature)
      changed[at] = (changed[at] ?? 0) ^ (1 << (count % 8))
      expect(isSignatureOf('sha256', bytes, pair.publicKey, changed)).toBe(false)
    }
  })

  it('are refused as Node refuses them where their numbers are none that sign', () => {
    const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
    const numbers = [
      '0',
      '1',
      '7f',
      '80',
      'ff',
      '100',
      `80${'0'.repeat(62)}`,
      `7f${'f'.repeat(62)}`,
      order,
      'f'.repeat(64),
    ]
    const bytes = Buffer.from('anything')
    for (const one of numbers) {
      for (const two of numbers) {
        const signature = Buffer.concat([half(one), half(two)])
        const byNode = verify('sha256', bytes, fixedPublic, signature)
        expect([byNode, isSignatureOf('sha256', bytes, pair.publicKey, signature)]).toEqual([false, false])
      }
    }
  })

  it.each([0, 1, 63, 65, 70, 72, 128, 4_096])('of %i bytes are refused', (length) => {
    expect(isSignatureOf('sha256', Buffer.from('x'), pair.publicKey, Buffer.alloc(length, 1))).toBe(false)
  })

  it('in the form that OpenSSL makes are refused', () => {
    const bytes = Buffer.from('x')
    expect(isSignatureOf('sha256', bytes, pair.publicKey, sign('sha256', bytes, pair.privateKey))).toBe(false)
  })
})

describe('signatures of EdDSA', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')

  it('stay as they are', () => {
    const bytes = randomBytes(40)
    const signature = signBytes(null, bytes, privateKey)
    expect(signature.equals(sign(null, bytes, privateKey))).toBe(true)
    expect(isSignatureOf(null, bytes, publicKey, signature)).toBe(true)
    expect(isSignatureOf(null, randomBytes(40), publicKey, signature)).toBe(false)
  })
})
