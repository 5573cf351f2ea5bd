import { isTrustedPeer } from '../../http/index.server.ts'
import {
  isTracing,
  type OpenSpan,
  type SpanKind,
  startSpan,
  type TracePlace,
  takeRandomBytes,
} from '../../kernel/index.server.ts'
import { getConfiguration } from '../configuration.server.ts'
import type { Exchange, Trace } from './request-context.server.ts'

/** The trace of an exchange; it begins when somebody first asks. */
export function traceOf(exchange: Exchange): Trace {
  exchange.trace ??= beginTrace(exchange)
  return exchange.trace
}

/** Begins the span of a request, where somebody traces. */
export function watchInTrace(exchange: Exchange): void {
  if (isTracing()) traceOf(exchange)
}

/** A proxy of ours may have begun the trace; a visitor's word is not taken, since ids of his choice would stand in the log. */
function beginTrace({ head, id }: Exchange): Trace {
  const isOurs = isTrustedPeer(head.peer, getConfiguration().trustedProxies)
  const above = isOurs ? readTraceparent(head.headers.traceparent) : null
  const span = startSpan(head.method, 'server', above)
  span?.note('cloakroom.request', id)
  if (span) return { traceId: span.place.traceId, flags: span.place.flags, span }
  return { traceId: above?.traceId ?? takeRandomBytes(16).toString('hex'), flags: above?.flags ?? '01', span }
}

/** `traceparent` as W3C Trace Context, 3.2.2, has it; null when it is missing or means nothing. */
function readTraceparent(header: string | string[] | undefined): TracePlace | null {
  const [, traceId = '', spanId = '', flags = ''] =
    /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/.exec(String(header ?? '')) ?? []
  return traceId === '' ? null : { traceId, spanId, flags }
}

/** The `traceparent` of a call upstream, below the span that watches it, if one does. */
export function traceparentOf(exchange: Exchange, span: OpenSpan | null): string {
  const { traceId, flags } = traceOf(exchange)
  return `00-${traceId}-${span?.place.spanId ?? takeRandomBytes(8).toString('hex')}-${flags}`
}

/** Does `work` in a span of its own below the request's, where somebody traces; else just does it. */
export function inSpan<Result>(
  exchange: Exchange,
  name: string,
  kind: SpanKind,
  work: (span: OpenSpan | null) => Promise<Result>,
): Promise<Result> {
  const span = exchange.trace?.span?.startChild(name, kind)
  return span ? watched(span, work) : work(null)
}

async function watched<Result>(span: OpenSpan, work: (span: OpenSpan) => Promise<Result>): Promise<Result> {
  try {
    return await span.run(() => work(span))
  } catch (error) {
    span.fail(error)
    throw error
  } finally {
    span.end()
  }
}
