import type { PasskeyRequest, SignedIn, StepMethods } from '../../identity/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { cookies } from '../cookies/cookies.server.ts'
import { getPreSessionSubject } from '../request/csrf.server.ts'
import { getRequestContext, type RequestContext } from '../request/request-context.server.ts'
import { adopt, findHeldToken, visitorOf } from '../session/session.server.ts'

export type SecondStepInput = { proof: { code: string } | { response: unknown }; trust: boolean }

export type SecondStepOutcome =
  | (SignedIn & { recoveryCodesLeft: number | null })
  | { kind: 'factor-refused' }
  | { kind: 'step-expired' }
  | { kind: 'account-disabled' }

/** The second step that this browser is at; null when there is none, or no more. Then its cookie goes too. */
export async function findSecondStep(): Promise<{ methods: StepMethods; email: string } | null> {
  const context = getRequestContext()
  const { value } = context.cookies.read(cookies.step)
  const step = value === null ? null : await getConfiguration().accounts.factors.describeStep(value)
  context.isPrivate = true
  if (!step) dropStep(context)
  return step
}

/** Finishes the sign-in when the second factor is right: only now is there a session. Throws `too_many_requests`. */
export async function finishSecondStep({ proof, trust }: SecondStepInput): Promise<SecondStepOutcome> {
  const context = getRequestContext()
  const ticket = context.cookies.read(cookies.step).value
  if (ticket === null) return expire(context)
  const { factors } = getConfiguration().accounts
  const result = await factors.completeStep({ ticket, proof, trust }, visitorOf(context), heldBy(context))
  if (result.kind === 'step-expired') return expire(context)
  if (result.kind === 'signed-in' && result.trustMark !== null) context.cookies.set(cookies.trust, result.trustMark)
  return adopt(context, result, 'codes') as SecondStepOutcome
}

/** What the browser's authenticator is asked in the second step. Throws `step_expired`. */
export async function requestStepPasskey(): Promise<PasskeyRequest> {
  const context = getRequestContext()
  const { value } = context.cookies.read(cookies.step)
  const request = value === null ? null : await getConfiguration().accounts.factors.requestStepPasskey(value)
  if (request) return request
  dropStep(context)
  throw new Problem('step_expired')
}

/** What the browser's authenticator is asked for a sign-in by passkey; good for this browser only. */
export function requestSignInPasskey(): Promise<PasskeyRequest> {
  return getConfiguration().accounts.factors.requestSignInPasskey(getPreSessionSubject(getRequestContext()))
}

/** Signs in by passkey alone. Throws `too_many_requests`. */
export async function signInWithPasskey(input: { response: unknown; remember: boolean }) {
  const context = getRequestContext()
  const binding = getPreSessionSubject(context)
  const { factors } = getConfiguration().accounts
  const result = await factors.signInWithPasskey({ ...input, binding }, visitorOf(context), heldBy(context))
  return adopt(context, result, 'codes')
}

/** False where the origin is an IP address, for which browsers keep no passkeys. */
export function canUsePasskeys(): boolean {
  return getConfiguration().accounts.factors.passkeysWork
}

/** The signed-in result of a second step or a passkey, or the refusal that it stands for as a `Problem`. */
export function requireProved<Result extends { kind: string }>(result: Result): Extract<Result, { kind: 'signed-in' }> {
  switch (result.kind) {
    case 'factor-refused':
      throw new Problem('factor_refused', { detail: 'Nobody was signed in. Try again, or in another way.' })
    case 'step-expired':
      throw new Problem('step_expired', { detail: 'Enter your password again.' })
    case 'account-disabled':
      throw new Problem('account_disabled')
    case 'address-unconfirmed':
      throw new Problem('address_unconfirmed')
  }
  return result as Extract<Result, { kind: 'signed-in' }>
}

function expire(context: RequestContext) {
  dropStep(context)
  return { kind: 'step-expired' as const }
}

function dropStep(context: RequestContext): void {
  context.cookies.drop(cookies.step)
}

function heldBy(context: RequestContext) {
  return { refreshToken: findHeldToken(context), deviceMark: context.cookies.read(cookies.device).value }
}
