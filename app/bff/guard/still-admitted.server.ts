import { type Presentation, proofGraceMs, type SessionFacts } from '../../identity/index.server.ts'
import { now, Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import type { Admitted, RequestContext } from '../request/request-context.server.ts'
import { holdBack } from '../session/session.server.ts'

/** Why somebody who was let in would not be now: their session is over, or their account may no longer do this. */
type EndOfAdmission = 'session_ended' | 'access_lost'

/** True where `access` lets a person with these roles in. */
export function isSatisfied(access: Admitted['access'], roles: readonly string[]): boolean {
  return access !== 'admin' || roles.includes('admin')
}

/**
 * Asks the store whether whoever a request was let in for would still be let in: the session lives, its account is not
 * disabled, and has the role. Nothing is written. `unavailable` is thrown as it comes: a store that cannot answer has said nothing.
 */
async function findEnd({ principal, access }: Admitted): Promise<EndOfAdmission | null> {
  const present = await getConfiguration().tokens.findPrincipal(principal.sessionId)
  if (present === null) return 'session_ended'
  return isSatisfied(access, present.roles) ? null : 'access_lost'
}

/**
 * Looks again at who is served, and says so in an event when it has to end: false then, and from then on. Always true for what
 * nobody had to be admitted to.
 */
export async function isStillAdmitted(context: RequestContext): Promise<boolean> {
  const { admitted } = context
  if (admitted === null) return !context.isCutOff
  const reason = await findEnd(admitted)
  if (reason === null) return true
  // Another look may have found the same meanwhile, and signing out in this very request takes nothing away from it.
  if (context.admitted !== admitted) return !context.isCutOff
  context.admitted = null
  context.isCutOff = true
  const { userId: subjectId, sessionId } = admitted.principal
  const { address, agent, head } = context
  const detail = { reason, method: head.method, path: (head.url.split('?', 1)[0] ?? '').slice(0, 200) }
  getConfiguration().record({
    ...{ type: 'answer.cut_off', outcome: 'refused', subjectId, sessionId, address, agent, detail },
  })
  return false
}

/**
 * Brings what is known of the person up to date, for what is about to be carried out: an ended session is nobody's, and roles are
 * those of now. A session that was replaced meanwhile goes on in the one that follows it.
 */
export async function lookAgain(context: RequestContext): Promise<void> {
  const { admitted, presentation } = context
  const held = await presentation
  if (admitted === null || held?.kind !== 'signed-in') return
  if (isKeyOverdue(held.session)) {
    holdBack(context)
    return goOnAs(context, { kind: 'unproved' })
  }
  const present = await getConfiguration().tokens.findPrincipal(admitted.principal.sessionId)
  if (present === null) return goOnAs(context, { kind: 'refused', reason: 'revoked', isRecent: true })
  // A session that lacks the key of its device has had its admin's role withheld, and goes on so.
  const roles = present.roles.filter((role) => role !== 'admin' || held.principal.roles.includes(role))
  const { replacedSessionId } = present
  // The proof of a session that was replaced is not that of the one which goes on.
  const isReplaced = replacedSessionId !== undefined
  if (!isReplaced && roles.length === held.principal.roles.length) return
  goOnAs(context, {
    ...held,
    principal: { ...held.principal, roles, ...(isReplaced ? { replacedSessionId } : {}) },
  })
}

/** From here on the request is served as one that came with this. */
function goOnAs(context: RequestContext, presentation: Presentation): void {
  context.admitted = null
  context.accessToken = null
  context.bearer = null
  context.presentation = Promise.resolve(presentation)
}

/** The use of the device's key that came along counted when the request began, and counts no more. */
function isKeyOverdue({ binding }: SessionFacts): boolean {
  return binding?.proof != null && now() - binding.proof.expiresAt > proofGraceMs
}

/** For answers that are made part by part: throws before a part that nobody is let in for any more. */
export async function requireStillAdmitted(context: RequestContext): Promise<void> {
  if (!(await isStillAdmitted(context))) throw new Problem('sign_in_required')
}
