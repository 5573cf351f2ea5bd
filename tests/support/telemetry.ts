import { type Context, type Span, type SpanContext, trace } from '@opentelemetry/api'

// Preloaded into a server under test: an OpenTelemetry SDK of a few lines that writes each span as a line when it ends.

let count = 0
const nextId = (digits: number) => (++count).toString(16).padStart(digits, '0')

function startSpan(name: string, options: { kind?: number } = {}, context?: Context): Span {
  const above = context && trace.getSpanContext(context)
  const own: SpanContext = { traceId: above?.traceId ?? nextId(32), spanId: nextId(16), traceFlags: 1 }
  const written = { name, kind: options.kind, traceId: own.traceId, spanId: own.spanId, parentSpanId: above?.spanId }
  const attributes: Record<string, unknown> = {}
  const span = {
    spanContext: () => own,
    updateName: (newName: string) => Object.assign(written, { name: newName }) && span,
    setAttribute: (key: string, value: unknown) => Object.assign(attributes, { [key]: value }) && span,
    setStatus: () => span,
    isRecording: () => true,
    end: () => console.log(JSON.stringify({ span: { ...written, attributes } })),
  }
  return span as unknown as Span
}

trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan, startActiveSpan: () => undefined as never }) })
