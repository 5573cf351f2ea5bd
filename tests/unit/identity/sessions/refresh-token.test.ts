import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createSessionId,
  signRefreshToken,
  verifyRefreshToken,
} from '../../../../app/identity/sessions/refresh-token.ts'
import { deriveKeyRing, deriveSecrets } from '../../../../app/kernel/index.server.ts'

const [older, newer] = [Buffer.alloc(32, 'older'), Buffer.alloc(32, 'newer')]
const ring = deriveKeyRing(deriveSecrets([newer, older]), 'refresh-token')
const olderRing = deriveKeyRing(deriveSecrets([older]), 'refresh-token')
const claim = { sessionId: createSessionId(), generation: 41 }
const encrypted = signRefreshToken(ring, claim)
const [kid = '', sid = '', , mac = ''] = encrypted.split('.')

describe('a refresh token', () => {
  it('comes back as what was encrypted, for every session and generation', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 }), (generation) => {
        const sessionId = createSessionId()
        const text = signRefreshToken(ring, { sessionId, generation })
        expect(text.length).toBeLessThan(120)
        expect(verifyRefreshToken(ring, text)).toEqual({ sessionId, generation })
      }),
    )
  })

  it('is the same for everybody who encrypts the same generation', () => {
    expect(signRefreshToken(ring, claim)).toBe(encrypted)
  })

  it('is accepted under an older secret and encrypted under the newest', () => {
    expect(verifyRefreshToken(ring, signRefreshToken(olderRing, claim))).toEqual(claim)
    expect(encrypted.startsWith(`${ring.newest.id}.`)).toBe(true)
  })

  it('is refused once its secret is gone, even under the name of another', () => {
    expect(verifyRefreshToken(olderRing, encrypted)).toBeNull()
    expect(verifyRefreshToken(olderRing, encrypted.replace(kid, olderRing.newest.id))).toBeNull()
  })

  it('is not opened by a key derived for another purpose', () => {
    const other = deriveKeyRing(deriveSecrets([newer]), 'csrf')
    expect(verifyRefreshToken(other, encrypted)).toBeNull()
  })

  it('covers the session and the generation with its mac', () => {
    expect(verifyRefreshToken(ring, `${kid}.${sid}.42.${mac}`)).toBeNull()
    expect(verifyRefreshToken(ring, `${kid}.${createSessionId()}.41.${mac}`)).toBeNull()
  })

  it('cannot be forged with the mac of another message under the same key', () => {
    const bare = createHmac('sha256', ring.newest.key).update(`${sid}|41`).digest('base64url')
    expect(verifyRefreshToken(ring, `${kid}.${sid}.41.${bare}`)).toBeNull()
  })
})

describe('what is not a refresh token', () => {
  const spellings: [string, string][] = [
    ['nothing', ''],
    ['too few parts', `${kid}.${sid}.41`],
    ['too many parts', `${encrypted}.x`],
    ['a leading zero', `${kid}.${sid}.041.${mac}`],
    ['a plus sign', `${kid}.${sid}.+41.${mac}`],
    ['a minus sign', `${kid}.${sid}.-0.${mac}`],
    ['an exponent', `${kid}.${sid}.4e1.${mac}`],
    ['no generation', `${kid}.${sid}..${mac}`],
    ['a generation beyond the safe integers', `${kid}.${sid}.9007199254740993.${mac}`],
    ['digits of another script', `${kid}.${sid}.\u0664\u0661.${mac}`],
    ['a capital key id', encrypted.replace(kid, kid.toUpperCase().replace(/^\d+$/, 'ABCDEF12'))],
    ['the key id of a built-in property', `__proto__.${sid}.41.${mac}`],
    ['padding', `${encrypted}=`],
    ['standard base64', `${kid}.${sid}.41.${`+/${mac.slice(2)}`}`],
    ['a space in front', ` ${encrypted}`],
    ['a line break behind', `${encrypted}\n`],
    ['a JWT', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'],
    ['far too much', encrypted + 'A'.repeat(100_000)],
  ]
  it.each(spellings)('%s is refused', (_, text) => {
    expect(verifyRefreshToken(ring, text)).toBeNull()
  })

  it('includes an authentic one whose successor could not be counted any more', () => {
    const last = signRefreshToken(ring, { ...claim, generation: Number.MAX_SAFE_INTEGER })
    expect(verifyRefreshToken(ring, last)).toBeNull()
  })

  it('includes every other spelling of the same mac', () => {
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const alike = [...last].filter((letter) => {
      const bytes = Buffer.from(mac.slice(0, -1) + letter, 'base64url')
      return bytes.equals(Buffer.from(mac, 'base64url')) && letter !== mac.at(-1)
    })
    expect(alike.length).toBe(3)
    for (const letter of alike) expect(verifyRefreshToken(ring, encrypted.slice(0, -1) + letter)).toBeNull()
  })

  it('includes every token with one letter changed', () => {
    const letter = fc.constantFrom(...'ABCxyz019-_.')
    fc.assert(
      fc.property(fc.nat({ max: encrypted.length - 1 }), letter, (at, other) => {
        fc.pre(encrypted[at] !== other)
        expect(verifyRefreshToken(ring, encrypted.slice(0, at) + other + encrypted.slice(at + 1))).toBeNull()
      }),
      { numRuns: 300 },
    )
  })

  it('includes arbitrary text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(verifyRefreshToken(ring, text)).toBeNull()
      }),
    )
  })
})
