import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asStoreProblem,
  atomically,
  canWrite,
  closeStore,
  type Database,
  openStore,
  type PostgresDatabase,
  run,
  spentMarks,
  users,
} from '../../db/index.ts'
import { ada, openTestIssuer, visitor } from '../support/issuer.ts'
import { openOwnStore, type PostgresOptions, quick } from './own-database.ts'
import { openRelay } from './relay.ts'

let own: Awaited<ReturnType<typeof openOwnStore>>
beforeAll(async () => {
  own = await openOwnStore()
  const someone = { id: 'someone', email: '', emailKey: '', name: '', passwordHash: '', createdAt: 0, updatedAt: 0 }
  await own.database.insert(users).values(someone)
})
afterAll(() => own.close())

const ask = (database: Database) => database.get<{ one: number }>(sql`select 1 as one`)
const faultOf = (query: PromiseLike<unknown>): Promise<Error & { code: string }> =>
  Promise.resolve(query).then(
    () => Promise.reject(new Error('it was answered')),
    (fault) => fault,
  )

/** The same store by another set of connections. */
async function withStore<Result>(
  options: Partial<PostgresOptions>,
  work: (database: PostgresDatabase) => Promise<Result>,
  url = own.url,
): Promise<Result> {
  const database = (await openStore({ url, postgres: { ...quick, ...options } })) as PostgresDatabase
  try {
    return await work(database)
  } finally {
    await closeStore(database)
  }
}

describe('a request', () => {
  test('that rotates nothing asks PostgreSQL once', async () => {
    const relay = await openRelay(own.url)
    await withStore(
      {},
      async (database) => {
        const house = await openTestIssuer({ store: { database: database as never, close: () => {} } })
        const registered = await house.issuer.register(ada, visitor, null)
        if (registered.kind !== 'signed-in') throw new Error(registered.kind)
        const { refreshToken } = registered.ticket
        const present = () => house.issuer.present(refreshToken, { prefetch: false, visitor })
        // The first is the one that confirms, and each statement is prepared when it is first run.
        await present()
        await present()
        relay.takeRoundTrips()
        expect((await present()).kind).toBe('signed-in')
        expect(relay.takeRoundTrips()).toBe(1)
      },
      relay.url,
    )
    await relay.close()
  })
})

describe('statements', () => {
  const prepared = (database: Database) => database.all<{ name: string }>(sql`select name from pg_prepared_statements`)

  test('that were prepared are prepared once for a connection, and not at all behind a pooler', async () => {
    const names = (isPooled: boolean) =>
      withStore({ poolSize: 1, isPooled }, async (database) => {
        const statement = database.select({ id: users.id }).from(users).limit(sql.placeholder('limit')).prepare()
        await statement.execute({ limit: 1 })
        await statement.execute({ limit: 2 })
        return prepared(database)
      })
    expect(await names(false)).toHaveLength(1)
    expect(await names(true)).toHaveLength(0)
  })

  test('behind a pooler a session keeps no setting, and a transaction has its own limits', async () => {
    const limit = sql`select current_setting('statement_timeout') as limit`
    await withStore({ poolSize: 1, isPooled: true }, async (database) => {
      expect(await database.get(limit)).toEqual({ limit: '0' })
      const within = atomically(database, function* (tx) {
        return (yield () => tx.get(limit)) as { limit: string }
      })
      expect(await within).toEqual({ limit: '2s' })
      expect(await database.get(limit)).toEqual({ limit: '0' })
    })
  })
})

describe('a store that does not answer', () => {
  test('is unavailable when a statement takes too long, and the connection goes on', async () => {
    await withStore({ poolSize: 1, statementTimeoutMs: 1_000 }, async (database) => {
      const fault = await faultOf(database.run(sql`select pg_sleep(60)`))
      expect([fault.code, asStoreProblem(fault)?.code]).toEqual(['57014', 'unavailable'])
      expect(await ask(database)).toEqual({ one: 1 })
    })
  })

  test('is unavailable when nobody answers at all', async () => {
    const relay = await openRelay(own.url)
    await withStore(
      // Long enough for a busy machine to open the store with them.
      { poolSize: 1, statementTimeoutMs: 1_000, connectTimeoutMs: 2_000 },
      async (database) => {
        await ask(database)
        relay.hold()
        const fault = await faultOf(ask(database))
        expect([fault.code, asStoreProblem(fault)?.code]).toEqual(['TIMEOUT', 'unavailable'])
      },
      relay.url,
    )
    await relay.close()
  })

  test('is unavailable while every connection is taken', async () => {
    // Long enough for a busy machine to make the one connection.
    await withStore({ poolSize: 1, connectTimeoutMs: 2_000, statementTimeoutMs: 30_000 }, async (database) => {
      // A raw statement begins when it is waited for.
      const slow = Promise.resolve(database.run(sql`select pg_sleep(4)`))
      const fault = await faultOf(ask(database))
      expect(asStoreProblem(fault)?.code).toBe('unavailable')
      await slow
    })
  })

  test('is unavailable when nobody listens, and no message holds the password', async () => {
    const relay = await openRelay(own.url)
    const database = (await openStore({ url: relay.url, postgres: quick })) as PostgresDatabase
    await relay.close()
    const fault = await faultOf(ask(database))
    expect(asStoreProblem(fault)?.code).toBe('unavailable')
    expect(await canWrite(database)).toBe(false)
    const start = await faultOf(openStore({ url: relay.url, postgres: quick }))
    expect(start.name).toBe('StartError')
    for (const text of [fault.message, fault.stack, start.message])
      expect(text).not.toContain(new URL(own.url).password)
    await closeStore(database)
  })

  test('is unavailable where it cannot be written', async () => {
    const url = `${own.url}?options=-c%20default_transaction_read_only%3Don`
    await withStore(
      {},
      async (database) => {
        const fault = await faultOf(database.run(sql`delete from spent_marks`))
        expect([fault.code, asStoreProblem(fault)?.code]).toEqual(['25006', 'unavailable'])
        expect(await canWrite(database)).toBe(false)
      },
      url,
    )
    expect(await canWrite(own.database)).toBe(true)
  })
})

describe('a connection that broke', () => {
  const fill = (database: Database) => Promise.all(Array.from({ length: 4 }, () => ask(database)))

  test('while nobody used it costs no answer', async () => {
    const relay = await openRelay(own.url)
    await withStore(
      {},
      async (database) => {
        await fill(database)
        relay.cut()
        // None of the four has been seen to be gone when these are asked.
        expect(await fill(database)).toHaveLength(4)
        relay.cut()
        const written = atomically(database, function* (tx) {
          yield* run(tx.delete(spentMarks))
        })
        await expect(written).resolves.toBeUndefined()
      },
      relay.url,
    )
    await relay.close()
  })

  test('under a statement that may have written is unavailable, and the next statement has another', async () => {
    await withStore({ poolSize: 1 }, async (database) => {
      const writing = faultOf(database.run(sql`update users set name = name where pg_sleep(60) is null`))
      const end = sql`select pg_terminate_backend(pid) from pg_stat_activity
        where wait_event = 'PgSleep' and query like 'update users%'`
      await expect.poll(async () => (await own.database.all(end)).length).toBe(1)
      const fault = await writing
      expect([fault.code, asStoreProblem(fault)?.code]).toEqual(['57P01', 'unavailable'])
      expect(await ask(database)).toEqual({ one: 1 })
    })
  })
})
