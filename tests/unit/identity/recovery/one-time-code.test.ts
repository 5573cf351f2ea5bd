import { describe, expect, test } from 'vitest'
import { createCode, hashesOf, readCode } from '../../../../app/identity/recovery/one-time-code.ts'
import { deriveKeyRing, deriveSecrets } from '../../../../app/kernel/index.server.ts'

const ring = (...fills: string[]) => deriveKeyRing(deriveSecrets(fills.map((fill) => Buffer.alloc(32, fill))), 'codes')

describe('a code', () => {
  test('has 26 characters in groups of five, none of which is mistaken for another', () => {
    for (let index = 0; index < 200; index++) {
      expect(createCode()).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]$/)
    }
  })

  test('is another one each time, and uses the whole alphabet evenly', () => {
    const codes = Array.from({ length: 2_000 }, createCode)
    expect(new Set(codes).size).toBe(codes.length)
    const counts = new Map<string, number>()
    for (const character of codes.join('').replaceAll('-', '')) counts.set(character, (counts.get(character) ?? 0) + 1)
    expect(counts.size).toBe(32)
    const expected = (2_000 * 26) / 32
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.2)
  })

  test.each([
    ['small letters', (code: string) => code.toLowerCase()],
    ['no dashes', (code: string) => code.replaceAll('-', '')],
    ['spaces around and within', (code: string) => ` ${code.replaceAll('-', ' ')}\t`],
    ['letters that look like digits', (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'l')],
  ])('is read with %s', (_, change) => {
    for (let index = 0; index < 50; index++) {
      const code = createCode()
      expect(readCode(change(code))).toBe(code.replaceAll('-', ''))
    }
  })

  test.each([
    '',
    'ABCDE',
    'A'.repeat(25),
    'A'.repeat(27),
    `${'A'.repeat(25)}U`,
    `${'A'.repeat(25)}é`,
    'A'.repeat(5_000),
  ])('%j is none', (typed) => expect(readCode(typed)).toBeNull())

  test('has another hash for another purpose and another secret, and is found under an older secret', () => {
    const [now] = hashesOf(ring('a'), 'reset-password', 'X')
    expect(hashesOf(ring('a'), 'register', 'X')).not.toContain(now)
    expect(hashesOf(ring('b'), 'reset-password', 'X')).not.toContain(now)
    expect(hashesOf(ring('b', 'a'), 'reset-password', 'X')).toContain(now)
    expect(now).not.toContain('X'.repeat(2))
  })
})
