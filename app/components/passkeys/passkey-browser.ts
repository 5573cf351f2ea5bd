import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from '@simplewebauthn/browser'
import { message, type PlainMessage, plural, t } from '../../i18n/index.ts'
import { type ProblemCode, problems } from '../../kernel/index.ts'

// Loaded by pages that need it, when they need it: everything here runs in browsers with scripts only.

/** How a try with a passkey ended. `cancelled`: the person, or another try, put an end to it. */
export type PasskeyOutcome = { kind: 'done' } | { kind: 'cancelled' } | { kind: 'refused'; message: string }

export const canUsePasskeys = browserSupportsWebAuthn
export const canFillInPasskeys = browserSupportsWebAuthnAutofill

/** Ends a request that waits for somebody to pick a passkey. */
export function stopWaiting(): void {
  WebAuthnAbortService.cancelCeremony()
}

/** Whether the box with this id is ticked now. */
export function isTicked(id: string): boolean {
  const box = document.getElementById(id)
  return box instanceof HTMLInputElement && box.checked
}

type SignIn = {
  /** Where to ask what to sign, and where to send what was signed. */
  optionsPath: string
  answerPath: string
  csrf: string
  /** True to wait until a passkey is picked among the browser's suggestions for a field. */
  fillIn?: boolean
  /** False once another try has taken the place of this one: then the browser is not asked any more. */
  isWanted?: () => boolean
  /** Sent along; read when the answer goes out, so that a box ticked meanwhile counts. */
  extra: () => Record<string, unknown>
}

/**
 * Lets the browser's authenticator sign, and sends the answer. Throws for nothing that a person can cause. Suggestions
 * that cannot be offered are `cancelled`: nobody asked for them, so nobody is told.
 */
export async function provePasskey({
  optionsPath,
  answerPath,
  csrf,
  fillIn,
  isWanted,
  extra,
}: SignIn): Promise<PasskeyOutcome> {
  let isAskedFor = fillIn !== true
  try {
    const optionsJSON = await post(optionsPath, csrf, {})
    if (isWanted?.() === false) return { kind: 'cancelled' }
    const credential = await startAuthentication({
      optionsJSON: optionsJSON as never,
      useBrowserAutofill: fillIn ?? false,
    })
    isAskedFor = true
    await post(answerPath, csrf, { credential, ...extra() })
    return { kind: 'done' }
  } catch (error) {
    return isAskedFor ? outcomeOf(error) : { kind: 'cancelled' }
  }
}

/** Lets the browser's authenticator sign; `credential` is for a form. */
export async function signWithPasskey(
  optionsPath: string,
  csrf: string,
  input: Record<string, string>,
): Promise<{ kind: 'signed'; credential: string } | Exclude<PasskeyOutcome, { kind: 'done' }>> {
  try {
    const optionsJSON = await post(optionsPath, csrf, input)
    return {
      kind: 'signed',
      credential: JSON.stringify(await startAuthentication({ optionsJSON: optionsJSON as never })),
    }
  } catch (error) {
    return outcomeOf(error) as Exclude<PasskeyOutcome, { kind: 'done' }>
  }
}

/** Lets the browser's authenticator make a passkey; `credential` is for the server. */
export async function makePasskey(
  optionsJSON: PublicKeyCredentialCreationOptionsJSON,
): Promise<{ kind: 'made'; credential: string } | Exclude<PasskeyOutcome, { kind: 'done' }>> {
  try {
    return { kind: 'made', credential: JSON.stringify(await startRegistration({ optionsJSON })) }
  } catch (error) {
    return outcomeOf(error) as Exclude<PasskeyOutcome, { kind: 'done' }>
  }
}

/** An answer of the server that is no success, in the words of the page: documents of endpoints are in English. */
class Refusal extends Error {}

/** What to do about a refusal, by its code. */
const hints: Partial<Record<string, PlainMessage>> = {
  factor_refused: message('Nobody was signed in. Try again, or in another way.'),
  step_expired: message('Enter your password again.'),
  csrf_refused: message('Load the page anew, and try again.'),
  unprocessable: message('The code from the mail does not work.'),
  not_found: message('Your account has no passkey.'),
}

function refusalIn(answer: { code?: string; title?: string; retryAfterSeconds?: number }): Refusal {
  const { code = '', title = '', retryAfterSeconds: wait } = answer
  const known = Object.hasOwn(problems, code) ? t(problems[code as ProblemCode][1]) : title
  const hint = hints[code]
  const again =
    wait === undefined ? '' : plural('Try again in {count} minute.|Try again in {count} minutes.', Math.ceil(wait / 60))
  return new Refusal([known, hint === undefined ? again : t(hint)].filter(Boolean).join('. '))
}

async function post(path: string, csrf: string, body: unknown): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': csrf }
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store' })
  const answer = await response.json()
  if (!response.ok) throw refusalIn(answer)
  return answer
}

function outcomeOf(error: unknown): PasskeyOutcome {
  if (error instanceof Refusal) return { kind: 'refused', message: error.message }
  if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') {
    return { kind: 'refused', message: t('That device already holds a passkey of this account.') }
  }
  const { name } = error instanceof Error ? error : { name: '' }
  if (name === 'AbortError' || name === 'NotAllowedError') return { kind: 'cancelled' }
  return { kind: 'refused', message: t('The browser could not use a passkey here.') }
}
