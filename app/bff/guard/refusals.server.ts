import { redirect } from '@remix-run/node'
import type { ProblemDocument } from '../../contract/index.ts'
import { problemHeaders, problemResponse, safePath, toProblemDocument, wholeJson } from '../../http/index.server.ts'
import { translateSentence } from '../../i18n/index.server.ts'
import { log } from '../../kernel/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import type { RequestContext } from '../request/request-context.server.ts'
import { endSession, lookUpSession } from '../session/session.server.ts'
import { recordRefusal } from './refusal-events.server.ts'

/** Runs the work of a page's loader or action; what it throws becomes an error page or the way to the sign-in page. */
export async function answerWithPage<Result>(
  context: RequestContext,
  request: Request,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work()
    keepHeaders(context, result)
    return result
  } catch (thrown) {
    if (thrown instanceof Response) throw thrown
    const problem = asProblem(thrown, context)
    if (problem.code === 'sign_in_required') throw await redirectToSignIn(context, request)
    sendHeaders(context, problem)
    throw Response.json(inWords(toProblemDocument(problem, context.id)), { status: problem.status })
  }
}

/** What a person reads of a problem, in the language at hand; endpoints keep the English of their documents. */
function inWords(document: ProblemDocument): ProblemDocument {
  const { title, detail, stepUp } = document
  const error = stepUp?.error && { ...stepUp.error, message: translateSentence(stepUp.error.message) }
  return {
    ...document,
    title: translateSentence(title),
    ...(detail === undefined ? {} : { detail: translateSentence(detail) }),
    ...(stepUp === undefined ? {} : { stepUp: { ...stepUp, ...(error && { error }) } }),
  }
}

/** Runs the work of an endpoint; what it throws becomes a problem document (RFC 9457). */
export async function answerWithDocument(context: RequestContext, work: () => Promise<unknown>): Promise<Response> {
  try {
    const result = await work()
    if (result instanceof Response) return result
    return result === undefined ? new Response(null, { status: 204 }) : wholeJson(result)
  } catch (thrown) {
    if (thrown instanceof Response) return thrown
    const problem = asProblem(thrown, context)
    sendHeaders(context, problem)
    const why = problem.code === 'sign_in_required' ? await findReason(context) : null
    return problemResponse(problem, context.id, why)
  }
}

/**
 * To the sign-in page, with the path to come back to and, when a session was refused, why. A person who is signed in
 * and yet refused (the API turned down two fresh access tokens): that session ends first, or the two pages would loop.
 */
async function redirectToSignIn(context: RequestContext, request: Request): Promise<Response> {
  const why = await findReason(context)
  if ((await lookUpSession(context)).kind === 'signed-in') await endSession(context)
  const { pathname, search } = new URL(request.url)
  const query = new URLSearchParams({ redirectTo: safePath(pathname + search) })
  if (why !== null) query.set('why', why)
  return redirect(`/login?${query}`)
}

/** Why the session that was presented signs nobody in; null when none was, or only something that never was one. */
async function findReason(context: RequestContext): Promise<string | null> {
  const lookup = await lookUpSession(context)
  if (lookup.kind === 'signed-in' || lookup.reason === 'malformed') return null
  return lookup.reason
}

/** Headers of a form that comes back with messages go the same way: the framework sends only those a route exports. */
function keepHeaders(context: RequestContext, result: unknown): void {
  if (typeof result !== 'object' || result === null || !('init' in result)) return
  const { headers } = (result.init ?? {}) as ResponseInit
  for (const [name, value] of new Headers(headers)) context.responseHeaders.set(name, value)
}

/** Headers go by the request context: the framework drops those of a response that a loader threw. */
function sendHeaders(context: RequestContext, problem: Problem): void {
  for (const [name, value] of Object.entries(problemHeaders(problem)))
    context.responseHeaders.set(name.toLowerCase(), value)
}

function asProblem(thrown: unknown, context: RequestContext): Problem {
  const problem = thrown instanceof Problem ? thrown : new Problem('internal', { cause: thrown })
  if (problem.status >= 500)
    log.error({ reference: context.id, code: problem.code, err: problem.cause ?? problem }, problem.title)
  else recordRefusal(context, problem)
  return problem
}
