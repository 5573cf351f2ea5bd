import { and, inArray, lte, sql } from 'drizzle-orm'
import { atomically, type Database, run, securityEvents, storeClock, takePoints, type Work } from '../../db/index.ts'
import type { SecurityEvent } from '../kernel/index.ts'
import { type EventBudget, isOfStrangers, needsRoom, type Room } from './flood-gate.ts'

/** An event and the moment it happened, in milliseconds. */
export type NotedEvent = { readonly event: SecurityEvent; readonly at: number }

export type Appended = { room: Room; turnedAway: SecurityEvent[] }

export type EventStore = {
  /**
   * Writes them or nothing. What strangers caused needs room: what is leased, then what the store has left of the window
   * for all processes. Says what room is left here, and what there was none for. Done unless it answers with a promise.
   */
  append(noted: readonly NotedEvent[], room: Room): Appended | Promise<Appended>
  /** Removes events whose time is over, by the store's own clock. */
  prune(): Promise<void>
}

export type EventLimits = {
  /** How long a row about an account is kept, in milliseconds. */
  readonly retentionMs: number
  /** How long one about no account is. */
  readonly anonymousRetentionMs: number
  /** What may be written about no account, by all processes together. */
  readonly strangers: EventBudget
}

/** Rows that a process takes from the window at once, so that it seldom asks. */
const leaseSize = 10
/** Rows that one round of pruning removes at most; what is left goes with the dead rows of other tables. */
const prunedAtOnce = 500

/** The only two statements on the table of security events; its triggers refuse any other change. */
export function createEventStore(database: Database, limits: EventLimits): EventStore {
  const insert = prepareInsert(database)
  return {
    append: (noted, room) => {
      const [first, ...others] = noted
      if (first && others.length === 0 && !needsRoom(first.event)) {
        const written = insert.run(toRow(first, limits)) as unknown
        const appended = { room, turnedAway: [] }
        return written instanceof Promise ? written.then(() => appended) : appended
      }
      return atomically(database, function* (tx): Work<Appended> {
        const insertHere = tx === database ? insert : prepareInsert(tx)
        const asked = noted.filter(({ event }) => needsRoom(event)).length
        let leased = room.leased
        if (asked > leased)
          leased += yield* lease(tx, room, Math.max(asked - leased, leaseSize), limits.strangers.points)
        const turnedAway: SecurityEvent[] = []
        for (const each of noted) {
          if (needsRoom(each.event) && leased-- <= 0) turnedAway.push(each.event)
          else yield* run(insertHere, toRow(each, limits))
        }
        return { room: { ...room, leased: Math.max(leased, 0) }, turnedAway }
      })
    },
    prune: async () => {
      const isOver = lte(securityEvents.keepUntil, storeClock(database))
      const some = database.select({ id: securityEvents.id }).from(securityEvents).where(isOver).limit(prunedAtOnce)
      await database.delete(securityEvents).where(and(isOver, inArray(securityEvents.id, some)))
    },
  }
}

/** Takes rows from the window of all processes; how many of them there were. One row of `rate_limits` counts a window. */
function* lease(tx: Database, { window, windowEndsAt }: Room, wanted: number, points: number): Work<number> {
  const taken = yield* takePoints(tx, `events-of-strangers:${window}`, wanted, windowEndsAt)
  return Math.min(Math.max(points - (taken - wanted), 0), wanted)
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

function toRow(
  { event, at }: NotedEvent,
  { retentionMs, anonymousRetentionMs }: EventLimits,
): Record<string, string | number | null> {
  const { type, outcome, actorId, subjectId, sessionId, address, agent, detail } = event
  const keepUntil = at + (isOfStrangers(event) ? Math.min(anonymousRetentionMs, retentionMs) : retentionMs)
  return {
    ...{ createdAt: at, keepUntil, type, outcome },
    actorId: actorId ?? null,
    subjectId: subjectId ?? null,
    sessionId: sessionId ?? null,
    address: address ?? null,
    agent: agent ?? null,
    detail: detail === undefined ? null : JSON.stringify(detail),
  }
}
