import { type SQL, sql } from 'drizzle-orm'
import { ms, now } from '../../app/kernel/index.ts'
import type { Database } from '../database.ts'
import { skipLocked, storeClock } from '../store/dialect.ts'

/** Ended and expired sessions are shown to their person for 30 days. */
export const sessionsShownMs = ms('31d')
/** Failures are counted until somebody succeeds, however long that takes; only a few slips of long ago are forgotten. */
const forgottenFailures = 4
const attemptsKeptMs = ms('90d')
/** What waits for a second step that was never made. */
const waitingMs = ms('1h')
const mailKeptMs = ms('8d')

type DeadRows = { table: string; key: string; isDead: SQL }

/** Which rows are dead: a table, its primary key, and a condition that an index answers. */
function deadRows(database: Database, at: number): DeadRows[] {
  return [
    // One that was ended early goes when its time would have been over anyway: until then a replay is told from garbage.
    { table: 'sessions', key: 'id', isDead: sql`expires_at <= ${at - sessionsShownMs}` },
    {
      ...{ table: 'attempts', key: 'key' },
      isDead: sql`updated_at <= ${at - attemptsKeptMs} and failures <= ${forgottenFailures}`,
    },
    { table: 'rate_limits', key: 'key', isDead: sql`expire <= ${at}` },
    { table: 'one_time_codes', key: 'id', isDead: sql`expires_at <= ${at}` },
    { table: 'spent_marks', key: 'id', isDead: sql`expires_at <= ${at}` },
    {
      ...{ table: 'mail_outbox', key: 'id' },
      isDead: sql`created_at <= ${at - mailKeptMs} and (sent_at is not null or given_up_at is not null)`,
    },
    // The store's own clock, by which the table's triggers judge as well.
    { table: 'security_events', key: 'id', isDead: sql`keep_until <= ${storeClock(database)}` },
  ]
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
  let lookedUntil = ''

  /** The condition stands in the delete itself as well, so that a row which came to life in the meantime stays. */
  async function removeFrom({ table, key, isDead }: DeadRows): Promise<number> {
    const [name, id] = [sql.identifier(table), sql.identifier(key)]
    const some = sql`select ${id} from ${name} where ${isDead} limit ${batch}${skipLocked(database)}`
    return (await database.run(sql`delete from ${name} where ${id} in (${some}) and ${isDead}`)).changes
  }

  /** No index tells whose session is over, so a stretch of rows is looked at in each round, and the next one in the next. */
  async function removeProviderSessions(at: number): Promise<number> {
    const stretch = sql`select max(id) as until, count(*) as many from (
      select id from provider_sessions where id > ${lookedUntil} order by id limit ${batch}) as stretch`
    const { until, many } = await database.get<{ until: string | null; many: number }>(stretch)
    const since = lookedUntil
    lookedUntil = many < batch ? '' : (until ?? '')
    if (until === null) return 0
    const { changes } =
      await database.run(sql`delete from provider_sessions where id > ${since} and id <= ${until} and (
      (session_id is null and created_at <= ${at - waitingMs}) or exists (
        select 1 from sessions where sessions.id = provider_sessions.session_id
        and (revoked_at is not null or expires_at <= ${at} or last_seen_at <= ${at - idleMs})))`)
    return changes
  }

  return async (): Promise<Record<string, number>> => {
    const at = now()
    const works: [string, () => Promise<number>][] = deadRows(database, at).map((dead) => [
      dead.table,
      () => removeFrom(dead),
    ])
    works.push(['provider_sessions', () => removeProviderSessions(at)])
    const removed: Record<string, number> = {}
    for (const [table, work] of works) {
      try {
        removed[table] = await work()
      } catch (error) {
        onFault(error)
      }
    }
    return removed
  }
}
