import * as z from 'zod'
import { displayName } from './account.ts'

/** A code of an authenticator app or a recovery code, as somebody typed it. */
export const factorCode = z
  .string({ error: 'Enter the code' })
  .trim()
  .min(1, 'Enter the code')
  .max(100, 'That is longer than any code here')

/** A ticked checkbox sends `on`, a script sends a boolean. */
const trust = z
  .union([z.boolean(), z.literal('on').transform(() => true)])
  .optional()
  .transform((value) => value ?? false)

/** What a page posts in the second step of a sign-in. */
export const verifyCodeInput = z.object({ code: factorCode, trust })

/** What a script sends in the second step: a code, or what an authenticator signed. */
export const verifyInput = z.union([
  z.object({ code: factorCode, trust }),
  z.object({ credential: z.record(z.string(), z.unknown()), trust }),
])

export const passkeySignInInput = z.object({
  credential: z.record(z.string(), z.unknown()),
  remember: z.boolean().default(false),
})

export const confirmAppInput = z.object({ encrypted: z.string().max(1_000), code: factorCode })

export const passkeyName = displayName.pipe(z.string().max(40, 'A name has at most 40 characters'))
export const namePasskeyInput = z.object({ name: passkeyName })
export const renamePasskeyInput = z.object({ id: z.string().max(64), name: passkeyName })
export const addPasskeyInput = z.object({ name: passkeyName, credential: z.string().min(1).max(16_384) })
