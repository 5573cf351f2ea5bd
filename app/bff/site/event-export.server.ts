import { adminEventSlice, type EventQuery, type StoredEvent } from '../../contract/index.ts'
import type { Principal } from '../../identity/index.server.ts'
import { getConfiguration } from '../configuration.server.ts'
import { requireStillAdmitted } from '../guard/still-admitted.server.ts'
import { getRequestContext, type RequestContext } from '../request/request-context.server.ts'
import type { ApiClient } from '../session/api-client.server.ts'
import { visitorOf } from '../session/session.server.ts'

export type EventExportFormat = 'csv' | 'json'

const eventsAtOnce = 200
const columns = ['id', 'at', 'type', 'outcome', 'actorId', 'subjectId', 'sessionId', 'address', 'agent', 'detail']

/**
 * All events that match, as a file that is written while it is read: part by part from the API, so that its size is no
 * matter. `query` is the page's own, as text. Before each part it is looked at who asks. A fault in the middle breaks the
 * download off instead of ending it as if it were whole.
 */
export async function exportEvents(
  { userId: actorId, sessionId }: Principal,
  api: ApiClient,
  query: Record<string, string>,
  format: EventExportFormat,
): Promise<Response> {
  const context = getRequestContext()
  const parts = eventsOf(context, api, query)
  // Refusals come before the first byte, while the answer can still say so.
  const first = await parts.next()
  const all = (async function* () {
    if (!first.done) yield first.value
    yield* parts
  })()
  const detail = { format }
  getConfiguration().record({
    ...{ type: 'events.exported', outcome: 'success', actorId, sessionId, detail },
    ...visitorOf(context),
  })
  const lines = format === 'csv' ? csvOf(all) : jsonOf(all)
  return new Response(toStream(lines), {
    headers: {
      'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="cloakroom-events.${format}"`,
      'Cache-Control': 'private, no-store',
    },
  })
}

/** Goes on only as fast as the browser reads. */
export function toStream(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await lines.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await lines.return(undefined)
    },
  })
}

async function* eventsOf(
  context: RequestContext,
  api: ApiClient,
  query: Record<string, string>,
): AsyncGenerator<StoredEvent[]> {
  let before = query.before
  do {
    // The access token that the API believes says what was true when it was minted.
    await requireStillAdmitted(context)
    const asked = { ...query, before, limit: eventsAtOnce }
    const { items, next } = await api.get('/admin/events', adminEventSlice, { query: asked })
    yield items
    before = next === null ? undefined : String(next)
  } while (before !== undefined)
}

async function* csvOf(parts: AsyncIterable<StoredEvent[]>): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`
  for await (const events of parts) yield events.map((event) => `${csvRow(event)}\r\n`).join('')
}

function csvRow({ at, detail, ...event }: StoredEvent): string {
  const row: Record<string, unknown> = {
    ...event,
    at: new Date(at).toISOString(),
    detail: detail === null ? null : JSON.stringify(detail),
  }
  return columns.map((name) => csvCell(row[name])).join(',')
}

/**
 * A cell of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe in front: browsers write what
 * stands in `agent`, and an admin opens the file.
 */
export function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  const isFormula = typeof value === 'string' && /^[\s\p{Cf}]*[=+\-@\t\r|%＝＋－＠]/u.test(text)
  return /[",\r\n\t;']/.test(text) || isFormula ? `"${isFormula ? "'" : ''}${text.replaceAll('"', '""')}"` : text
}

async function* jsonOf(parts: AsyncIterable<StoredEvent[]>): AsyncGenerator<string> {
  yield '['
  let isFirst = true
  for await (const events of parts) {
    for (const event of events) {
      yield `${isFirst ? '\n' : ',\n'}${JSON.stringify({ ...event, at: new Date(event.at).toISOString() })}`
      isFirst = false
    }
  }
  yield '\n]\n'
}

/** The query of a page of events without what belongs to the page alone. */
export function eventQueryText(url: URL): Record<string, string> {
  const names = ['type', 'outcome', 'person', 'address', 'from', 'until', 'before'] satisfies (keyof EventQuery)[]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = url.searchParams.get(name)
      return value === null || value === '' ? [] : [[name, value]]
    }),
  )
}
