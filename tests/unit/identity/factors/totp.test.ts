import { describe, expect, it } from 'vitest'
import {
  createRecoveryCodes,
  hashRecoveryCode,
  readRecoveryCode,
} from '../../../../app/identity/factors/recovery-codes.ts'
import { createTotpSecret, findTotpStep, readTotpCode, totpUri } from '../../../../app/identity/factors/totp.ts'

// RFC 6238, appendix B, in six digits.
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const vectors = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const

describe('codes of an app', () => {
  it.each(vectors)('at %i s the code of the RFC is found in its step', (seconds, code) => {
    expect(findTotpStep(rfcSecret, code, seconds * 1_000, -1)).toBe(Math.floor(seconds / 30))
  })

  it('are taken one step early and one step late, and no further', () => {
    const at = 1_234_567_890_000
    const found = [-60_001, -30_000, 0, 30_000, 60_000].map((off) => findTotpStep(rfcSecret, '005924', at + off, -1))
    const step = Math.floor(at / 30_000)
    expect(found).toEqual([null, step, step, step, null])
  })

  it('are not taken when their step, or a later one, was used', () => {
    const at = 1_234_567_890_000
    const step = Math.floor(at / 30_000)
    expect(findTotpStep(rfcSecret, '005924', at, step - 1)).toBe(step)
    expect(findTotpStep(rfcSecret, '005924', at, step)).toBeNull()
    expect(findTotpStep(rfcSecret, '005924', at, step + 1)).toBeNull()
  })

  it.each(['', '12345', '1234567', '12345a', '１２３４５６'])('"%s" is no code', (text) => {
    expect(readTotpCode(text)).toBeNull()
  })

  it('are read as apps show them', () => {
    expect([' 123 456 ', '123-456'].map(readTotpCode)).toEqual(['123456', '123456'])
  })

  it('come from secrets of 160 bits that are never the same', () => {
    const secrets = Array.from({ length: 50 }, createTotpSecret)
    expect(new Set(secrets).size).toBe(50)
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  })

  it('have an address that apps can read, with nothing of the address left unescaped', () => {
    const uri = totpUri(rfcSecret, 'ada+x&secret=A@example.com')
    expect(uri.startsWith('otpauth://totp/Cloakroom:ada%2Bx%26secret%3DA%40example.com?')).toBe(true)
    expect(new URL(uri).searchParams.getAll('secret')).toEqual([rfcSecret])
  })
})

describe('recovery codes', () => {
  it('are ten, of 25 letters each, and never the same', () => {
    const codes = Array.from({ length: 20 }, createRecoveryCodes).flat()
    expect(codes).toHaveLength(200)
    expect(new Set(codes).size).toBe(200)
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/)
  })

  it('are read without case, spaces and hyphens, and with the letters that look like digits', () => {
    expect(readRecoveryCode('o1il0-abcde fghjk-mnpqr-stvwx')).toBe('01110ABCDEFGHJKMNPQRSTVWX')
    expect(readRecoveryCode('O1IL0-ABCDE-FGHJK-MNPQR-STVW')).toBeNull()
    expect(readRecoveryCode('UUUUU-UUUUU-UUUUU-UUUUU-UUUUU')).toBeNull()
  })

  it('are stored under another hash for every account', () => {
    const [code = ''] = createRecoveryCodes()
    expect(hashRecoveryCode('ada', code)).toBe(hashRecoveryCode('ada', code.toLowerCase()))
    expect(hashRecoveryCode('ada', code)).not.toBe(hashRecoveryCode('bob', code))
  })
})
