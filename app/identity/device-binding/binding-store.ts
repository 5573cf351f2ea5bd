import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Database, sessions, users, withStoreErrors } from '../../../db/index.ts'

/** A session that a key is registered for, and what decides whether it still lives. Times in milliseconds. */
export type BoundSession = {
  readonly id: string
  readonly userId: string
  readonly bindingKey: string | null
  readonly bindingUses: number
  readonly lastSeenAt: number
  readonly expiresAt: number
  readonly userDisabledAt: number | null
}

export type NewBinding = { bindingId: string; bindingKey: string; boundAt: number }

export type BindingStore = {
  /** The session of that id, while it has not been ended; null otherwise. */
  findSession(sessionId: string): Promise<BoundSession | null>
  /** The session that a key is good for now, by the id of the binding. */
  findBound(bindingId: string): Promise<BoundSession | null>
  /** Once for each session: false when it has a key already, or has ended. */
  bind(sessionId: string, binding: NewBinding): Promise<boolean>
  /** Counts a use of the key; false when somebody counted it before. From now on the ticket is needed. */
  countUse(bindingId: string, uses: number, at: number): Promise<boolean>
  /** The ticket has been seen: from now on it is needed. */
  needProof(sessionId: string, at: number): Promise<void>
}

const text = (name: string) => sql`cast(${sql.placeholder(name)} as text)`
const integer = (name: string) => sql<number>`cast(${sql.placeholder(name)} as bigint)`
const { id, revokedAt, bindingId, bindingKey, bindingUses, proofNeededSince } = sessions

/** The statements about keys of devices: none of them is on the path of a request that finds nothing to do. */
export function createBindingStore(database: Database): BindingStore {
  const statements = prepare(database)
  return {
    findSession: (sessionId) =>
      withStoreErrors(async () => (await statements.findSession.execute({ sessionId }))[0] ?? null),
    findBound: (binding) =>
      withStoreErrors(async () => (await statements.findBound.execute({ bindingId: binding }))[0] ?? null),
    bind: (sessionId, binding) =>
      withStoreErrors(async () => (await statements.bind.execute({ sessionId, ...binding })).length > 0),
    countUse: (binding, uses, at) =>
      withStoreErrors(async () => (await statements.countUse.execute({ bindingId: binding, uses, at })).length > 0),
    needProof: (sessionId, at) =>
      withStoreErrors(async () => void (await statements.needProof.execute({ sessionId, at }))),
  }
}

function prepare(database: Database) {
  const isLive = isNull(revokedAt)
  const find = (which: ReturnType<typeof eq>) =>
    database
      .select({
        ...{
          id,
          userId: users.id,
          bindingKey,
          bindingUses,
          lastSeenAt: sessions.lastSeenAt,
          expiresAt: sessions.expiresAt,
        },
        userDisabledAt: users.disabledAt,
      })
      .from(sessions)
      .innerJoin(users, eq(users.number, sessions.userNumber))
      .where(and(which, isLive))
      .limit(1)
      .prepare()
  const change = (
    set: Parameters<ReturnType<typeof database.update<typeof sessions>>['set']>[0],
    which: typeof isLive,
  ) => database.update(sessions).set(set).where(and(which, isLive)).returning({ id }).prepare()
  const isUnbound = and(eq(id, text('sessionId')), isNull(bindingId))
  const isUnused = and(eq(bindingId, text('bindingId')), eq(bindingUses, integer('uses')))
  return {
    findSession: find(eq(id, text('sessionId'))),
    findBound: find(eq(bindingId, text('bindingId'))),
    bind: change(
      {
        bindingId: sql`${sql.placeholder('bindingId')}`,
        bindingKey: sql`${sql.placeholder('bindingKey')}`,
        boundAt: integer('boundAt'),
      },
      isUnbound as typeof isLive,
    ),
    countUse: change(
      {
        bindingUses: sql<number>`${bindingUses} + 1`,
        proofNeededSince: sql<number>`coalesce(${proofNeededSince}, ${integer('at')})`,
      },
      isUnused as typeof isLive,
    ),
    needProof: change(
      { proofNeededSince: integer('at') },
      and(eq(id, text('sessionId')), isNull(proofNeededSince)) as typeof isLive,
    ),
  }
}
