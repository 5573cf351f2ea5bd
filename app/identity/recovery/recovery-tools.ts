import type { PostMail } from '../../contract/index.ts'
import { ms, Problem, type RecordEvent } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import type { Passwords } from '../accounts/passwords.ts'
import type { FactorService } from '../factors/factor-service.ts'
import type { KeyedNames } from '../limits/keyed-names.ts'
import type { SignInLimits } from '../limits/sign-in-limits.ts'
import type { PasswordRules } from '../password-rules/password-rules.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { SignIns } from '../sign-in/sign-ins.ts'
import type { Principal, Throttled, Visitor } from '../token-service.ts'
import type { CodeRow, Codes, Purpose } from './codes.ts'
import type { RecoveryLimits } from './recovery-limits.ts'
import type { CodeRefused, WrongPassword } from './recovery-service.ts'
import type { EndReason, RecoveryStore } from './recovery-store.ts'

/** What the flows are built from. */
export type RecoveryTools = {
  store: RecoveryStore
  codes: Codes
  limits: RecoveryLimits
  signInLimits: SignInLimits
  passwords: Passwords
  passwordRules: PasswordRules
  sessions: Pick<Sessions, 'prepare'>
  signIns: Pick<SignIns, 'start' | 'noteOvertaken'>
  post: PostMail
  /** For notices that somebody with the password can cause again and again. */
  postNotice: PostMail
  record: RecordEvent
  /** What stands in events, and as a subject of codes, for an address that may have no account. */
  pseudonymOf: (emailKey: string) => string
  /** The same and what it was under older secrets: codes that wait are found by any of them. */
  pseudonymsOf: (emailKey: string) => KeyedNames
}

/** Where a second factor is asked for before a code does anything. */
export type FactorTools = { factors: Pick<FactorService, 'overview' | 'judge' | 'prove' | 'requestResetPasskey'> }

export const codeLifeMs = ms('1h')
export const undoLifeMs = ms('7d')
/** How long before a change that is undone a factor must have been there to stay: thieves may add theirs first. */
export const suspectBeforeMs = ms('7d')

/** A code that is alive and of this purpose, counted before it is looked at; or why not. */
export async function admitCode(
  { codes, limits, record }: RecoveryTools,
  purposes: readonly Purpose[],
  typed: string,
  visitor: Visitor,
): Promise<{ kind: 'found'; row: CodeRow } | CodeRefused | Throttled> {
  const throttled = await limits.refuseCode(visitor)
  if (throttled) return throttled
  for (const purpose of purposes) {
    const row = await codes.find(purpose, typed)
    if (row) return { kind: 'found', row }
  }
  record({ type: 'code.refused', outcome: 'refused', ...visitor, detail: { purpose: purposes[0] ?? '' } })
  return { kind: 'code-refused' }
}

/** A code that was found and is not for whoever brought it, or that somebody else has used in this moment. */
export function refuseCode({ record }: RecoveryTools, row: CodeRow, visitor: Visitor): CodeRefused {
  const about = row.userId === null ? {} : { subjectId: row.userId }
  record({ type: 'code.refused', outcome: 'refused', ...about, ...visitor, detail: { purpose: row.purpose } })
  return { kind: 'code-refused' }
}

/** Asks a signed-in person for their password, counted with the failures to sign in. */
export async function provePassword(
  { store, passwords, signInLimits, record }: RecoveryTools,
  principal: Principal,
  password: string,
  visitor: Visitor,
  deviceMark: string | null,
): Promise<{ kind: 'proved'; account: Account; deviceMark: string | null } | WrongPassword | Throttled> {
  const account = await store.findAccount({ id: principal.userId })
  if (!account) throw new Problem('sign_in_required')
  const admission = await signInLimits.admitSignIn(account.email, visitor, deviceMark)
  if (admission.kind === 'throttled') return admission
  try {
    if (await passwords.verify(account.passwordHash, password)) {
      return { kind: 'proved', account, deviceMark: await admission.succeed(account.id) }
    }
  } catch (error) {
    // A full queue has looked at nothing.
    if (error instanceof Problem && error.code === 'busy') await admission.withdraw()
    throw error
  }
  record({ type: 'signin.failed', outcome: 'failure', actorId: account.id, ...visitor })
  return { kind: 'wrong-password' }
}

export function recordEnded(
  { record }: RecoveryTools,
  userId: string,
  sessionIds: readonly string[],
  reason: EndReason,
  visitor: Partial<Visitor>,
): void {
  for (const sessionId of sessionIds) {
    record({
      type: 'session.revoked',
      outcome: 'success',
      subjectId: userId,
      sessionId,
      ...visitor,
      detail: { reason },
    })
  }
}

/** What a code is about, as it was written down when it was issued. */
export function payloadOf(row: CodeRow): Record<string, string> {
  return JSON.parse(row.payload) as Record<string, string>
}
