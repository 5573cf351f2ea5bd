import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { numberOf, type SqliteDatabase, sessions, users } from '../../../../db/index.ts'
import { openTestStore, type TestStore } from '../../../support/store.ts'

// Our own binding and reading of statements must say what Drizzle's says: one file, asked through both.

let store: TestStore
let ours: SqliteDatabase
let theirs: SqliteDatabase

beforeAll(() => {
  store = openTestStore()
  ours = store.database
  theirs = drizzle(store.database.$client) as unknown as SqliteDatabase
  const person = {
    id: 'u1',
    email: 'Ann@example.com',
    emailKey: 'ann@example.com',
    name: 'Zoë',
    role: 'admin',
  } as const
  ours
    .insert(users)
    .values({ ...person, passwordHash: 'unused', createdAt: 1, updatedAt: 2 })
    .run()
  const times = { rotatedAt: 1, confirmedAt: null, createdAt: 1, lastSeenAt: 1, expiresAt: 2 ** 42 }
  const given = { generation: 0, agent: '', address: '::1', amr: 'pwd', secretId: 'a' }
  for (const [index, persistent] of [true, false].entries())
    ours
      .insert(sessions)
      .values({ id: `s${index}`, userNumber: numberOf('u1'), ...times, ...given, persistent })
      .run()
})

afterAll(() => store.close())

const id = sql`cast(${sql.placeholder('id')} as text)`
const statements: Record<string, (database: SqliteDatabase) => { all(values: Record<string, unknown>): unknown }> = {
  'a whole row': (database) => database.select().from(sessions).where(eq(sessions.id, id)).prepare(),
  'a join with an expression, truth and a name': (database) =>
    database
      .select({
        isLong: sessions.persistent,
        email: users.email,
        upper: sql<string>`upper(${users.name})`.as('upper'),
        mapped: sql`${sessions.expiresAt}`.mapWith((value) => `until ${value}`),
      })
      .from(sessions)
      .innerJoin(users, eq(users.number, sessions.userNumber))
      .where(eq(sessions.id, id))
      .prepare(),
  'a left join whose rows hold rows': (database) =>
    database.select().from(users).leftJoin(sessions, eq(sessions.id, id)).prepare(),
}

test.each(Object.entries(statements))('%s: the same as Drizzle gives', async (_, prepare) => {
  const [direct, drizzles] = [prepare(ours), prepare(theirs)]
  for (const given of ['s0', 's1', 'nobody', null]) {
    const values = { id: given, isLong: true }
    const expected = drizzles.all(values)
    expect(direct.all(values)).toEqual(expected)
    expect(await (direct as unknown as { execute(given: unknown): unknown }).execute(values)).toEqual(expected)
  }
})

test('one row, and none', () => {
  const prepare = (database: SqliteDatabase) => database.select().from(sessions).where(eq(sessions.id, id)).prepare()
  for (const given of ['s0', 'nobody'])
    expect(prepare(ours).get({ id: given })).toEqual(prepare(theirs).get({ id: given }))
  expect(prepare(ours).get({ id: 'nobody' })).toBeUndefined()
})

test('what is inserted is encoded, from values of a run and from values of the statement alike', () => {
  const row = { ...ours.select().from(sessions).where(eq(sessions.id, 's0')).get(), id: 's2' } as never
  ours
    .insert(sessions)
    .values({ ...(row as typeof sessions.$inferInsert), persistent: sql.placeholder('isLong') })
    .prepare()
    .run({ isLong: false })
  expect(theirs.select().from(sessions).where(eq(sessions.id, 's2')).get()).toMatchObject({ persistent: false })
})

test('a value that is missing is named, and null is a value', async () => {
  const find = ours.select().from(sessions).where(eq(sessions.id, id)).prepare()
  expect(() => find.all({})).toThrow('No value for placeholder "id" was provided')
  await expect(find.execute({})).rejects.toThrow('No value for placeholder "id"')
  expect(find.all({ id: null })).toEqual([])
})
