import { sql } from 'drizzle-orm'
import { type Database, securityEvents } from '../../db/index.ts'
import type { SecurityEvent } from '../kernel/index.ts'

/** An event and the moment it happened, in milliseconds. */
export type NotedEvent = { readonly event: SecurityEvent; readonly at: number }

export type EventStore = {
  /** Writes all of them or none. Synchronous: it also runs while the process ends. */
  append(noted: readonly NotedEvent[]): void
  /** Removes events whose time is over, by the store's own clock, and says how many. */
  prune(): number
}

/** The only two statements on the table of security events; its triggers refuse any other change. */
export function createEventStore(database: Database, retentionMs: number): EventStore {
  const fields = {
    createdAt: sql.placeholder('createdAt'),
    keepUntil: sql.placeholder('keepUntil'),
    type: sql.placeholder('type'),
    outcome: sql.placeholder('outcome'),
    actorId: sql.placeholder('actorId'),
    subjectId: sql.placeholder('subjectId'),
    sessionId: sql.placeholder('sessionId'),
    address: sql.placeholder('address'),
    agent: sql.placeholder('agent'),
    detail: sql.placeholder('detail'),
  }
  const insert = database.insert(securityEvents).values(fields).prepare()
  return {
    append: (noted) =>
      database.transaction(() => {
        for (const each of noted) insert.run(toRow(each, retentionMs))
      }),
    prune: () =>
      database.delete(securityEvents).where(sql`${securityEvents.keepUntil} <= unixepoch('subsec') * 1000`).run()
        .changes,
  }
}

function toRow({ event, at }: NotedEvent, retentionMs: number): Record<string, string | number | null> {
  const { type, outcome, actorId, subjectId, sessionId, address, agent, detail } = event
  return {
    ...{ createdAt: at, keepUntil: at + retentionMs, type, outcome },
    actorId: actorId ?? null,
    subjectId: subjectId ?? null,
    sessionId: sessionId ?? null,
    address: address ?? null,
    agent: agent ?? null,
    detail: detail === undefined ? null : JSON.stringify(detail),
  }
}
