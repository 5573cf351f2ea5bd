import { and, count, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { all, atomically, type Database, holdPerson, numberOf, run, sessions } from '../../db/index.ts'
import type { ManagedSession, Page } from '../contract/index.ts'
import { now } from '../kernel/index.ts'
import { integerValue, type ListStatements, type PageRequest, readPage, textValue } from './statements.ts'

/** Sessions in the store, as far as an admin may see and end them. */
export type SessionStore = {
  listLive(userId: string, page: PageRequest): Promise<Page<ManagedSession>>
  /** Ends every session of an account that has not ended; how many of them were still alive. */
  endAll(userId: string, reason: 'disabled' | 'ended-by-admin'): Promise<number>
  /** How many sessions were alive at some time within each of these steps of time, oldest first. */
  countAlive(steps: readonly number[], stepMs: number): Promise<number[]>
}

/** `idleMs`: a session that was not used for this long is over, although its row does not say so. */
export function createSessionStore(database: Database, idleMs: number): SessionStore {
  const { id, agent, address, createdAt, lastSeenAt, expiresAt } = sessions
  const isOwn = eq(sessions.userNumber, numberOf(textValue('userId')))
  const isLive = and(
    isNull(sessions.revokedAt),
    gt(expiresAt, integerValue('now')),
    sql`${lastSeenAt} + ${idleMs} > ${integerValue('now')}`,
  )
  const ofUser = and(isOwn, isLive)
  const prepareTotal = (tx: Database) => tx.select({ total: count() }).from(sessions).where(ofUser).prepare()
  const live: ListStatements<ManagedSession> = {
    items: database
      .select({ id, agent, address, createdAt, lastSeenAt, expiresAt })
      .from(sessions)
      .where(ofUser)
      .orderBy(desc(lastSeenAt), desc(id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare(),
    total: prepareTotal(database),
  }
  const prepareEndAll = (tx: Database) =>
    tx
      .update(sessions)
      .set({ revokedAt: integerValue('now'), revokedReason: textValue('reason') })
      .where(and(isOwn, isNull(sessions.revokedAt)))
      .prepare()
  return {
    listLive: (userId, page) => readPage(live, page, { userId, now: now() }),
    endAll: async (userId, reason) => {
      const at = now()
      return await atomically(database, function* (tx) {
        // One that takes the place of another in this moment must not be missed.
        yield* holdPerson(tx, userId)
        const [counted] = yield* all(prepareTotal(tx), { userId, now: at })
        yield* run(prepareEndAll(tx), { userId, reason, now: at })
        return counted?.total ?? 0
      })
    },
    countAlive: (steps, stepMs) => countAlive(database, idleMs, steps, stepMs),
  }
}

/** Three passes over the table whatever the number of steps: who was there before, who came, who went. */
async function countAlive(
  database: Database,
  idleMs: number,
  steps: readonly number[],
  stepMs: number,
): Promise<number[]> {
  const from = steps[0] ?? 0
  const idleAt = sql`${sessions.lastSeenAt} + ${idleMs}`
  const firstEnd = sql`case when ${sessions.expiresAt} < ${idleAt} then ${sessions.expiresAt} else ${idleAt} end`
  const endsAt = sql<number>`coalesce(${sessions.revokedAt}, ${firstEnd})`
  const countBy = async (moment: SQL<number>) => {
    // Under a name, since two texts with parameters of their own are not the same to PostgreSQL.
    const startsAt = sql<number>`${moment} - ${moment} % ${stepMs}`.as('starts_at')
    const isWithin = sql`${moment} >= ${from}`
    const rows = await database
      .select({ startsAt, count: count() })
      .from(sessions)
      .where(isWithin)
      .groupBy((row) => row.startsAt)
    return new Map(rows.map((row) => [row.startsAt, row.count]))
  }
  const [before] = await database
    .select({ count: count() })
    .from(sessions)
    .where(sql`${sessions.createdAt} < ${from} and ${endsAt} >= ${from}`)
  const began = await countBy(sql<number>`${sessions.createdAt}`)
  const ended = await countBy(endsAt)
  let alive = before?.count ?? 0
  return steps.map((step) => {
    const within = alive + (began.get(step) ?? 0)
    alive = within - (ended.get(step) ?? 0)
    return within
  })
}
