import { createHash, randomInt } from 'node:crypto'

/** Crockford's base32: no letter that looks like a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const groups = 5
const groupLength = 5
export const recoveryCodeCount = 10

/** Ten codes of 125 random bits: five groups of five letters. */
export function createRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodeCount }, () =>
    Array.from({ length: groups }, () => Array.from({ length: groupLength }, randomLetter).join('')).join('-'),
  )
}

/** A code in its one spelling, or null when the text is none. Forgives case, spaces and letters that look like digits. */
export function readRecoveryCode(text: string): string | null {
  const letters = text.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, '')
  const code = letters.replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{25}$/.test(code) ? code : null
}

/**
 * What is stored of a code. A plain hash will do: with more than 112 bits nobody guesses (NIST SP 800-63B-4, 3.1.2.2),
 * and no secret has to stay for ever.
 */
export function hashRecoveryCode(userId: string, code: string): string {
  return createHash('sha256')
    .update(`recovery|${userId}|${readRecoveryCode(code) ?? code}`)
    .digest('base64url')
}

function randomLetter(): string {
  return alphabet[randomInt(alphabet.length)] ?? '0'
}
