import { and, eq, gt, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { all, type Database, numberOf, run, sessions, type Work } from '../../../db/index.ts'
import type { RecordEvent } from '../../kernel/index.ts'
import type { Visitor } from '../token-service.ts'
import { boundedOrigin } from './session-answers.ts'

/** The session that has just started, and whose it is. Times in milliseconds. */
export type StartedNow = { readonly userId: string; readonly sessionId: string; readonly at: number }

export type SessionLimit = {
  /** How many sessions of an account may be alive at once. */
  readonly most: number
  /** A session not used for this long is over, although its row does not say so. */
  readonly idleMs: number
}

/** How many sessions that are over are kept for each that may be alive: what people and replays are told from. */
const keptForEach = 10
/** Old rows that one start removes at most. */
const removedAtOnce = 200
// What an offset needs beside it in SQLite; no account has so many.
const noLimit = sql.raw('1000000000')

/**
 * Ends the longest unused of an account's live sessions beyond the cap (ASVS 7.1.2), never the one that has just
 * started, and answers their ids. A session that it replaces has to be over by then: it takes no place. One that was
 * ended before its turn came ends no others. The caller holds the person, so that each start counts those before it. Of those that are over, the oldest beyond ten for each place go.
 */
export function* endLongestUnused(tx: Database, started: StartedNow, { most, idleMs }: SessionLimit): Work<string[]> {
  const { userId, sessionId, at } = started
  const { id, revokedAt, expiresAt, lastSeenAt } = sessions
  const isOwn = eq(sessions.userNumber, numberOf(userId))
  const isLive = and(isOwn, isNull(revokedAt), gt(expiresAt, at), sql`${lastSeenAt} + ${idleMs} > ${at}`)
  const stands = sql`exists (select 1 from sessions as started where started.id = ${sessionId} and started.revoked_at is null)`
  const others = and(isLive, ne(id, sessionId), stands)
  const set = { revokedAt: at, revokedReason: 'too-many' as const }
  const change = tx
    .update(sessions)
    .set(set)
    .where(and(isLive, behind(others, most - 1)))
  const ended = (yield* all(change.returning({ id }))).map((row) => row.id)
  const isOver = and(
    isOwn,
    sql`not (${revokedAt} is null and ${expiresAt} > ${at} and ${lastSeenAt} + ${idleMs} > ${at})`,
  )
  yield* run(tx.delete(sessions).where(and(isOver, behind(isOver, most * keptForEach, removedAtOnce))))
  return ended
}

/** One event for each session that a start has ended. */
export function recordBeyondCap(
  record: RecordEvent,
  actorId: string,
  ended: readonly string[],
  visitor: Visitor,
): void {
  for (const sessionId of ended) {
    const about = { actorId, sessionId, ...boundedOrigin(visitor) }
    record({ type: 'session.revoked', outcome: 'success', ...about, detail: { reason: 'too-many' } })
  }
}

/** Those of the sessions that so many others were used after. */
function behind(which: SQL | undefined, many: number, limit: SQL | number = noLimit): SQL {
  return sql`${sessions.id} in (select ${sessions.id} from ${sessions} where ${which}
    order by ${sessions.lastSeenAt} desc, ${sessions.id} desc limit ${limit} offset ${many})`
}
