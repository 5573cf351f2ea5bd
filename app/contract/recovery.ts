import * as z from 'zod'
import { email, newPassword, presentedPassword } from './account.ts'

/** A code as somebody types it, with or without its groups. Whether it is one, the issuer says. */
const code = z
  .string({ error: 'Enter the code from the mail' })
  .trim()
  .min(1, 'Enter the code from the mail')
  .max(100, 'That is longer than any code')

/** Who wants a mail: for a new password, or to confirm an address. */
export const mailRequestInput = z.object({ email })
export const codeInput = z.object({ code })
export const confirmAddressInput = z.object({ code, password: presentedPassword })
/** `factor` is a code of the account's app or a recovery code, where it has a second factor; `passkey` is JSON. */
export const resetPasswordInput = z.object({
  code,
  password: newPassword,
  factor: z.string().trim().max(100, 'That is longer than any code').default(''),
  passkey: z.string().max(16_384).default(''),
})
export const setPasswordInput = z.object({ password: newPassword })
export const changePasswordInput = z.object({ current: presentedPassword, password: newPassword })
export const changeAddressInput = z.object({ email, current: presentedPassword })
