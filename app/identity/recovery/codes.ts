import { randomBytes } from 'node:crypto'
import { and, desc, eq, gt, inArray, isNull, lt, lte, sql } from 'drizzle-orm'
import {
  all,
  alone,
  atomically,
  type Database,
  forUpdate,
  oneTimeCodes,
  run,
  type Work,
  withStoreErrors,
} from '../../../db/index.ts'
import type { KeyRing } from '../../kernel/index.server.ts'
import { now } from '../../kernel/index.ts'
import { createCode, hashesOf, readCode } from './one-time-code.ts'

export type CodeRow = typeof oneTimeCodes.$inferSelect
export type Purpose = CodeRow['purpose']

export type NewCode = {
  purpose: Purpose
  /** Whom it is for: an account's id, or a keyed hash of an address that has no account. */
  subject: string
  /** What the subject was called under older secrets: what was issued to it then is dead as well. */
  formerSubjects?: readonly string[]
  userId: string | null
  payload: Record<string, string>
  /** The key of the address that a registration waits for, or that an undo keeps from everybody else while it is alive. */
  reserves?: string
  lifeMs: number
}

export type Codes = {
  /** Makes a code and its row without storing it. */
  prepare(input: NewCode): { code: string; row: CodeRow }
  /**
   * Makes a code for what `read` finds, in the transaction that stores it, or none where `write` says null; earlier ones
   * of the same purpose and subject are dead. `read` locks the account that the code is for (`lockAccount`), so that what
   * ends its codes comes before or after. The caller mails the code to an address that was read; nobody else ever sees it.
   */
  issue<Read>(
    read: (tx: Database) => Work<Read>,
    write: (read: Read) => NewCode | null,
  ): Promise<{ read: Read; code: string | null }>
  /** The row of a code that is alive and of this purpose, or null. Nothing is used up. */
  find(purpose: Purpose, typed: string): Promise<CodeRow | null>
  /** The newest live row of a subject, by any of its names, or null: what was asked for and not answered yet. */
  findWaiting(purpose: Purpose, subjects: readonly string[]): Promise<CodeRow | null>
  /** Counts a password tried along with a code before it is looked at. False when there were too many. */
  countTry(id: string): Promise<boolean>
  giveBackTry(id: string): Promise<void>
}

const maxTries = 10
/** Codes of others that are over, removed along with the making of one. The rest goes with what else is dead. */
const removedAtOnce = 20

/** The codes that are sent by mail: hashed in the store, alive for a while, used once (see `recovery-store.ts`). */
export function createCodes(database: Database, ring: KeyRing): Codes {
  function prepare({ purpose, subject, userId, payload, lifeMs, reserves }: NewCode) {
    const code = createCode()
    const at = now()
    const [codeHash] = hashesOf(ring, purpose, readCode(code) ?? '')
    const row: CodeRow = {
      ...{ id: randomBytes(16).toString('base64url'), purpose, subject, userId, codeHash },
      ...{ payload: JSON.stringify(payload), createdAt: at, expiresAt: at + lifeMs, usedAt: null, tries: 0 },
      reservedEmailKey: reserves ?? null,
    }
    return { code, row }
  }

  return {
    prepare,
    issue: (read, write) =>
      withStoreErrors(() =>
        atomically(database, function* (tx) {
          const found = yield* read(tx)
          const asked = write(found)
          if (asked === null) return { read: found, code: null }
          const { code, row } = prepare(asked)
          const subjects = [row.subject, ...(asked.formerSubjects ?? [])]
          const sameAsked = and(inArray(oneTimeCodes.subject, subjects), eq(oneTimeCodes.purpose, row.purpose))
          yield* aloneWithCodes(tx, row.purpose, subjects)
          yield* run(tx.delete(oneTimeCodes).where(sameAsked))
          const isOver = lte(oneTimeCodes.expiresAt, row.createdAt)
          const some = tx.select({ id: oneTimeCodes.id }).from(oneTimeCodes).where(isOver).limit(removedAtOnce)
          yield* run(tx.delete(oneTimeCodes).where(and(isOver, inArray(oneTimeCodes.id, some))))
          yield* run(tx.insert(oneTimeCodes).values(row))
          return { read: found, code }
        }),
      ),
    find: (purpose, typed) =>
      withStoreErrors(async () => {
        const characters = readCode(typed)
        if (characters === null) return null
        const matches = inArray(oneTimeCodes.codeHash, hashesOf(ring, purpose, characters))
        const rows = database
          .select()
          .from(oneTimeCodes)
          .where(and(matches, eq(oneTimeCodes.purpose, purpose), isAlive()))
        return (await rows)[0] ?? null
      }),
    findWaiting: (purpose, subjects) =>
      withStoreErrors(async () => {
        const matches = and(inArray(oneTimeCodes.subject, [...subjects]), eq(oneTimeCodes.purpose, purpose), isAlive())
        const rows = database.select().from(oneTimeCodes).where(matches)
        return (await rows.orderBy(desc(oneTimeCodes.createdAt)).limit(1))[0] ?? null
      }),
    countTry: (id) =>
      withStoreErrors(async () => {
        const isLeft = and(eq(oneTimeCodes.id, id), lt(oneTimeCodes.tries, maxTries), isAlive())
        const change = database
          .update(oneTimeCodes)
          .set({ tries: sql`${oneTimeCodes.tries} + 1` })
          .where(isLeft)
        return (await change.returning({ id: oneTimeCodes.id })).length > 0
      }),
    giveBackTry: (id) =>
      withStoreErrors(async () => {
        const change = database.update(oneTimeCodes).set({ tries: sql`${oneTimeCodes.tries} - 1` })
        await change.where(and(eq(oneTimeCodes.id, id), gt(oneTimeCodes.tries, 0)))
      }),
  }
}

const isAlive = () => and(isNull(oneTimeCodes.usedAt), gt(oneTimeCodes.expiresAt, now()))

/** In one order, so that two works that want the same names do not wait for each other. */
function* aloneWithCodes(tx: Database, purpose: Purpose, subjects: readonly string[]): Work<void> {
  for (const each of subjects.toSorted()) yield* alone(tx, `codes to ${purpose} for ${each}`)
}

/** What `findWaiting` finds, for a work that puts another code in its place: nobody uses it up meanwhile. */
export function* lockWaiting(tx: Database, purpose: Purpose, subjects: readonly string[]): Work<CodeRow | null> {
  yield* aloneWithCodes(tx, purpose, subjects)
  const matches = and(inArray(oneTimeCodes.subject, [...subjects]), eq(oneTimeCodes.purpose, purpose), isAlive())
  const rows = yield* all(
    tx
      .select()
      .from(oneTimeCodes)
      .where(forUpdate(tx, matches ?? sql`false`)),
  )
  return rows.toSorted((one, other) => other.createdAt - one.createdAt)[0] ?? null
}
