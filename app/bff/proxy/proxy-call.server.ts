import type { IncomingMessage } from 'node:http'
import { Writable } from 'node:stream'
import type { Principal } from '../../identity/index.server.ts'
import type { OpenSpan } from '../../kernel/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import { getProviderAccessToken } from '../account/providers.server.ts'
import type { RequestContext } from '../request/request-context.server.ts'
import { inSpan, traceparentOf } from '../request/trace.server.ts'
import { getCallToken } from './call-tokens.server.ts'
import { selectHeaders } from './proxy-headers.server.ts'
import { PumpFault, pump } from './pump.server.ts'
import { type CallBody, type CallHead, type OpenCall, type UpstreamAnswer, UpstreamFault } from './transport.server.ts'
import type { Upstream } from './upstream.server.ts'

/** A body of at most this size is kept until the answer is there, so that it can be sent again. */
const replayableBytes = 65_536
const idempotent = new Set(['GET', 'HEAD', 'PUT', 'DELETE'])

/**
 * Whether the visitor has gone, and the call that is to be broken off then. Lighter than an AbortController, which every
 * call would need. Not a function that changes: the collector of young objects takes each of those for alive.
 */
export type Departure = { isGone: boolean; open: OpenCall | null }

/** Breaks off what is under way for a visitor who has gone. */
export function breakOff({ open }: Departure): void {
  open?.abort(new PumpFault('source'))
}

/** One call of a visitor to a service. */
export type ProxiedCall = {
  context: RequestContext
  request: IncomingMessage
  method: string
  target: string
  upstream: Upstream
  principal: Principal | null
  departure: Departure
  /** Rejects when who asks is let in no more; to be asked where the body came after that was looked at. Null where it did not. */
  admitAnew: (() => Promise<unknown>) | null
}

type Body = { kind: 'none' } | { kind: 'kept'; bytes: Buffer } | { kind: 'stream'; length: number | null }

/**
 * Asks the service, and once more when it refuses the access token or had closed the connection meanwhile, as long as
 * the body can be sent again. Throws a `Problem`, `UpstreamFault` or `PumpFault`.
 */
export async function askUpstream(call: ProxiedCall): Promise<UpstreamAnswer> {
  const body = await readBodyKind(call)
  const authorization = await authorize(call, null)
  const answer = await askFresh(call, body, authorization)
  if (answer.status !== 401 || call.principal === null || call.upstream.token === 'none') return answer
  answer.body.destroy()
  if (body.kind === 'stream')
    throw new Problem('unavailable', {
      detail: 'The service could not take this, and it was too long to be sent a second time.',
      retryAfterSeconds: 1,
    })
  return askFresh(call, body, await authorize(call, authorization))
}

/** A connection that was closed before anything was read of the call is no answer: such a call is sent again. */
async function askFresh(call: ProxiedCall, body: Body, authorization: string | null): Promise<UpstreamAnswer> {
  try {
    return await askOnce(call, body, authorization)
  } catch (error) {
    const isSafeToRepeat = body.kind !== 'stream' && idempotent.has(call.method)
    if (!(error instanceof UpstreamFault && error.wasStale && isSafeToRepeat) || call.departure.isGone) throw error
    return askOnce(call, body, authorization)
  }
}

/** The credentials for a call; others than `refused`, where we mint them ourselves. */
async function authorize(
  { principal, upstream: { token, audience } }: ProxiedCall,
  refused: string | null,
): Promise<string | null> {
  if (principal !== null && token === 'provider') return `Bearer ${await getProviderAccessToken(principal)}`
  if (principal === null || audience === null) return null
  const rejected = refused?.slice('Bearer '.length) ?? null
  return `Bearer ${(await getCallToken(principal, audience, rejected)).jwt}`
}

function askOnce(call: ProxiedCall, body: Body, authorization: string | null): Promise<UpstreamAnswer> {
  return inSpan(call.context, 'call of a service', 'client', (span) => {
    span?.note('server.address', call.upstream.name)
    return send(call, headersFor(call, authorization, span), body)
  })
}

function send(call: ProxiedCall, headers: CallHead['headers'], body: Body): Promise<UpstreamAnswer> {
  const { method, target, upstream, departure } = call
  if (departure.isGone) throw new PumpFault('source')
  const open = upstream.transport({
    method,
    target,
    headers,
    body: announce(body),
  })
  departure.open = open
  const timer = setTimeout(
    () => open.abort(new Problem('gateway_timeout', { retryAfterSeconds: 5 })),
    upstream.timeoutMs,
  )
  if (body.kind === 'stream') sendStream(open, call, body.length, timer)
  else open.body.end(body.kind === 'kept' ? body.bytes : undefined)
  return open.answer.finally(() => clearTimeout(timer))
}

/** The time of the answer counts from the last byte that was sent. */
function sendStream(
  open: OpenCall,
  { request, upstream, admitAnew }: ProxiedCall,
  exactBytes: number | null,
  timer: NodeJS.Timeout,
): void {
  const { bodyLimitBytes: maxBytes, idleTimeoutMs: idleMs } = upstream
  const beforeEnd = admitAnew === null ? {} : { beforeEnd: async () => void (await admitAnew()) }
  const onProgress = () => void timer.refresh()
  pump(request, open.body, { maxBytes, exactBytes, idleMs, onProgress, ...beforeEnd }).catch((fault: Error) => {
    // A service that stops reading may still answer; whether it does, its side of the call tells.
    if (!(fault instanceof PumpFault && fault.stop === 'sink')) open.abort(fault)
  })
}

function announce(body: Body): CallBody | null {
  if (body.kind === 'none') return null
  return { length: body.kind === 'kept' ? body.bytes.length : body.length }
}

function headersFor(call: ProxiedCall, authorization: string | null, span: OpenSpan | null) {
  const { context, request, upstream } = call
  const headers = selectHeaders(request.headers, upstream.passing.request)
  headers['x-request-id'] = context.id
  headers.traceparent = traceparentOf(context, span)
  if (authorization !== null) headers.authorization = authorization
  return headers
}

/** What there is of a body. A GET with one means different things to different servers (RFC 9110, 9.3.1). */
async function readBodyKind({ request, method, upstream, admitAnew }: ProxiedCall): Promise<Body> {
  const written = request.headers['content-length']
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(written ?? 0) > 0
  if (!hasBody) return { kind: 'none' }
  if (method === 'GET' || method === 'HEAD')
    throw new Problem('malformed_request', { detail: `${method} carries no body here.` })
  const length = written === undefined ? null : Number(written)
  if (length !== null && length > upstream.bodyLimitBytes) throw new PumpFault('too-large')
  if (length === null || length > replayableBytes) return { kind: 'stream', length }
  const bytes = await keepBody(request, upstream)
  await admitAnew?.()
  return { kind: 'kept', bytes }
}

async function keepBody(request: IncomingMessage, { idleTimeoutMs: idleMs }: Upstream): Promise<Buffer> {
  const chunks: Buffer[] = []
  const keep = new Writable({
    write(chunk: Buffer, _encoding, taken) {
      chunks.push(chunk)
      taken()
    },
  })
  await pump(request, keep, { maxBytes: replayableBytes, idleMs })
  return Buffer.concat(chunks)
}
