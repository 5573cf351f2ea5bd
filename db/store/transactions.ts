import { sql } from 'drizzle-orm'
import { type Database, isPostgres } from '../database.ts'
import { createPostgresDatabase } from '../postgres/postgres-database.ts'

/** Steps that happen as one: each `yield*` is a statement, and nothing but statements may be waited for. */
export type Work<Result> = Generator<() => unknown, Result, unknown>

/**
 * All of the statements of `work`, or none. On SQLite they run one after another under the lock of a writer, and the
 * answer is there at once; on PostgreSQL as one transaction (READ COMMITTED) on one connection. There `work` begins anew
 * when it lost to another, so it should have no effect besides its statements. What it throws undoes them.
 */
export function atomically<Result>(database: Database, work: (tx: Database) => Work<Result>): Result | Promise<Result> {
  const { $client } = database
  if ('kind' in $client) {
    return $client.transaction((run) => driveAsynchronously(work(createPostgresDatabase($client, run))))
  }
  return $client.transaction(() => driveSynchronously(work(database))).immediate()
}

type Rows<Row> = { all(values?: Record<string, unknown>): Promise<Row[]> }
type Change = { run(values?: Record<string, unknown>): Promise<unknown> }

/** The rows of a statement, as a step. */
export function* all<Row>(statement: Rows<Row>, values?: Record<string, unknown>): Work<Row[]> {
  return (yield () => statement.all(values)) as Row[]
}

/** A statement whose rows nobody wants, as a step. */
export function* run(statement: Change, values?: Record<string, unknown>): Work<void> {
  yield () => statement.run(values)
}

/**
 * From here to its end this work is alone among those that name the same key. What SQLite's single writer gives to
 * everybody; on PostgreSQL two statements at once do not see each other, so a condition on *other* rows needs it.
 */
export function* alone(tx: Database, key: string): Work<void> {
  if (isPostgres(tx)) yield () => tx.all(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`)
}

/**
 * From here to its end nobody else changes this account, and no other work that holds it goes on. Whatever ends sessions
 * of a person, or takes away what they sign in with, and whatever starts a session does this first: then each of the two
 * sees all of the other or comes before it. Statements after this one see what was committed until then.
 */
export function* holdPerson(tx: Database, userId: string): Work<void> {
  if (isPostgres(tx)) yield () => tx.all(sql`select number from users where id = ${userId} for no key update`)
}

function driveSynchronously<Result>(work: Work<Result>): Result {
  for (let answer: unknown; ; ) {
    const step = work.next(answer)
    if (step.done) return step.value
    answer = step.value()
  }
}

async function driveAsynchronously<Result>(work: Work<Result>): Promise<Result> {
  for (let answer: unknown; ; ) {
    const step = work.next(answer)
    if (step.done) return step.value
    answer = await step.value()
  }
}
