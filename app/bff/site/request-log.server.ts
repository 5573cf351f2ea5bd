import diagnosticsChannel from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { logRequest, metrics, type OpenSpan } from '../../kernel/index.server.ts'
import type { RouteAccess } from '../guard/access.server.ts'
import { findRequestContext, type RequestContext } from '../request/request-context.server.ts'
import { watchInTrace } from '../request/trace.server.ts'
import { createPatternFinder, type FindPattern } from './route-patterns.server.ts'

const channelName = 'http.server.request.start'
const slot: { [key: symbol]: ((message: unknown) => void) | undefined } = globalThis as never
const subscription = Symbol.for('cloakroom.request-log')

/**
 * Counts every response and writes one line about it, whoever answered. Subscribes after `hookRequests`, whose scope it
 * reads; a development reload replaces the earlier subscription.
 */
export function observeRequests(routes: readonly RouteAccess[]): void {
  const findPattern = createPatternFinder(routes.map(({ path }) => path))
  const previous = slot[subscription]
  if (previous) diagnosticsChannel.unsubscribe(channelName, previous)
  const observe = (message: unknown) => {
    const context = findRequestContext()
    if (context) watch(context, (message as { response: ServerResponse }).response, findPattern)
  }
  slot[subscription] = observe
  diagnosticsChannel.subscribe(channelName, observe)
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

function watch(context: RequestContext, response: ServerResponse, findPattern: FindPattern): void {
  const startedAt = performance.now()
  watchInTrace(context)
  response.once('close', () => {
    const durationMs = performance.now() - startedAt
    const { method, url } = context.head
    const route = findPattern(url.split('?', 1)[0] ?? url)
    const isComplete = response.writableFinished
    metrics.requests.inc({
      route,
      method: methods.has(method) ? method : 'other',
      status: isComplete ? `${Math.floor(response.statusCode / 100)}xx` : 'broken-off',
    })
    metrics.requestSeconds.observe(durationMs / 1_000)
    // The pattern, not the address: what stands in a path or a query may be somebody's.
    const { trace } = context
    const facts = { request: context.id, trace: trace?.traceId, method, route, status: response.statusCode }
    const ms = Math.round(durationMs * 10) / 10
    logRequest(isComplete ? { ...facts, ms } : { ...facts, ms, brokenOff: true })
    if (trace?.span) endSpan(trace.span, { method, route, status: response.statusCode })
  })
}

function endSpan(span: OpenSpan, { method, route, status }: { method: string; route: string; status: number }): void {
  span.rename(`${method} ${route}`)
  span.note('http.request.method', method)
  span.note('http.route', route)
  span.note('http.response.status_code', status)
  if (status >= 500) span.fail(String(status))
  span.end()
}
