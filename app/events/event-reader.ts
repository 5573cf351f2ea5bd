import { and, count, desc, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import { type Database, securityEvents, throughStore } from '../../db/index.ts'
import type { EventFilter, EventReader, StoredEvent } from '../contract/index.ts'
import type { EventType } from '../kernel/index.ts'

const events = securityEvents
const text = (name: string) => sql`cast(${sql.placeholder(name)} as text)`
const integer = (name: string) => sql`cast(${sql.placeholder(name)} as bigint)`

/** One condition for each part of a filter; a part that is absent adds nothing to the statement. */
const conditions: { readonly [Part in keyof EventFilter]?: SQL | undefined } = {
  outcome: eq(events.outcome, text('outcome')),
  personId: or(eq(events.actorId, text('personId')), eq(events.subjectId, text('personId'))),
  sessionId: eq(events.sessionId, text('sessionId')),
  address: eq(events.address, text('address')),
  fromAt: gte(events.createdAt, integer('fromAt')),
  untilAt: lt(events.createdAt, integer('untilAt')),
  before: lt(events.id, integer('before')),
}

/**
 * Reads security events, newest first. Each combination of filters is a statement of its own, prepared when it is first
 * asked for; nothing that a visitor wrote becomes part of its text.
 */
export function createEventReader(database: Database): EventReader {
  const lists = new Map<string, ReturnType<typeof prepareList>>()

  function listFor(filter: EventFilter) {
    const parts = (Object.keys(conditions) as (keyof EventFilter)[]).filter((part) => filter[part] !== undefined)
    const key = `${parts.join(' ')}|${filter.types?.join(' ') ?? ''}`
    const statement = lists.get(key) ?? prepareList(database, parts, filter.types)
    lists.set(key, statement)
    return statement
  }

  return {
    async list(filter) {
      const { types: _inStatement, limit, ...values } = filter
      const rows = await throughStore(() => listFor(filter).execute({ ...values, limit: limit + 1 }))
      const items = rows.slice(0, limit).map(toStoredEvent)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    countByStep: async (types, fromAt, stepMs) => {
      const startsAt = sql<number>`${events.createdAt} - ${events.createdAt} % ${stepMs}`.as('starts_at')
      const since = and(gte(events.createdAt, fromAt), inArray(events.type, [...types]))
      return await throughStore(() =>
        database
          .select({ type: events.type, startsAt, count: count() })
          .from(events)
          .where(since)
          .groupBy((row) => [row.type, row.startsAt]),
      )
    },
  }
}

function prepareList(database: Database, parts: (keyof EventFilter)[], types: readonly EventType[] | undefined) {
  const isOneOf = types === undefined ? undefined : inArray(events.type, [...types])
  // Somebody's own events are few: SQLite should take their two indexes and sort, not walk through everybody's.
  const newestFirst = parts.includes('personId') ? desc(sql`+${events.id}`) : desc(events.id)
  return database
    .select()
    .from(events)
    .where(and(isOneOf, ...parts.map((part) => conditions[part])))
    .orderBy(newestFirst)
    .limit(sql.placeholder('limit'))
    .prepare()
}

function toStoredEvent({ createdAt, keepUntil: _keepUntil, detail, ...row }: typeof events.$inferSelect): StoredEvent {
  return { ...row, at: createdAt, detail: detail === null ? null : JSON.parse(detail) }
}
