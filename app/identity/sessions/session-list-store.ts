import { and, count, desc, eq, gt, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm'
import {
  all,
  atomically,
  type Database,
  holdPerson,
  numberOf,
  run,
  sessions,
  withStoreErrors,
} from '../../../db/index.ts'

/** A session as its person sees it. Times in milliseconds. */
export type Device = {
  readonly id: string
  readonly agent: string
  readonly address: string
  readonly createdAt: number
  readonly lastSeenAt: number
  /** The absolute end. Idle sessions end sooner. */
  readonly expiresAt: number
  readonly persistent: boolean
  /** A copy of its cookies is of no use elsewhere. */
  readonly isBound: boolean
}

/** One that was ended before its time, and why. */
export type EndedDevice = Device & { readonly endedAt: number; readonly reason: string }

type Moment = { at: number; idleMs: number }

/** A page of a list, counted from 1. */
type PageRequest = { page: number; limit: number }

export type DeviceStore = {
  /** The one that is named, while a cookie still works for it. */
  findLive(userId: string, sessionId: string, moment: Moment): Promise<Device | null>
  /** A page of the others that a cookie still works for, the one used last first, and how many there are. */
  listOthers(
    userId: string,
    keptId: string,
    moment: Moment,
    page: PageRequest,
  ): Promise<{ items: Device[]; total: number }>
  /** The last few that were ended since then, the newest first. */
  listEnded(userId: string, since: number): Promise<EndedDevice[]>
  /** False when the person has no such session, or it has ended. */
  end(userId: string, sessionId: string, moment: Moment): Promise<boolean>
  /** The ids of those that were ended, the ones used last; `more`: how many ended besides. */
  endOthers(userId: string, keptId: string, moment: Moment): Promise<{ ids: string[]; more: number }>
  /** The newest session that was ended for a replay and whose end nobody has confirmed seeing. */
  findUnseenReuse(userId: string): Promise<EndedDevice | null>
  noteEndings(userId: string, at: number): Promise<void>
}

const maxEnded = 5
/** Ended sessions that are told of one by one. */
const maxNamed = 100

const text = (name: string) => sql`cast(${sql.placeholder(name)} as text)`
const integer = (name: string) => sql`cast(${sql.placeholder(name)} as bigint)`

const { id, agent, address, createdAt, lastSeenAt, expiresAt, persistent, revokedAt, revokedReason } = sessions
const isBound = sql<number>`case when ${sessions.proofNeededSince} is null then 0 else 1 end`
const device = {
  id,
  agent,
  address,
  createdAt,
  lastSeenAt,
  expiresAt,
  persistent,
  isBound: isBound.mapWith(Boolean).as('is_bound'),
}
const ended = {
  ...device,
  endedAt: sql<number>`${revokedAt}`.as('ended_at'),
  reason: sql<string>`coalesce(${revokedReason}, '')`.as('reason'),
}

const isOwn = eq(sessions.userNumber, numberOf(text('userId')))
const isLive = and(
  isOwn,
  isNull(revokedAt),
  gt(expiresAt, integer('at')),
  sql`${lastSeenAt} + ${integer('idleMs')} > ${integer('at')}`,
)

/** The statements behind a person's list of devices. The person's id stands in every `where`. */
export function createDeviceStore(database: Database): DeviceStore {
  const one = database
    .select(device)
    .from(sessions)
    .where(and(isLive, eq(id, text('sessionId'))))
    .prepare()
  const others = database
    .select(device)
    .from(sessions)
    .where(isOther)
    .orderBy(desc(lastSeenAt), desc(id))
    .limit(sql.placeholder('limit'))
    .offset(sql.placeholder('offset'))
    .prepare()
  const recent = database
    .select(ended)
    .from(sessions)
    .where(and(isOwn, isNotNull(revokedAt), gt(revokedAt, integer('since'))))
    .orderBy(desc(revokedAt), desc(id))
    .limit(maxEnded)
    .prepare()
  const isUnseenReuse = and(isOwn, eq(revokedReason, 'reuse'), isNull(sessions.endNotedAt))
  const unseen = database.select(ended).from(sessions).where(isUnseenReuse).orderBy(desc(revokedAt)).limit(1).prepare()
  const endOne = prepareEnd(database, and(isLive, eq(id, text('sessionId'))))
  const countOthers = prepareCount(database)
  const note = database
    .update(sessions)
    .set({ endNotedAt: sql<number>`${integer('at')}` })
    .where(isUnseenReuse)
    .returning({ id })
    .prepare()
  return {
    findLive: (userId, sessionId, moment) =>
      withStoreErrors(async () => (await one.execute({ userId, sessionId, ...moment }))[0] ?? null),
    listOthers: (userId, keptId, moment, { page, limit }) =>
      withStoreErrors(async () => {
        const which = { userId, keptId, ...moment }
        const [counted] = await countOthers.execute(which)
        const items = await others.execute({ ...which, limit, offset: (page - 1) * limit })
        return { items, total: counted?.total ?? 0 }
      }),
    listEnded: (userId, since) => withStoreErrors(() => recent.execute({ userId, since })),
    end: (userId, sessionId, moment) =>
      withStoreErrors(async () => (await endOne.execute({ userId, sessionId, ...moment })).length > 0),
    endOthers: (userId, keptId, moment) =>
      withStoreErrors(() =>
        atomically(database, function* (tx) {
          // One that takes the place of another in this moment must not be missed.
          yield* holdPerson(tx, userId)
          const which = { userId, keptId, ...moment }
          // Newest first and named: what is told of one by one. All of the rest ends by one statement that names nothing.
          const ids = (yield* all(prepareEnd(tx, newestOthers(tx)), which)).map((row) => row.id)
          if (ids.length < maxNamed) return { ids, more: 0 }
          const [left] = yield* all(prepareCount(tx), which)
          yield* run(tx.update(sessions).set(endSet).where(isOther).prepare(), which)
          return { ids, more: left?.total ?? 0 }
        }),
      ),
    findUnseenReuse: (userId) => withStoreErrors(async () => (await unseen.execute({ userId }))[0] ?? null),
    noteEndings: (userId, at) => withStoreErrors(async () => void (await note.execute({ userId, at }))),
  }
}

const endSet = { revokedAt: sql<number>`${integer('at')}`, revokedReason: 'ended' as const }
const isOther = and(isLive, ne(id, text('keptId')))

function prepareEnd(database: Database, which: typeof isLive) {
  return database.update(sessions).set(endSet).where(which).returning({ id }).prepare()
}

function prepareCount(database: Database) {
  return database.select({ total: count() }).from(sessions).where(isOther).prepare()
}

function newestOthers(database: Database) {
  const some = database.select({ id }).from(sessions).where(isOther).orderBy(desc(lastSeenAt), desc(id)).limit(maxNamed)
  return and(isOther, inArray(id, some))
}
