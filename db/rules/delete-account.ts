import { and, count, eq, inArray, isNull, or } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Database } from '../database.ts'
import { mailOutbox, oneTimeCodes, providerIdentities, providerSessions, users } from '../schema.ts'
import { forUpdate } from '../store/dialect.ts'
import { all, alone, atomically, run, type Work } from '../store/transactions.ts'
import { leavesAnAdmin } from './last-admin.ts'

export type DeletedAccount = {
  /** Mails about the account that waited and that nobody sends any more. */
  droppedMails: number
}

/**
 * The one way in which an account goes, whoever deletes it: with every row about it in every table, as one transaction. Rows
 * that name it by its id go by the references of the schema; what is about it without its id goes here. Security events stay
 * until their time is over. Null, and nothing is changed, when there is no such account or it is the last enabled admin.
 */
export function deleteAccount(
  database: Database,
  userId: string,
): DeletedAccount | null | Promise<DeletedAccount | null> {
  return atomically(database, function* (tx) {
    yield* alone(tx, 'admins')
    const isGoing = forUpdate(tx, and(eq(users.id, userId), leavesAnAdmin(tx)) ?? eq(users.id, userId))
    const [account] = yield* all(tx.select({ emailKey: users.emailKey }).from(users).where(isGoing))
    if (!account) return null
    yield* removeWaitingSignIns(tx, userId)
    yield* removeRegistrations(tx, userId, account.emailKey)
    const droppedMails = yield* countWaitingMails(tx, userId, account.emailKey)
    yield* run(tx.delete(mailOutbox).where(eq(mailOutbox.recipientKey, account.emailKey)))
    yield* run(tx.delete(users).where(eq(users.id, userId)))
    return { droppedMails }
  })
}

/** What providers granted to sign-ins that have no session yet, and so no person. */
function* removeWaitingSignIns(tx: Database, userId: string): Work<void> {
  const isOwn = eq(providerIdentities.userId, userId)
  const { id, issuer, subject } = providerSessions
  const sameSubject = and(eq(providerIdentities.issuer, issuer), eq(providerIdentities.subject, subject))
  const waiting = tx
    .select({ id })
    .from(providerSessions)
    .innerJoin(providerIdentities, sameSubject)
    .where(and(isOwn, isNull(providerSessions.sessionId)))
  yield* run(tx.delete(providerSessions).where(inArray(providerSessions.id, waiting)))
}

/** Registrations of its address, and of those that can be given back to it, whoever began them. */
function* removeRegistrations(tx: Database, userId: string, emailKey: string): Work<void> {
  const undo = alias(oneTimeCodes, 'undo')
  const kept = tx.select({ key: undo.reservedEmailKey }).from(undo).where(eq(undo.userId, userId))
  const { reservedEmailKey } = oneTimeCodes
  yield* run(tx.delete(oneTimeCodes).where(or(eq(reservedEmailKey, emailKey), inArray(reservedEmailKey, kept))))
}

function* countWaitingMails(tx: Database, userId: string, emailKey: string): Work<number> {
  const isAbout = or(eq(mailOutbox.userId, userId), eq(mailOutbox.recipientKey, emailKey))
  const waits = and(isAbout, isNull(mailOutbox.sentAt), isNull(mailOutbox.givenUpAt))
  return (yield* all(tx.select({ mails: count() }).from(mailOutbox).where(waits)))[0]?.mails ?? 0
}
