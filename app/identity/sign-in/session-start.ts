import { and, eq, getTableColumns, isNull, type SQL, sql } from 'drizzle-orm'
import {
  all,
  type Database,
  factorSets,
  holdPerson,
  ofSession,
  passkeys,
  providerIdentities,
  providerSessions,
  run,
  sessions,
  users,
  type Work,
} from '../../../db/index.ts'
import type { SessionEnd } from '../../contract/index.ts'
import { findUnended, maxSuccessors } from '../sessions/acting-session.ts'
import { isJustReplaced } from '../sessions/refresh-protocol.ts'
import { endLongestUnused, type SessionLimit } from '../sessions/session-cap.ts'
import type { NewSession } from '../sessions/session-row.ts'

/** What a person was let in by. A session starts only if all of it still holds in the moment in which it starts. */
export type Verified = {
  /** The hash that their password matched; null where no password was asked for. */
  readonly passwordHash: string | null
  /** The version of their factors by which it was judged what they have to show; null where that made no difference. */
  readonly factorVersion: number | null
  /** The passkey that they showed. */
  readonly passkeyId?: string
  /** What a provider granted and no session has yet. */
  readonly providerSessionId?: string
}

/**
 * What does not hold any more. `account`: it is gone, disabled, or one of the facts has changed. `provider`: the provider
 * or the person has taken back what was granted. `session`: the one to be replaced has ended.
 */
export type Overtaken = { readonly kind: 'overtaken'; readonly by: 'account' | 'provider' | 'session' }

export type Beginning = {
  session: NewSession
  verified: Verified
  /** A session of the same browser that ends; that it has ended is no hindrance. */
  replaces: string | null
  /** The session that this one carries on: it must live. What it has of a provider comes along, its key with `keepsKey`. */
  renews: string | null
  keepsKey: boolean
  /** Why the one before ends. */
  endsAs: Extract<SessionEnd, 'replaced' | 'password-changed'>
  idleMs: number
  /** How many sessions the account may have; null for any number. */
  limit: SessionLimit | null
}

/** What a session has of the one that it carries on. */
export type CarriedOn = {
  amr: string
  bindingId: string | null
  bindingKey: string | null
  bindingUses: number
  boundAt: number | null
  proofNeededSince: number | null
}

export type Begun =
  | {
      kind: 'begun'
      ended: { id: string; userId: string } | null
      carriedOn: CarriedOn | null
      /** The ids of those that were ended because the account had too many. */
      beyondCap: readonly string[]
    }
  | Overtaken

/** Undoes a transaction in which a session could not start. */
export class OvertakenFault extends Error {
  readonly overtaken: Overtaken

  constructor(by: Overtaken['by']) {
    super(`the start of a session was overtaken (${by})`)
    this.overtaken = { kind: 'overtaken', by }
  }
}

/**
 * Starts a session as part of a transaction, provided that what was verified still holds. The person is held first, so
 * what takes a credential away or ends their sessions comes wholly before or wholly after. Throws `OvertakenFault`, which
 * undoes the whole transaction, when something does not hold that can only be seen after the row is there.
 */
export function* beginSession(tx: Database, beginning: Beginning): Work<Begun> {
  const { session, verified, replaces, renews, keepsKey, limit } = beginning
  yield* holdPerson(tx, session.userId)
  const renewed = renews === null ? null : yield* findLiving(tx, renews, beginning)
  if (renews !== null && renewed === null) return { kind: 'overtaken', by: 'session' }
  const carriedOn = renewed && carryOn(renewed, session, keepsKey)
  if (!(yield* insertIfVerified(tx, { ...session, ...carriedOn }, verified)))
    return { kind: 'overtaken', by: 'account' }
  const { providerSessionId } = verified
  if (providerSessionId !== undefined && !(yield* attach(tx, providerSessionId, session))) {
    throw new OvertakenFault('provider')
  }
  const ended = yield* endReplaced(tx, renewed?.id ?? replaces, beginning)
  if (renewed) {
    // Signed out in this very moment.
    if (ended === null) throw new OvertakenFault('session')
    yield* run(
      tx.update(providerSessions).set({ sessionId: session.id }).where(eq(providerSessions.sessionId, renewed.id)),
    )
  }
  const started = { userId: session.userId, sessionId: session.id, at: session.createdAt }
  const beyondCap = limit === null ? [] : yield* endLongestUnused(tx, started, limit)
  return { kind: 'begun', ended, carriedOn, beyondCap }
}

type Row = typeof sessions.$inferSelect

