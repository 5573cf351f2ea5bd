import { redirect } from '@remix-run/node'
import { factorCode, reauthenticateInput } from '../../contract/index.ts'
import { safePath } from '../../http/index.server.ts'
import type { PasskeyRequest, Principal, ProofMethods } from '../../identity/index.server.ts'
import { decryptText, encryptText } from '../../kernel/index.server.ts'
import { ms, now, Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import type { RequestContext } from '../request/request-context.server.ts'
import { type FreshProof, reauthenticate } from '../session/session.server.ts'

/** The fields of the form that asks a person to confirm that it is them. */
export const stepUpFields = {
  encrypted: 'step_up_form',
  password: 'step_up_password',
  code: 'step_up_code',
  passkey: 'step_up_passkey',
} as const

/** `true`: a proof younger than ten minutes. `factor`: one by app or passkey in this very request. */
export type Freshness = boolean | 'factor'

/** How long ago somebody may have proved who they are for a sensitive change (OWASP ASVS 5.0, 7.5.3). */
const freshForMs = ms('10m')
/** How long a form that waits for the confirmation can still be carried out. */
const keptForMs = ms('10m')

/**
 * True while the last proof is recent enough. A clock that was set back makes nothing fresh for long; nor is anything where the
 * ticket is of a session that was replaced.
 */
export function isFresh({ authenticatedAt, replacedSessionId }: Principal): boolean {
  return replacedSessionId === undefined && Math.abs(now() - authenticatedAt) <= freshForMs
}

/** Sends somebody whose proof is too old to the page that asks for it, and from there to `path`. */
export function requireFreshPage(principal: Principal, path: string): void {
  if (isFresh(principal)) return
  throw redirect(`/reauthenticate?${new URLSearchParams({ redirectTo: safePath(path) })}`)
}

/** With what this person can confirm that it is them. */
export function listProofMethods({ userId }: Principal): Promise<ProofMethods> {
  return getConfiguration().accounts.factors.listProofMethods(userId)
}

/** What the browser's authenticator is asked to confirm that it is still them; good for the session at hand. */
export async function requestProofPasskey(principal: Principal): Promise<PasskeyRequest> {
  const request = await getConfiguration().accounts.factors.requestRenewalPasskey(principal)
  if (request) return request
  throw new Problem('not_found', { detail: 'Your account has no passkey.' })
}

/**
 * The form to carry out. When the last proof is too old, the form is encrypted and handed back inside a page that asks for
 * one; that page posts to the same address, so the form is carried out in the very request that proves who sends it. The
 * box is bound to the session, the person and the address: a form cannot be prepared for somebody else.
 */
export async function requireFreshForm(
  context: RequestContext,
  principal: Principal,
  request: Request,
  form: FormData,
  freshness: Freshness,
): Promise<FormData> {
  const proof = takeProof(form)
  const box = form.get(stepUpFields.encrypted)
  if (box === null && proof === null && freshness === true && isFresh(principal)) return form
  const purpose = contextOf(principal, request)
  const asking = { principal, request, freshness, encryptedForm: box === null ? encrypt(form, purpose) : String(box) }
  const waiting = box === null ? form : open(String(box), purpose)
  if (!waiting) {
    throw new Problem('unprocessable', {
      detail: 'The form waited too long for your confirmation. Nothing was changed; please fill it in once more.',
    })
  }
  if (proof === null) throw await askForProof(asking)
  await requireProof(context, proof, asking)
  return waiting
}

type Asking = { principal: Principal; request: Request; freshness: Freshness; encryptedForm: string }
type ProofError = { field: 'password' | 'code' | 'passkey'; message: string }
/** `unreadable`: what no proof looks like; it is refused without a look into the store. */
type GivenProof = FreshProof | { kind: 'unreadable'; field: 'password' | 'code' | 'passkey' }

/** Throws the question again, with the form that waits, when the proof is wrong or there were too many tries. */
async function requireProof(context: RequestContext, proof: GivenProof, asking: Asking): Promise<void> {
  if (proof.kind === 'unreadable') {
    throw await askForProof(asking, { field: proof.field, message: refusals[proof.field] })
  }
  // What only a factor may do is not tried with a password at all.
  if (proof.kind === 'password' && asking.freshness === 'factor') throw await askForProof(asking)
  const outcome = await prove(context, proof, asking)
  switch (outcome.kind) {
    case 'signed-in':
      return
    case 'account-disabled':
      throw new Problem('account_disabled')
    case 'password-reset-required':
      throw await askForProof(asking, { field: 'password', message: resetRequired })
    default:
      throw await askForProof(asking, { field: proof.kind, message: refusals[proof.kind] })
  }
}

async function prove(context: RequestContext, proof: FreshProof, asking: Asking) {
  try {
    return await reauthenticate(context, asking.principal, proof)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'too_many_requests') throw error
    const { detail = error.title, retryAfterSeconds } = error
    const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
    const stepUp = await stepUpOf(asking, { field: proof.kind, message: detail })
    throw new Problem('too_many_requests', { detail: keptWords, ...wait, stepUp })
  }
}

