import type { ProblemDocument } from '../contract/index.ts'
import type { Problem } from '../kernel/index.ts'

/** A refusal or fault as the members of an RFC 9457 problem document. `why` tells how a session came to its end. */
export function toProblemDocument(problem: Problem, reference?: string, why: string | null = null): ProblemDocument {
  return {
    type: 'about:blank',
    title: problem.title,
    status: problem.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(reference === undefined ? {} : { reference }),
    ...(problem.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: problem.retryAfterSeconds }),
    ...(why === null ? {} : { why }),
    ...(problem.stepUp === undefined ? {} : { stepUp: problem.stepUp }),
    ...(problem.fieldErrors === undefined ? {} : { errors: problem.fieldErrors }),
  }
}

/** Response headers that a problem asks for: its own and `Retry-After` (RFC 9110, 10.2.3). */
export function problemHeaders(problem: Problem): Record<string, string> {
  const retryAfter = problem.retryAfterSeconds
  return { ...problem.headers, ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }) }
}

/**
 * The challenge of a 401 that has none of its own (RFC 9110, 15.5.2 requires one). The scheme is ours: no browser knows
 * it, so none asks for a password, and nobody takes it for one that can be answered with `Authorization`.
 */
const cookieChallenge = 'Cookie realm="cloakroom"'

function challengeHeaders({ status }: Problem): Record<string, string> {
  return status === 401 ? { 'WWW-Authenticate': cookieChallenge } : {}
}

/** The problem as an `application/problem+json` response (RFC 9457). */
export function problemResponse(problem: Problem, reference?: string, why: string | null = null): Response {
  return Response.json(toProblemDocument(problem, reference, why), {
    status: problem.status,
    headers: { ...challengeHeaders(problem), ...problemHeaders(problem), 'Content-Type': 'application/problem+json' },
  })
}
