import * as z from 'zod'
import { normalizedText } from './normalized-text.ts'

/** Characters that no one-line text of a person holds: controls, line separators and direction overrides. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const invisible = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/

/** What would let two addresses look alike: everything without a glyph, joiners and soft hyphens among it. */
const unseen = /[\p{C}\p{Default_Ignorable_Code_Point}]/u

/**
 * An email address: NFKC first, then checked, so that a look-alike cannot pass the check and become something else.
 * Quoted local parts, commas and control characters are refused; at most 254 characters (RFC 5321, 4.5.3.1.3).
 */
export const email = normalizedText('NFKC', {
  error: 'Enter your email address',
  max: 254,
  tooLong: 'An email address has at most 254 characters',
  pattern: { allowed: /^[^\r\n\u2028\u2029]*$/, error: 'An email address is one line' },
})
  .transform((text) => text.trim())
  .pipe(
    z
      .string()
      .min(1, 'Enter your email address')
      .max(254, 'An email address has at most 254 characters')
      .regex(
        /^[^\s@",;:<>()[\]\\]+@[^\s@",;:<>()[\]\\]+\.[^\s@",;:<>()[\]\\.]{2,}$/u,
        'Enter an email address like name@example.com',
      )
      .refine(
        (text) => !unseen.test(text) && !/\.\.|^\.|\.@|@\.|@-/.test(text),
        'Enter an email address like name@example.com',
      ),
  )

/**
 * What makes two addresses the same account: no case (Unicode, NFKC_Casefold). Lower case alone would leave two forms
 * of sigma, and letters that compose only once they are small. The dotless ı stays a letter of its own.
 */
export function emailKeyOf(address: string): string {
  return address.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC')
}

export const displayName = normalizedText('NFC', {
  error: 'Enter the name that others will see',
  max: 80,
  tooLong: 'A name has at most 80 characters',
})
  .transform((text) => text.trim())
  .pipe(
    z
      .string()
      .min(1, 'Enter the name that others will see')
      .max(80, 'A name has at most 80 characters')
      .refine((text) => !invisible.test(text), 'A name is one line of visible characters'),
  )

export const passwordMinLength = 15
export const passwordMaxLength = 128

/** A new password: NFC, spaces kept, 15 to 128 code points (NIST SP 800-63B-4, 3.1.1.2), no rules of composition. */
export const newPassword = z
  .string({ error: 'Choose a password' })
  .max(4 * passwordMaxLength, `A password has at most ${passwordMaxLength} characters`)
  .transform((text) => text.normalize('NFC'))
  .pipe(
    z
      .string()
      .refine(
        (text) => [...text].length >= passwordMinLength,
        `Use at least ${passwordMinLength} characters; a few words work well`,
      )
      .refine(
        (text) => [...text].length <= passwordMaxLength,
        `A password has at most ${passwordMaxLength} characters`,
      ),
  )

/** A password that is compared, not set: any length up to the cap, so that old ones still work. */
export const presentedPassword = z
  .string({ error: 'Enter your password' })
  .min(1, 'Enter your password')
  .max(4 * passwordMaxLength, 'That is longer than any password here')
  .transform((text) => text.normalize('NFC'))

/** A ticked checkbox sends `on`, a script sends a boolean. */
const remember = z
  .union([z.boolean(), z.literal('on').transform(() => true)])
  .optional()
  .transform((value) => value ?? false)

export const registerInput = z.object({ name: displayName, email, password: newPassword })
export const reauthenticateInput = z.object({ password: presentedPassword })
export const loginInput = z.object({ email, password: presentedPassword, remember })

export const roles = ['user', 'admin'] as const
export type Role = (typeof roles)[number]

/** The signed-in person, as pages and scripts may see them. Holds no token. */
export type CurrentUser = { id: string; email: string; name: string; roles: readonly Role[] }
