import { and, eq, isNull, or, sql } from 'drizzle-orm'
import { atomically, type Database, ofSession, sessions, users, type Work, withStoreErrors } from '../../../db/index.ts'
import type { SessionEnd } from '../../contract/index.ts'
import { type Begun, OvertakenFault } from '../sign-in/session-start.ts'
import { maxSuccessors } from './acting-session.ts'
import { clockToleranceMs } from './refresh-protocol.ts'
import type { SessionRow } from './session-row.ts'

/** Why a session was ended before its time. Stored; `decide` reads `reuse` and `disabled`. */
export type RevokedReason = Extract<
  SessionEnd,
  'signout' | 'replaced' | 'reuse' | 'disabled' | 'expired' | 'idle' | 'ended' | 'provider' | 'too-many'
>

/** What of a session was read; a write that finds it changed does nothing. */
type Read = { readonly id: string; readonly generation: number }

export type SessionStore = {
  /** Runs the start of a session as a transaction of its own. */
  begin(work: (tx: Database) => Work<Begun>): Promise<Begun>
  /** The session and its user by primary key, or null. */
  find(id: string): Promise<SessionRow | null>
  // Each of these is one conditional statement; false means that the row is no longer what was read: look again.
  /** Moves to the next generation, which nobody has confirmed yet; `secretId` is the secret of its refresh token. */
  rotate(read: Read, secretId: string, at: number, lastSeenAt: number): Promise<boolean>
  confirm(read: Read, confirmedAt: number, lastSeenAt: number): Promise<boolean>
  touch(read: Read, lastSeenAt: number): Promise<boolean>
  fastForward(read: Read, presented: number, at: number, lastSeenAt: number): Promise<boolean>
  revokeForReuse(read: Read, at: number): Promise<boolean>
  /** Ends a session whatever its generation. Its user's id; null when there is no such session or it had ended. */
  revoke(id: string, at: number, reason: RevokedReason): Promise<string | null>
  /**
   * Ends a session or, when others of the same person have taken its place one after the other, the one that lives. Null
   * when none does.
   */
  revokeLine(id: string, at: number, reason: RevokedReason): Promise<{ id: string; userId: string } | null>
}

// SQLite prepares a join anew on every bind when a bare parameter is compared; a cast keeps the statement.
const clockTolerance = sql.raw(String(clockToleranceMs))
const givenId = sql`cast(${sql.placeholder('id')} as text)`
const live = and(eq(sessions.id, givenId), isNull(sessions.revokedAt))
const asRead = and(live, eq(sessions.generation, sql.placeholder('generation')))

/** The statements of the session table, prepared once. */
export function createSessionStore(database: Database): SessionStore {
  const find = prepareFind(database)
  const changes = prepareChanges(database)
  const didChange = (rows: { id: string }[]) => rows.length > 0
  const findRow = (id: string) => withStoreErrors(async () => (await find.execute({ id }))[0] ?? null)
  const revoke: SessionStore['revoke'] = (id, at, reason) =>
    withStoreErrors(async () => (await changes.revoke.execute({ id, at, reason }))[0]?.userId ?? null)
  return {
    begin: (work) =>
      withStoreErrors(async () => {
        try {
          return await atomically(database, work)
        } catch (error) {
          if (error instanceof OvertakenFault) return error.overtaken
          throw error
        }
      }),
    find: findRow,
    rotate: ({ id, generation }, secretId, at, lastSeenAt) =>
      withStoreErrors(async () =>
        didChange(await changes.rotate.execute({ id, generation, next: generation + 1, secretId, at, lastSeenAt })),
      ),
    confirm: ({ id, generation }, confirmedAt, lastSeenAt) =>
      withStoreErrors(async () =>
        didChange(await changes.confirm.execute({ id, generation, confirmedAt, lastSeenAt })),
      ),
    touch: ({ id, generation }, lastSeenAt) =>
      withStoreErrors(async () => didChange(await changes.touch.execute({ id, generation, lastSeenAt }))),
    fastForward: ({ id, generation }, presented, at, lastSeenAt) =>
      withStoreErrors(async () =>
        didChange(await changes.fastForward.execute({ id, generation, next: presented, at, lastSeenAt })),
      ),
    revokeForReuse: ({ id, generation }, at) =>
      withStoreErrors(async () => didChange(await changes.revokeForReuse.execute({ id, generation, at }))),
    revoke,
    async revokeLine(first, at, reason) {
      let owner: string | null = null
      for (let id: string | null = first, hop = 0; id !== null && hop < maxSuccessors; hop++) {
        const row: SessionRow | null = await findRow(id)
        if (!row || (owner !== null && row.userId !== owner)) return null
        const userId = await revoke(id, at, reason)
        if (userId !== null) return { id, userId }
        owner = row.userId
        // Read anew: it may have been replaced since.
        id = (await findRow(id))?.successorId ?? null
      }
      return null
    },
  }
}

function prepareFind(database: Database) {
  const { id, generation, rotatedAt, confirmedAt, createdAt, lastSeenAt, expiresAt } = sessions
  const { persistent, agent, address, amr, revokedAt, revokedReason, secretId } = sessions
  const { bindingId, boundAt, proofNeededSince, successorId } = sessions
  return database
    .select({
      ...{ id, userId: users.id, generation, rotatedAt, confirmedAt, createdAt, lastSeenAt, expiresAt },
      ...{ persistent, agent, address, amr, revokedAt, revokedReason, secretId },
      ...{ bindingId, boundAt, proofNeededSince, successorId },
      userEmail: users.email,
      userName: users.name,
      userRole: users.role,
      userDisabledAt: users.disabledAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.number, sessions.userNumber))
    .where(eq(sessions.id, givenId))
    .prepare()
}

function prepareChanges(database: Database) {
  const number = (name: string) => sql<number>`${sql.placeholder(name)}`
  const [next, at, lastSeenAt, confirmedAt] = ['next', 'at', 'lastSeenAt', 'confirmedAt'].map(number)
  const change = (set: Parameters<ReturnType<typeof database.update<typeof sessions>>['set']>[0], where: typeof live) =>
    database.update(sessions).set(set).where(where).returning({ id: sessions.id, userId: ofSession() }).prepare()
  return {
    rotate: change(
      {
        ...{ generation: next, rotatedAt: at, confirmedAt: null, lastSeenAt },
        secretId: sql`${sql.placeholder('secretId')}`,
      },
      asRead,
    ),
    // A generation that was replaced by a clock which has been set back since counts as replaced now.
    confirm: change(
      {
        ...{ confirmedAt, lastSeenAt },
        rotatedAt: sql`case when ${sessions.rotatedAt} > ${confirmedAt} then ${confirmedAt} else ${sessions.rotatedAt} end`,
      },
      and(asRead, or(isNull(sessions.confirmedAt), sql`${sessions.confirmedAt} - ${clockTolerance} > ${confirmedAt}`)),
    ),
    touch: change({ lastSeenAt }, asRead),
    fastForward: change({ generation: next, rotatedAt: at, confirmedAt: at, lastSeenAt }, asRead),
    revokeForReuse: change({ revokedAt: at, revokedReason: 'reuse' }, asRead),
    revoke: change({ revokedAt: at, revokedReason: sql`${sql.placeholder('reason')}` }, live),
  }
}
