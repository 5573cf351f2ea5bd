import type { IncomingMessage, ServerResponse } from 'node:http'
import { breakOffAnswer } from '../../http/index.server.ts'
import { log } from '../../kernel/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { admitCall } from '../guard/admission.server.ts'
import { answerWithDocument } from '../guard/refusals.server.ts'
import { lookAgain } from '../guard/still-admitted.server.ts'
import { csrfHeader } from '../request/csrf.server.ts'
import type { RequestContext } from '../request/request-context.server.ts'
import { requireUsable, writeAnswerHead } from './proxy-answer.server.ts'
import { askUpstream, breakOff, type Departure } from './proxy-call.server.ts'
import { joinTarget, readProxyTarget, requireAllowed } from './proxy-target.server.ts'
import { PumpFault, pump } from './pump.server.ts'
import { type UpstreamAnswer, UpstreamFault } from './transport.server.ts'
import { findUpstream, type Upstream } from './upstream.server.ts'

/** Nothing that a service sends is a page of ours: should a browser show it, it runs no script and sends no form. */
const policy = "default-src 'none'; frame-ancestors 'none'; sandbox"
/** How much of a refused body is read on, so that the answer is not lost with the connection, and for how long. */
const lingerBytes = 16 * 1_048_576
const lingerMs = 5_000

/** Of an answer that is copied once more to save a write. */
const shortBytes = 16_384

/** What stands between a visitor and a service for one call. */
type Passage = { context: RequestContext; request: IncomingMessage; response: ServerResponse }

/**
 * Serves one call of a script to a service: checks who asks and what for, passes it on, and streams the answer back.
 * Never rejects; what goes wrong before the answer began becomes a problem document, later it breaks the answer off.
 */
export async function serveProxied(context: RequestContext, request: IncomingMessage, response: ServerResponse) {
  const passage = { context, request, response }
  try {
    await pass(passage)
  } catch (thrown) {
    await refuse(passage, thrown)
  }
}

async function pass({ context, request, response }: Passage): Promise<void> {
  const { upstream, rest } = findUpstream(getConfiguration().upstreams(), context.head.url)
  context.isPassive = context.head.headers['x-bff-passive'] === '1'
  const admit = () => admitCall(context, upstream?.access ?? 'user', context.head.headers[csrfHeader])
  const principal = await admit()
  // What has come as a whole by now was sent by somebody who was let in. Whoever sends the rest later decides how late.
  const admitAnew = request.complete
    ? null
    : async () => {
        await lookAgain(context)
        await admit()
      }
  if (!upstream) throw new Problem('not_found')
  const { method } = context.head
  const asked = readProxyTarget(rest)
  requireAllowed(upstream.routes, method, asked)
  const target = joinTarget(upstream.base, asked)
  const departure: Departure = { isGone: false, open: null }
  response.once('close', () => {
    if (response.writableFinished) return
    departure.isGone = true
    breakOff(departure)
  })
  const answer = await askUpstream({ context, request, method, target, upstream, principal, departure, admitAnew })
  try {
    requireUsable(answer, upstream)
    context.responseHeaders.set('content-security-policy', policy)
    context.keepsValidators = true
    writeAnswerHead(response, answer, upstream, target)
    await relay(answer, response, upstream)
    if (!request.complete) breakOff(departure)
  } catch (error) {
    answer.body.destroy()
    throw error
  }
}

async function relay(
  { body, status, headers }: UpstreamAnswer,
  response: ServerResponse,
  { responseLimitBytes: maxBytes, idleTimeoutMs: idleMs }: Upstream,
): Promise<void> {
  if (response.req.method === 'HEAD' || status === 204 || status === 304) {
    body.resume()
    response.end()
    return
  }
  // A short answer that is here as a whole goes out in one piece, head and all.
  if (body.readableLength <= shortBytes && body.readableLength === Number(headers['content-length'])) {
    const bytes: Buffer | null = body.read()
    body.resume()
    response.end(bytes?.toString('latin1'), 'latin1')
    return
  }
  // Of an event stream the head comes long before the first event.
  if (body.readableLength === 0) response.flushHeaders()
  await pump(body, response, { maxBytes, idleMs })
}

async function refuse(passage: Passage, thrown: unknown): Promise<void> {
  const { context, request, response } = passage
  if (response.headersSent || response.destroyed) {
    if (!response.destroyed) log.warn({ reference: context.id, err: thrown }, 'an answer of a service broke off')
    breakOffAnswer(response)
    return
  }
  const problem = toProblem(thrown)
  const document = await answerWithDocument(context, () => Promise.reject(problem))
  for (const [name, value] of document.headers) response.setHeader(name, value)
  const text = await document.text()
  response.setHeader('Content-Length', Buffer.byteLength(text))
  response.writeHead(document.status)
  response.end(context.head.method === 'HEAD' ? undefined : text)
  lingerOver(request)
}

function toProblem(thrown: unknown): unknown {
  const cause = thrown instanceof UpstreamFault ? thrown.cause : thrown
  if (cause instanceof PumpFault) {
    if (cause.stop === 'too-large')
      return new Problem('body_too_large', { detail: 'The service does not take that much at once.' })
    return new Problem('malformed_request', { detail: 'The request ended before all of it had arrived.', cause })
  }
  if (cause instanceof Problem) return cause
  return thrown instanceof UpstreamFault ? new Problem('bad_gateway', { retryAfterSeconds: 5, cause }) : thrown
}

/** Reads on what is still being sent, for a while; a connection closed at once would take the answer with it. */
function lingerOver(request: IncomingMessage): void {
  if (request.complete) return
  let left = lingerBytes
  const giveUp = () => void request.destroy()
  const timer = setTimeout(giveUp, lingerMs)
  request.on('error', () => {})
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) giveUp()
  })
  request.once('close', () => clearTimeout(timer))
  request.resume()
}
