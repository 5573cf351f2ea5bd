import { createRequire } from 'node:module'
import type * as Api from '@opentelemetry/api'

/** Where something stands in a trace (W3C Trace Context, 3.2): 32, 16 and 2 hex digits. */
export type TracePlace = { readonly traceId: string; readonly spanId: string; readonly flags: string }

export type SpanKind = 'server' | 'internal' | 'client'

/** A piece of work that somebody watches. */
export type OpenSpan = {
  readonly place: TracePlace
  /** A piece of this one. */
  startChild(name: string, kind: SpanKind): OpenSpan
  /** Does `work` so that what other libraries watch within it belongs to this span. */
  run<Result>(work: () => Result): Result
  rename(name: string): void
  note(name: string, value: string | number): void
  /** It went wrong. The class of an error alone is told: its words may quote what people sent. */
  fail(error: unknown): void
  end(): void
}

/** Where `@opentelemetry/api` keeps what was registered, whichever copy of it did so. */
const registered = Symbol.for('opentelemetry.js.api.1')
const holder: { [key: symbol]: { trace?: unknown } | undefined } = globalThis as never
let loaded: typeof Api | null | undefined

/** Whether an OpenTelemetry SDK was registered in this process. Until then nothing of OpenTelemetry is loaded. */
export function isTracing(): boolean {
  return holder[registered]?.trace !== undefined && loadApi() !== null
}

function loadApi(): typeof Api | null {
  if (loaded !== undefined) return loaded
  try {
    loaded = createRequire(import.meta.url)('@opentelemetry/api') as typeof Api
  } catch {
    // The SDK has a copy of its own that is not to be found from here.
    loaded = null
  }
  return loaded
}

/** Begins a span below a place that another process named, or at the top; null while nobody traces. */
export function startSpan(name: string, kind: SpanKind, parent: TracePlace | null): OpenSpan | null {
  const api = isTracing() ? loadApi() : null
  if (!api) return null
  const { ROOT_CONTEXT, trace } = api
  if (parent === null) return open(api, name, kind, ROOT_CONTEXT)
  const { traceId, spanId, flags } = parent
  const remote = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return open(api, name, kind, trace.setSpanContext(ROOT_CONTEXT, remote))
}

function open(api: typeof Api, name: string, kind: SpanKind, above: Api.Context): OpenSpan {
  const kinds = { server: api.SpanKind.SERVER, internal: api.SpanKind.INTERNAL, client: api.SpanKind.CLIENT }
  const span = api.trace.getTracer('cloakroom').startSpan(name, { kind: kinds[kind] }, above)
  const within = api.trace.setSpan(above, span)
  const { traceId, spanId, traceFlags } = span.spanContext()
  return {
    place: { traceId, spanId, flags: traceFlags.toString(16).padStart(2, '0') },
    startChild: (childName, childKind) => open(api, childName, childKind, within),
    run: (work) => api.context.with(within, work),
    rename: (newName) => void span.updateName(newName),
    note: (attribute, value) => void span.setAttribute(attribute, value),
    fail: (error) => {
      const type = error instanceof Error ? error.name : typeof error
      span.setAttribute('error.type', type)
      span.setStatus({ code: api.SpanStatusCode.ERROR })
    },
    end: () => span.end(),
  }
}
