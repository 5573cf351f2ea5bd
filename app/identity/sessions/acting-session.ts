import { and, eq } from 'drizzle-orm'
import { all, type Database, holdPerson, ofSession, sessions, type Work } from '../../../db/index.ts'
import { now, Problem } from '../../kernel/index.ts'
import { isJustReplaced } from './refresh-protocol.ts'

/** The person who changes something about their account, and the session that they do it in. */
export type Acting = { readonly userId: string; readonly sessionId: string }

/** How many sessions that took each other's place are followed. */
export const maxSuccessors = 50

/**
 * Finds the row of a session that has not been ended: the session itself or, when another tab was faster, the one that has
 * taken its place within the last minute; null when any on the way was ended in another way. Its time may be over.
 */
export function* findUnended(
  tx: Database,
  { userId, sessionId }: Acting,
  at: number,
): Work<typeof sessions.$inferSelect | null> {
  let next: string | null = sessionId
  for (let hop = 0; hop < maxSuccessors && next !== null; hop++) {
    const own = and(eq(sessions.id, next), eq(ofSession(), userId))
    const [row]: (typeof sessions.$inferSelect)[] = yield* all(tx.select().from(sessions).where(own))
    if (!row) return null
    if (row.revokedAt === null) return row
    next = isJustReplaced(row, at) ? row.successorId : null
  }
  return null
}

/**
 * Makes sure, within the transaction of a change, that the session it is made in still lives; what ends sessions comes wholly
 * before it or wholly after. One that was just replaced lives as long as the next does. Throws `sign_in_required`, which undoes
 * the change.
 */
export function* requireActing(tx: Database, acting: Acting): Work<void> {
  yield* holdPerson(tx, acting.userId)
  const at = now()
  const session = yield* findUnended(tx, acting, at)
  if (session === null || at >= session.expiresAt) throw new Problem('sign_in_required')
}
