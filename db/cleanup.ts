import { type SQL, sql } from 'drizzle-orm'
import { ms, now } from '../app/kernel/index.ts'
import type { Database } from './client.ts'

/** Ended and expired sessions are shown to their person for 30 days. */
const sessionsShownMs = ms('31d')
/** Failures are counted until somebody succeeds, however long that takes; only a few slips of long ago are forgotten. */
const forgottenFailures = 4
const attemptsKeptMs = ms('90d')
const codesKeptMs = ms('7d')
/** What waits for a second step that was never made. */
const waitingMs = ms('1h')
const mailKeptMs = ms('8d')

/**
 * Which rows are dead, as a condition on each table that an index answers. Each is part of the statement that deletes, so
 * that a row which came to life in the meantime stays.
 */
function deadRows(at: number) {
  return {
    // One that was ended early goes when its time would have been over anyway: until then a replay is told from garbage.
    sessions: sql`expires_at <= ${at - sessionsShownMs}`,
    attempts: sql`updated_at <= ${at - attemptsKeptMs} and failures <= ${forgottenFailures}`,
    rate_limits: sql`expire <= ${at}`,
    one_time_codes: sql`expires_at <= ${at - codesKeptMs}`,
    spent_marks: sql`expires_at <= ${at}`,
    mail_outbox: sql`created_at <= ${at - mailKeptMs} and (sent_at is not null or given_up_at is not null)`,
    // The store's own clock, by which the table's triggers judge as well.
    security_events: sql`keep_until <= unixepoch('subsec') * 1000`,
  }
}

export type CleanupOptions = {
  /** A session that was not used for this long is over, in milliseconds. */
  idleMs: number
  /** How many rows of a table one round removes at most. */
  batch: number
  /** Told of a table that could not be cleaned; the others are. */
  onFault: (error: unknown) => void
}

/** One round of cleaning: at most a batch from each table, in one short statement each. Says how many rows went. */
export function createCleanup(database: Database, { idleMs, batch, onFault }: CleanupOptions) {
  let lookedAt = 0

  function removeFrom(table: string, isDead: SQL): number {
    const name = sql.identifier(table)
    return database.run(
      sql`delete from ${name} where rowid in (select rowid from ${name} where ${isDead} limit ${batch})`,
    ).changes
  }

  /** No index tells whose session is over, so a stretch of rows is looked at in each round, and the next one in the next. */
  function removeProviderSessions(at: number): number {
    const stretch = sql`select max(id) as until, count(*) as many from (
      select rowid as id from provider_sessions where rowid > ${lookedAt} order by rowid limit ${batch})`
    const { until, many } = database.get<{ until: number | null; many: number }>(stretch)
    const since = lookedAt
    lookedAt = many < batch ? 0 : (until ?? 0)
    if (until === null) return 0
    return database.run(sql`delete from provider_sessions where rowid > ${since} and rowid <= ${until} and (
      (session_id is null and created_at <= ${at - waitingMs}) or exists (
        select 1 from sessions where sessions.id = provider_sessions.session_id
        and (revoked_at is not null or expires_at <= ${at} or last_seen_at <= ${at - idleMs})))`).changes
  }

  return (): Record<string, number> => {
    const at = now()
    const works: [string, () => number][] = Object.entries(deadRows(at)).map(([table, isDead]) => [
      table,
      () => removeFrom(table, isDead),
    ])
    works.push(['provider_sessions', () => removeProviderSessions(at)])
    const removed: Record<string, number> = {}
    for (const [table, work] of works) {
      try {
        removed[table] = work()
      } catch (error) {
        onFault(error)
      }
    }
    return removed
  }
}

/** How many sessions are neither over nor ended. Reads an index and its rows: not for the path of a request. */
export function countLiveSessions(database: Database, idleMs: number): number {
  const at = now()
  const count = sql`select count(*) as live from sessions
    where expires_at > ${at} and revoked_at is null and last_seen_at > ${at - idleMs}`
  return database.get<{ live: number }>(count)?.live ?? 0
}
