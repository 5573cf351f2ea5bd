import { and, eq } from 'drizzle-orm'
import { all, type Database, holdPerson, ofSession, sessions, type Work } from '../../../db/index.ts'
import { now, Problem } from '../../kernel/index.ts'
import { isJustReplaced } from './refresh-protocol.ts'

/** Whoever changes something about an account, by the session that they do it in. */
export type Acting = { readonly userId: string; readonly sessionId: string }

/**
 * Makes sure, within the transaction of a change, that the session it is made in still lives; what ends sessions comes wholly
 * before it or wholly after. One that was just replaced lives on in the next. Throws `sign_in_required`, which undoes the change.
 */
export function* requireActing(tx: Database, { userId, sessionId }: Acting): Work<void> {
  yield* holdPerson(tx, userId)
  const { revokedAt, revokedReason, successorId, expiresAt } = sessions
  const own = and(eq(sessions.id, sessionId), eq(ofSession(), userId))
  const [session] = yield* all(
    tx.select({ revokedAt, revokedReason, successorId, expiresAt }).from(sessions).where(own),
  )
  const at = now()
  const isAlive = session !== undefined && (session.revokedAt === null || isJustReplaced(session, at))
  if (!isAlive || at >= session.expiresAt) throw new Problem('sign_in_required')
}
