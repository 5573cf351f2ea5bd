import type { Principal } from '../../identity/index.server.ts'
import type { EventType, Problem, ProblemCode } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import type { RequestContext } from '../request/request-context.server.ts'

/** Refusals that a security reviewer asks about. What people mistype or look for in vain is not among them. */
const eventOf: Partial<Record<ProblemCode, EventType>> = {
  csrf_refused: 'csrf.refused',
  admin_required: 'access.refused',
  misdirected: 'request.refused',
  malformed_request: 'request.refused',
  method_not_allowed: 'request.refused',
  body_too_large: 'request.refused',
  unsupported_media_type: 'request.refused',
}

const recorded = new WeakSet<RequestContext>()

/**
 * Records a refusal, once for each request: every loader of a page meets the same one. `null` says that nobody was
 * signed in where somebody must be.
 */
export function recordRefusal(context: RequestContext, { code }: Problem, principal?: Principal | null): void {
  const type = principal === null ? 'access.refused' : eventOf[code]
  if (type === undefined || recorded.has(context)) return
  recorded.add(context)
  const { address, agent, head } = context
  const { bearer } = context
  // Whom it concerns, not who did it: another site may have, and what nobody did deliberately is counted as strangers' is.
  const concerned = bearer ? { subjectId: bearer.userId, sessionId: bearer.sessionId } : {}
  const actor = principal ? { actorId: principal.userId, sessionId: principal.sessionId } : concerned
  const detail = { path: pathOf(head.url), method: head.method, code }
  getConfiguration().record({ type, outcome: 'refused', ...actor, address, agent, detail })
}

/** The path alone: what stands in a query may be private. */
function pathOf(target: string): string {
  return (target.split(/[?#]/, 1)[0] ?? '').slice(0, 200)
}
