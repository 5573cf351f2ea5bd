import { redirect } from '@remix-run/node'
import type { ProblemDocument } from '../../contract/index.ts'
import { problemHeaders, problemResponse, safePath, toProblemDocument, wholeJson } from '../../http/index.server.ts'
import { translateSentence } from '../../i18n/index.server.ts'
import { log } from '../../kernel/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import type { Exchange } from '../request/request-context.server.ts'
import { endSession, lookUpSession } from '../session/session.server.ts'
import { recordRefusal } from './refusal-events.server.ts'

/** Runs the work of a page's loader or action; what it throws becomes an error page or the way to the sign-in page. */
export async function answerWithPage<Result>(
  exchange: Exchange,
  request: Request,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work()
    keepHeaders(exchange, result)
    return result
  } catch (thrown) {
    if (thrown instanceof Response) throw thrown
    const problem = asProblem(thrown, exchange)
    if (problem.code === 'sign_in_required') throw await redirectToSignIn(exchange, request)
    sendHeaders(exchange, problem)
    throw Response.json(inWords(toProblemDocument(problem, exchange.id)), { status: problem.status })
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
export async function answerWithDocument(exchange: Exchange, work: () => Promise<unknown>): Promise<Response> {
  try {
    const result = await work()
    if (result instanceof Response) return result
    return result === undefined ? new Response(null, { status: 204 }) : wholeJson(result)
  } catch (thrown) {
    if (thrown instanceof Response) return thrown
    const problem = asProblem(thrown, exchange)
    sendHeaders(exchange, problem)
    const why = problem.code === 'sign_in_required' ? await findReason(exchange) : null
    return problemResponse(problem, exchange.id, why)
  }
}

/**
 * To the sign-in page, with the path to come back to and, when a session was refused, why. A person who is signed in
 * and yet refused (the API turned down two fresh access tokens): that session ends first, or the two pages would loop.
 */
async function redirectToSignIn(exchange: Exchange, request: Request): Promise<Response> {
  const why = await findReason(exchange)
  if ((await lookUpSession(exchange)).kind === 'signed-in') await endSession(exchange)
  const { pathname, search } = new URL(request.url)
  const query = new URLSearchParams({ redirectTo: safePath(pathname + search) })
  if (why !== null) query.set('why', why)
  return redirect(`/login?${query}`)
}

/** Why the session that was presented signs nobody in; null when none was, or only something that never was one. */
async function findReason(exchange: Exchange): Promise<string | null> {
  const lookup = await lookUpSession(exchange)
  if (lookup.kind === 'signed-in' || lookup.reason === 'malformed') return null
  return lookup.reason
}

/** Headers of a form that comes back with messages go the same way: the framework sends only those a route exports. */
function keepHeaders(exchange: Exchange, result: unknown): void {
  if (typeof result !== 'object' || result === null || !('init' in result)) return
  const { headers } = (result.init ?? {}) as ResponseInit
  for (const [name, value] of new Headers(headers)) exchange.responseHeaders.set(name, value)
}

/** Headers go through the exchange: the framework drops those of a response that a loader threw. */
function sendHeaders(exchange: Exchange, problem: Problem): void {
  for (const [name, value] of Object.entries(problemHeaders(problem)))
    exchange.responseHeaders.set(name.toLowerCase(), value)
}

function asProblem(thrown: unknown, exchange: Exchange): Problem {
  const problem = thrown instanceof Problem ? thrown : new Problem('internal', { cause: thrown })
  if (problem.status >= 500)
    log.error({ reference: exchange.id, code: problem.code, err: problem.cause ?? problem }, problem.title)
  else recordRefusal(exchange, problem)
  return problem
}
