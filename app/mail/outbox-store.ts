import { and, asc, desc, eq, gt, inArray, isNull, lte, notLike, or, sql } from 'drizzle-orm'
import { type Database, isMissingReference, mailOutbox, withStoreErrors } from '../../db/index.ts'
import { ms, now } from '../kernel/index.ts'

export type OutboxRow = typeof mailOutbox.$inferSelect

/** A mail that stays unsent this long after it was written is given up. */
export const giveUpAfterMs = ms('1d')
/** A row without its texts is kept this long: who was written to, when, and how it went. */
const keepMs = ms('7d')
/** Rows that one statement reads or removes at most. */
const atOnce = 200

export type OutboxStore = {
  /** False when the account that it is about is gone; nothing was written then. */
  insert(row: OutboxRow): Promise<boolean>
  /** Ids of mails that may be tried now, oldest first. */
  findDue(limit: number): Promise<string[]>
  /**
   * Takes a due mail for one try, as one conditional statement: of several processes one gets it, the others null. It is
   * not due again before the wait that follows a failure, and that wait is longer than any try.
   */
  claim(id: string): Promise<OutboxRow | null>
  noteSent(id: string): Promise<void>
  noteFailure(id: string, lastError: string): Promise<void>
  /** Gives a mail up for good; false when somebody else did or it was sent. */
  giveUp(id: string, lastError: string): Promise<boolean>
  /** Mails that nobody sends, newest first. */
  listWaiting(limit: number): Promise<OutboxRow[]>
  /** Removes some of the rows that are long over; the rest goes with what else is dead. */
  prune(): Promise<void>
  /** Some of what waits with texts that another secret than this one has encrypted, by id and behind the given one. */
  listEncryptedOtherwise(secretId: string, behind: string): Promise<OutboxRow[]>
  /** Only what still waits. */
  reencrypt(id: string, texts: { text: string; html: string }): Promise<void>
}

/** The statements of the outbox. */
export function createOutboxStore(database: Database): OutboxStore {
  const waiting = and(isNull(mailOutbox.sentAt), isNull(mailOutbox.givenUpAt))
  // 1 min, doubling to 1 h.
  const doubled = sql`${ms('1m')} * (cast(1 as bigint) << cast(${mailOutbox.tries} as integer))`
  const wait = sql`case when ${mailOutbox.tries} < 6 then ${doubled} else ${ms('1h')} end`
  // Of a mail about nobody there is no account that its address could go with.
  const recipient = sql`case when ${mailOutbox.userId} is null then '' else ${mailOutbox.recipient} end`
  const noTexts = { text: null, html: null, recipient, recipientKey: null }
  return {
    insert: (row) =>
      withStoreErrors(async () => {
        try {
          await database.insert(mailOutbox).values(row)
          return true
        } catch (error) {
          if (isMissingReference(error)) return false
          throw error
        }
      }),
    findDue: async (limit) => {
      const due = and(waiting, lte(mailOutbox.nextTryAt, now()))
      const rows = database.select({ id: mailOutbox.id }).from(mailOutbox).where(due)
      return (await rows.orderBy(asc(mailOutbox.nextTryAt)).limit(limit)).map(({ id }) => id)
    },
    claim: async (id) => {
      const at = now()
      const due = and(eq(mailOutbox.id, id), waiting, lte(mailOutbox.nextTryAt, at))
      const change = database
        .update(mailOutbox)
        .set({ tries: sql`${mailOutbox.tries} + 1`, nextTryAt: sql`${at} + ${wait}` })
      return (await change.where(due).returning())[0] ?? null
    },
    noteSent: async (id) => {
      const sent = { sentAt: now(), lastError: null, ...noTexts }
      await database.update(mailOutbox).set(sent).where(eq(mailOutbox.id, id))
    },
    noteFailure: async (id, lastError) => {
      await database.update(mailOutbox).set({ lastError }).where(eq(mailOutbox.id, id))
    },
    giveUp: async (id, lastError) => {
      const given = { givenUpAt: now(), lastError, ...noTexts }
      const change = database
        .update(mailOutbox)
        .set(given)
        .where(and(eq(mailOutbox.id, id), waiting))
      return (await change.returning({ id: mailOutbox.id })).length > 0
    },
    listWaiting: (limit) =>
      withStoreErrors(() =>
        database
          .select()
          .from(mailOutbox)
          .where(waiting)
          .orderBy(desc(mailOutbox.createdAt), desc(mailOutbox.id))
          .limit(limit),
      ),
    prune: async () => {
      const over = or(lte(mailOutbox.sentAt, now() - keepMs), lte(mailOutbox.createdAt, now() - 2 * keepMs))
      const some = database.select({ id: mailOutbox.id }).from(mailOutbox).where(over).limit(atOnce)
      await database.delete(mailOutbox).where(and(over, inArray(mailOutbox.id, some)))
    },
    listEncryptedOtherwise: (secretId, behind) =>
      withStoreErrors(() =>
        database
          .select()
          .from(mailOutbox)
          .where(and(waiting, gt(mailOutbox.id, behind), notLike(mailOutbox.text, `${secretId}.%`)))
          .orderBy(asc(mailOutbox.id))
          .limit(atOnce),
      ),
    reencrypt: (id, texts) =>
      withStoreErrors(async () => {
        await database
          .update(mailOutbox)
          .set(texts)
          .where(and(eq(mailOutbox.id, id), waiting))
      }),
  }
}