const keptWords = 'What you sent is kept for ten minutes; you can still confirm it, or in another way.'
const resetRequired = 'This password has to be replaced before it works again.'
const refusals = {
  password: 'That password is not right.',
  code: 'That code is not right, or was used before. Wait for the next one.',
  passkey: 'That passkey was not accepted, or it took longer than five minutes.',
}

/** The first answer among the fields of the form, which are taken out of it; null when there is none. */
function takeProof(form: FormData): GivenProof | null {
  const { password, code, passkey } = stepUpFields
  const given = [password, code, passkey].map((name) => {
    const value = form.get(name)
    form.delete(name)
    return typeof value === 'string' && value.trim() !== '' ? value : null
  })
  const [typedPassword = null, typedCode = null, signed = null] = given
  if (typedPassword !== null) return readPassword(typedPassword)
  if (typedCode !== null) return readCode(typedCode)
  return signed === null ? null : readPasskey(signed)
}

function readPassword(typed: string): GivenProof {
  const read = reauthenticateInput.safeParse({ password: typed })
  return read.success ? { kind: 'password', ...read.data } : { kind: 'unreadable', field: 'password' }
}

function readCode(typed: string): GivenProof {
  const read = factorCode.safeParse(typed)
  return read.success ? { kind: 'code', code: read.data } : { kind: 'unreadable', field: 'code' }
}

function readPasskey(json: string): GivenProof {
  try {
    return { kind: 'passkey', response: JSON.parse(json) as unknown }
  } catch {
    return { kind: 'unreadable', field: 'passkey' }
  }
}

async function askForProof(asking: Asking, error?: ProofError): Promise<Problem> {
  const detail = 'This change is sensitive, so please confirm that it is you. What you sent is kept until then.'
  return new Problem('step_up_required', { detail, stepUp: await stepUpOf(asking, error) })
}

async function stepUpOf({ principal, request, freshness, encryptedForm }: Asking, error?: ProofError) {
  const { pathname, search } = new URL(request.url)
  const all = await listProofMethods(principal)
  const methods = freshness === 'factor' ? { ...all, password: false } : all
  return { action: pathname + search, encryptedForm, methods, ...(error === undefined ? {} : { error }) }
}

function contextOf({ userId, sessionId }: Principal, request: Request): string {
  return `step-up|${userId}|${sessionId}|${new URL(request.url).pathname}`
}

function encrypt(form: FormData, purpose: string): string {
  const fields = [...form].filter(([, value]) => typeof value === 'string')
  return encryptText(getConfiguration().stepUpKeys, JSON.stringify({ until: now() + keptForMs, fields }), purpose)
}

function open(box: string, purpose: string): FormData | null {
  const text = decryptText(getConfiguration().stepUpKeys, box, purpose)
  if (text === null) return null
  const { until, fields } = JSON.parse(text) as { until: number; fields: [string, string][] }
  if (until < now()) return null
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  return form
}
