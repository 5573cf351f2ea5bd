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
import type { RequestContext, Trace } from './request-context.server.ts'

/** The trace of a request; it begins when somebody first asks. */
export function traceOf(context: RequestContext): Trace {
  context.trace ??= beginTrace(context)
  return context.trace
}

/** Begins the span of a request, where somebody traces. */
export function watchInTrace(context: RequestContext): void {
  if (isTracing()) traceOf(context)
}

/** A proxy of ours may have begun the trace; a visitor's word is not taken, since ids of his choice would stand in the log. */
function beginTrace({ head, id }: RequestContext): Trace {
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
export function traceparentOf(context: RequestContext, span: OpenSpan | null): string {
  const { traceId, flags } = traceOf(context)
  return `00-${traceId}-${span?.place.spanId ?? takeRandomBytes(8).toString('hex')}-${flags}`
}

/** Does `work` in a span of its own below the request's, where somebody traces; else just does it. */
export function inSpan<Result>(
  context: RequestContext,
  name: string,
  kind: SpanKind,
  work: (span: OpenSpan | null) => Promise<Result>,
): Promise<Result> {
  const span = context.trace?.span?.startChild(name, kind)
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
