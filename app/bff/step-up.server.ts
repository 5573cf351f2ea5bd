import { redirect } from '@remix-run/node'
import { safePath } from '../http/index.server.ts'
import type { Principal } from '../identity/index.server.ts'
import { openText, sealText } from '../kernel/index.server.ts'
import { ms, now, Problem } from '../kernel/index.ts'
import { getConfiguration } from './configuration.server.ts'
import type { Exchange } from './exchange.server.ts'
import { reauthenticate } from './session.server.ts'

/** The fields of the form that asks a person to confirm that it is them. */
export const stepUpFields = { sealed: 'step_up_form', password: 'step_up_password' } as const

/** How long ago somebody may have proved who they are for a sensitive change (OWASP ASVS 5.0, 7.5.3). */
const freshForMs = ms('10m')
/** How long a form that waits for the confirmation can still be carried out. */
const sealedForMs = ms('10m')

/** True while the last proof is recent enough. A clock that was set back makes nothing fresh for long. */
export function isFresh({ authenticatedAt }: Principal): boolean {
  return Math.abs(now() - authenticatedAt) <= freshForMs
}

/** Sends somebody whose proof is too old to the page that asks for it, and from there back to this one. */
export function requireFreshPage(principal: Principal, url: URL): void {
  if (isFresh(principal)) return
  throw redirect(`/reauthenticate?${new URLSearchParams({ redirectTo: safePath(url.pathname + url.search) })}`)
}

/**
 * The form to carry out. When the last proof is too old, the form is sealed and handed back inside a page that asks for
 * the password; that page posts to the same address, so the form is carried out in the very request that proves who
 * sends it. The box is bound to the session, the person and the address: a form cannot be prepared for somebody else.
 */
export async function requireFreshForm(
  exchange: Exchange,
  principal: Principal,
  request: Request,
  form: FormData,
): Promise<FormData> {
  const context = contextOf(principal, request)
  const box = form.get(stepUpFields.sealed)
  if (box === null) {
    if (isFresh(principal)) return form
    throw askForProof(seal(form, context), request)
  }
  const waiting = open(String(box), context)
  if (!waiting) {
    throw new Problem('unprocessable', {
      detail: 'The form waited too long for your confirmation. Nothing was changed; please fill it in once more.',
    })
  }
  const outcome = await reauthenticate(exchange, principal, String(form.get(stepUpFields.password) ?? ''))
  if (outcome.kind !== 'signed-in') throw askForProof(String(box), request, 'That password is not right.')
  return waiting
}

function askForProof(sealedForm: string, request: Request, error?: string): Problem {
  const { pathname, search } = new URL(request.url)
  return new Problem('step_up_required', {
    detail: 'This change is sensitive, so please enter your password again. What you sent is kept until then.',
    stepUp: { action: pathname + search, sealedForm, ...(error === undefined ? {} : { error }) },
  })
}

function contextOf({ userId, sessionId }: Principal, request: Request): string {
  return `step-up|${userId}|${sessionId}|${new URL(request.url).pathname}`
}

function seal(form: FormData, context: string): string {
  const fields = [...form].filter(([, value]) => typeof value === 'string')
  return sealText(getConfiguration().stepUpKeys, JSON.stringify({ until: now() + sealedForMs, fields }), context)
}

function open(box: string, context: string): FormData | null {
  const text = openText(getConfiguration().stepUpKeys, box, context)
  if (text === null) return null
  const { until, fields } = JSON.parse(text) as { until: number; fields: [string, string][] }
  if (until < now()) return null
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  return form
}
