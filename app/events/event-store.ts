import { lte, sql } from 'drizzle-orm'
import { atomically, type Database, run, securityEvents, storeClock } from '../../db/index.ts'
import type { SecurityEvent } from '../kernel/index.ts'

/** An event and the moment it happened, in milliseconds. */
export type NotedEvent = { readonly event: SecurityEvent; readonly at: number }

export type EventStore = {
  /** Writes all of them or none. Done when this returns, unless it returns a promise. */
  append(noted: readonly NotedEvent[]): unknown
  /** Removes events whose time is over, by the store's own clock. */
  prune(): Promise<void>
}

/** The only two statements on the table of security events; its triggers refuse any other change. */
export function createEventStore(database: Database, retentionMs: number): EventStore {
  const insert = prepareInsert(database)
  return {
    append: (noted) => {
      const [first, ...others] = noted
      if (first && others.length === 0) return insert.run(toRow(first, retentionMs))
      return atomically(database, function* (tx) {
        const insertHere = tx === database ? insert : prepareInsert(tx)
        for (const each of noted) yield* run(insertHere, toRow(each, retentionMs))
      })
    },
    prune: async () => {
      await database.delete(securityEvents).where(lte(securityEvents.keepUntil, storeClock(database)))
    },
  }
}

function prepareInsert(database: Database) {
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
  return database.insert(securityEvents).values(fields).prepare()
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
