import type SQLite from 'better-sqlite3'
import { eq, or } from 'drizzle-orm'
import { type Database, isPostgres, overSqlite, users } from '../../../db/index.ts'
import type { PostgresClient, RunStatement } from '../../../db/postgres/postgres-client.ts'
import { createPostgresDatabase } from '../../../db/postgres/postgres-database.ts'
import { openStoreInUse } from '../store.ts'

/** Hears of each statement before it runs. On SQLite it has to be done at once. */
export type Watch = (text: string, isInTransaction: boolean) => void | Promise<void>

/** Thrown by a watch inside a transaction: all of that is undone, and begins anew once `until` is there. */
export class BeginAnew extends Error {
  readonly until: Promise<void>

  constructor(until: Promise<void>) {
    super('this transaction begins anew')
    this.until = until
  }
}

/**
 * The store of this run, twice: `database` as it is, and `watched`, where a test can step between two statements. Work
 * that is one transaction may begin anew on either store, so undoing it once shows nobody anything.
 */
export async function openWatchedStore() {
  const { database, close } = await openStoreInUse()
  let current: Watch | null = null
  const watch: Watch = (text, isInTransaction) => current?.(text, isInTransaction)
  const { $client } = database
  const watched = 'kind' in $client ? watchPostgres($client, watch) : watchSqlite($client, watch)
  return {
    ...{ database, watched, close },
    /** Deletes an account from within a watch: on SQLite it is done when this returns. */
    deleteAccount({ userId, email }: { userId: string; email: string }): void | Promise<void> {
      const deletion = database.delete(users).where(or(eq(users.id, userId), eq(users.email, email)))
      if (isPostgres(database)) return deletion.run().then(() => {})
      void deletion.run()
    },
    watch: (next: Watch | null) => {
      current = next
    },
  }
}

function watchPostgres(client: PostgresClient, watch: Watch): Database {
  const watching =
    (run: RunStatement, isInTransaction: boolean): RunStatement =>
    async (statement) => {
      await watch(statement.text, isInTransaction)
      return run(statement)
    }
  const transaction: PostgresClient['transaction'] = async (work, options) => {
    const begin = () => client.transaction((run) => work(watching(run, true)), options)
    await watch('begin', false)
    try {
      return await begin()
    } catch (error) {
      if (!(error instanceof BeginAnew)) throw error
      await error.until
      return begin()
    }
  }
  return createPostgresDatabase({ ...client, run: watching(client.run, false), transaction })
}

function watchSqlite(client: SQLite.Database, watch: Watch): Database {
  const before = (text: string) => void watch(text, client.inTransaction)
  const prepare = (text: string) => watchStatement(client.prepare(text), () => before(text))
  const transaction = (work: () => unknown) => {
    const run = (begin: () => unknown) => {
      before('begin')
      try {
        return begin()
      } catch (error) {
        if (!(error instanceof BeginAnew)) throw error
        return error.until.then(begin)
      }
    }
    const real = client.transaction(work)
    return Object.assign(() => run(real), { immediate: () => run(() => real.immediate()) })
  }
  const overrides: Record<PropertyKey, unknown> = { prepare, transaction }
  return overSqlite(
    new Proxy(client, {
      get(target, key) {
        if (Object.hasOwn(overrides, key)) return overrides[key]
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    }),
  )
}

function watchStatement(statement: SQLite.Statement, before: () => void): SQLite.Statement {
  return new Proxy(statement, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        if (key === 'run' || key === 'all' || key === 'get') before()
        const answer: unknown = value.apply(target, given)
        return answer === target ? watchStatement(target, before) : answer
      }
    },
  })
}
