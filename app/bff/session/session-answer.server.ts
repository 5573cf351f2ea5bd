import type { z } from 'zod'
import type { CurrentUser } from '../../contract/index.ts'
import type { Principal, SessionFacts, SignedIn } from '../../identity/index.server.ts'
import { now, Problem, toSeconds } from '../../kernel/index.ts'
import type { RegisterOutcome, SignInOutcome } from './session.server.ts'

/** The person of a principal, as pages and scripts may see them. */
export function toCurrentUser({ userId, email, name, roles }: Principal): CurrentUser {
  return { id: userId, email, name, roles }
}

/** What `/bff/login`, `/bff/register`, `/bff/refresh` and `/bff/user` answer: the person and how long, never a token. */
export function toSessionAnswer({ principal, session }: { principal: Principal; session: SessionFacts }) {
  return { user: toCurrentUser(principal), expires_in: Math.max(toSeconds(session.expiresAt - now()), 0) }
}

/** The signed-in result, or the refusal that it stands for as a `Problem`. */
export function requireSignedIn(result: SignInOutcome | Exclude<RegisterOutcome, { kind: 'mail-sent' }>): SignedIn {
  switch (result.kind) {
    case 'signed-in':
      return result
    case 'invalid-credentials':
      throw new Problem('invalid_credentials')
    case 'address-unconfirmed':
      throw new Problem('address_unconfirmed')
    case 'second-factor-required':
      throw new Problem('second_factor_required', {
        detail: 'The password is right. Send the second factor to /bff/login/verify.',
      })
    case 'password-reset-required':
      throw new Problem('password_reset_required')
    case 'account-disabled':
      throw new Problem('account_disabled')
    case 'password-refused':
      throw new Problem('invalid_input', { fieldErrors: { password: [result.words] } })
    case 'email-taken':
      throw new Problem('email_taken', { fieldErrors: { email: ['This address already has an account'] } })
  }
}

/** Checks an endpoint's input; what is wrong is named field by field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fieldErrors: Record<string, string[]> = {}
  for (const issue of parsed.error.issues) {
    const field = issue.path.join('.') || 'body'
    fieldErrors[field] = [...(fieldErrors[field] ?? []), issue.message]
  }
  throw new Problem('invalid_input', { fieldErrors })
}
