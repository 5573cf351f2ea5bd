import { and, count, desc, eq, gte, inArray, lt, lte, type SQL, sql } from 'drizzle-orm'
import { type Database, securityEvents, withStoreErrors } from '../../db/index.ts'
import type { EventFilter, EventReader, StoredEvent } from '../contract/index.ts'
import type { EventType } from '../kernel/index.ts'

const events = securityEvents
const text = (name: string) => sql`cast(${sql.placeholder(name)} as text)`
const integer = (name: string) => sql`cast(${sql.placeholder(name)} as bigint)`

/** Rows that are looked through at once. Other requests get their turn before the next ones are. */
const stretchLength = 2_000
/** Stretches for one part of a list: what matches nothing lately ends early, and says where it goes on. */
const maxStretches = 25

/** Parts of a filter that an index answers: where a stretch lies. */
const bounds: { readonly [Part in keyof EventFilter]?: SQL | undefined } = {
  fromAt: gte(events.createdAt, integer('fromAt')),
  untilAt: lt(events.createdAt, integer('untilAt')),
  before: sql`(${events.createdAt}, ${events.id}) < (${integer('beforeAt')}, ${integer('before')})`,
}

/** Parts that every row of a stretch is held against. */
const conditions: { readonly [Part in keyof EventFilter]?: SQL | undefined } = {
  outcome: eq(events.outcome, text('outcome')),
  sessionId: eq(events.sessionId, text('sessionId')),
  address: eq(events.address, text('address')),
}

type Statements = ReturnType<typeof prepareStretch>
type Place = { before: number; beforeAt: number }

/**
 * Reads security events, newest first. Each combination of filters is a statement of its own, prepared when it is first
 * asked for; nothing that a visitor wrote becomes part of its text. What is looked through for one answer is bounded,
 * however rare what is looked for: such an answer may be short, and `next` says where it goes on.
 */
export function createEventReader(database: Database): EventReader {
  const stretches = new Map<string, Statements>()
  const findPlace = database
    .select({ id: events.id, at: events.createdAt })
    .from(events)
    .where(lte(events.id, integer('id')))
    .orderBy(desc(events.id))
    .limit(1)
    .prepare()

  function stretchFor(filter: EventFilter): Statements {
    const parts = (Object.keys(filter) as (keyof EventFilter)[]).filter((part) => filter[part] !== undefined)
    const key = `${parts.toSorted().join(' ')}|${filter.types?.join(' ') ?? ''}`
    const statements = stretches.get(key) ?? prepareStretch(database, parts, filter.types)
    stretches.set(key, statements)
    return statements
  }

  /** Where a list goes on from: the event that is named or, when that was removed meanwhile, with the one before it. */
  async function placeOf(before: number | undefined): Promise<Place | null | undefined> {
    if (before === undefined) return undefined
    const [row] = await findPlace.execute({ id: before })
    return row ? { before: row.id === before ? before : row.id + 1, beforeAt: row.at } : null
  }

  async function list({ types, limit, before, ...given }: EventFilter) {
    const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const items: StoredEvent[] = []
    let place = await placeOf(before)
    if (place === null) return { items, next: null }
    for (let stretch = 0; stretch < maxStretches; stretch++) {
      if (stretch > 0) await new Promise((done) => setImmediate(done))
      const { rows, edge } = stretchFor({ types, limit, ...values, before: place?.before })
      const found = await rows.execute({ ...values, ...place, length: stretchLength, limit: limit + 1 - items.length })
      items.push(...found.map(toStoredEvent))
      if (items.length > limit) return { items: items.slice(0, limit), next: items[limit - 1]?.id ?? null }
      const [last] = await edge.execute({ ...values, ...place, length: stretchLength })
      if (last === undefined) return { items, next: null }
      place = { before: last.id, beforeAt: last.createdAt }
    }
    return { items, next: place?.before ?? null }
  }

  return {
    list: (filter) => withStoreErrors(() => list(filter)),
    countByStep: async (types, fromAt, stepMs) => {
      const startsAt = sql<number>`${events.createdAt} - ${events.createdAt} % ${stepMs}`.as('starts_at')
      const since = and(gte(events.createdAt, fromAt), inArray(events.type, [...types]))
      return await withStoreErrors(() =>
        database
          .select({ type: events.type, startsAt, count: count() })
          .from(events)
          .where(since)
          .groupBy((row) => [row.type, row.startsAt]),
      )
    },
  }
}

/** The statements of a stretch: its rows that match, and where it ends, which says nothing when it was the last one. */
function prepareStretch(database: Database, parts: (keyof EventFilter)[], types: readonly EventType[] | undefined) {
  const within = and(...parts.map((part) => bounds[part]))
  const newestFirst = [desc(events.createdAt), desc(events.id)] as const
  const reach = (person: SQL | undefined) =>
    database
      .select({ id: events.id, createdAt: events.createdAt })
      .from(events)
      .where(and(person, within))
      .orderBy(...newestFirst)
      .limit(sql.placeholder('length'))
      .as('reach')
  // One's own are found by two indexes, each in order; an event that is about who acted is in both.
  const own = (column: typeof events.actorId | typeof events.subjectId) => {
    const some = reach(eq(column, text('personId')))
    return database.select({ id: some.id, createdAt: some.createdAt }).from(some)
  }
  const isPersonal = parts.includes('personId')
  const whole = isPersonal ? own(events.actorId).union(own(events.subjectId)).as('whole') : reach(undefined)
  const stretch = isPersonal
    ? database
        .select({ id: whole.id, createdAt: whole.createdAt })
        .from(whole)
        .orderBy(desc(whole.createdAt), desc(whole.id))
        .limit(sql.placeholder('length'))
        .as('stretch')
    : whole
  const isOneOf = types === undefined ? undefined : inArray(events.type, [...types])
  return {
    rows: database
      .select({ event: events })
      .from(stretch)
      .innerJoin(events, eq(events.id, stretch.id))
      .where(and(isOneOf, ...parts.map((part) => conditions[part])))
      .orderBy(...newestFirst)
      .limit(sql.placeholder('limit'))
      .prepare(),
    edge: database
      .select({ id: stretch.id, createdAt: stretch.createdAt })
      .from(stretch)
      .orderBy(desc(stretch.createdAt), desc(stretch.id))
      .limit(1)
      .offset(stretchLength - 1)
      .prepare(),
  }
}

function toStoredEvent({ event }: { event: typeof events.$inferSelect }): StoredEvent {
  const { createdAt, keepUntil: _keepUntil, detail, ...row } = event
  return { ...row, at: createdAt, detail: detail === null ? null : JSON.parse(detail) }
}