/** The session that is carried on, or the one that took its place; null when it has ended. */
function* findLiving(tx: Database, sessionId: string, { session, idleMs }: Beginning): Work<Row | null> {
  const at = session.createdAt
  const row = yield* findUnended(tx, { userId: session.userId, sessionId }, at)
  return row !== null && at < row.expiresAt && at - row.lastSeenAt < idleMs ? row : null
}

/** What the person has shown before still counts, and with `keepsKey` the key of their device. */
function carryOn(from: Row, { amr }: NewSession, keepsKey: boolean): CarriedOn {
  const { bindingId, bindingKey, bindingUses, boundAt, proofNeededSince } = from
  const key = { bindingId, bindingKey, bindingUses, boundAt, proofNeededSince }
  const noKey = { bindingId: null, bindingKey: null, bindingUses: 0, boundAt: null, proofNeededSince: null }
  return {
    amr: [...new Set([...from.amr.split(' '), ...amr.split(' ')])].join(' '),
    ...(keepsKey ? key : noKey),
  }
}

/** One statement: the row is there if, and only if, everything was as it is said to be. */
function* insertIfVerified(
  tx: Database,
  { userId, ...fields }: NewSession & Partial<CarriedOn>,
  verified: Verified,
): Work<boolean> {
  const columns = getTableColumns(sessions)
  const given = Object.entries(fields) as [keyof typeof fields, unknown][]
  const names = given.map(([key]) => sql.identifier(columns[key].name))
  const values = given.map(([key, value]) => sql`${sql.param(value, columns[key])}`)
  const inserted = yield* all<{ id: string }>({
    all: () =>
      tx.all(sql`insert into ${sessions} (${sql.identifier(columns.userNumber.name)}, ${sql.join(names, sql`, `)})
        select ${users.number}, ${sql.join(values, sql`, `)} from ${users} where ${isVerified(userId, verified)}
        returning id`),
  })
  return inserted.length > 0
}

function isVerified(userId: string, { passwordHash, factorVersion, passkeyId }: Verified): SQL | undefined {
  const version = sql`coalesce((select ${factorSets.version} from ${factorSets} where ${factorSets.userId} = ${users.id}), 0)`
  return and(
    eq(users.id, userId),
    isNull(users.disabledAt),
    // Who must set another password can still come in by what is none.
    passwordHash === null
      ? undefined
      : and(eq(users.passwordHash, passwordHash), isNull(users.passwordResetRequiredAt)),
    factorVersion === null ? undefined : sql`${version} = ${factorVersion}`,
    passkeyId === undefined
      ? undefined
      : sql`exists (select 1 from ${passkeys} where ${passkeys.id} = ${passkeyId} and ${passkeys.userId} = ${users.id})`,
  )
}

/** False when the provider has ended it meanwhile, or the person no longer signs in with that account there. */
function* attach(tx: Database, id: string, session: NewSession): Work<boolean> {
  const isLinked = sql`exists (select 1 from ${providerIdentities}
    where ${providerIdentities.issuer} = ${providerSessions.issuer}
    and ${providerIdentities.subject} = ${providerSessions.subject} and ${providerIdentities.userId} = ${session.userId})`
  const waiting = and(eq(providerSessions.id, id), isNull(providerSessions.sessionId), isLinked)
  const change = tx.update(providerSessions).set({ sessionId: session.id }).where(waiting)
  return (yield* all(change.returning({ id: providerSessions.id }))).length > 0
}

/** Ends the session whose place is taken, or the one that has taken it before. */
function* endReplaced(
  tx: Database,
  id: string | null,
  { session: { id: successorId, createdAt: revokedAt }, endsAs: revokedReason }: Beginning,
): Work<{ id: string; userId: string } | null> {
  let next = id
  let owner: string | null = null
  for (let hop = 0; hop < maxSuccessors && next !== null; hop++) {
    const isIt = and(eq(sessions.id, next), owner === null ? undefined : eq(ofSession(), owner))
    const change = tx
      .update(sessions)
      .set({ revokedAt, revokedReason, successorId })
      .where(and(isIt, isNull(sessions.revokedAt)))
    const [ended] = yield* all(change.returning({ id: sessions.id, userId: ofSession() }))
    if (ended) return ended
    const { successorId: following, revokedAt: endedAt, revokedReason: reason } = sessions
    const found = yield* all(
      tx
        .select({ successorId: following, revokedAt: endedAt, revokedReason: reason, userId: ofSession() })
        .from(sessions)
        .where(isIt),
    )
    // An old copy of a ticket must not be good for ending what has long taken its session's place, or came of a new password.
    next = found[0] && isJustReplaced(found[0], revokedAt) ? found[0].successorId : null
    owner = found[0]?.userId ?? null
  }
  return null
}
