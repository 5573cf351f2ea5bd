import { getTableName, sql } from 'drizzle-orm'
import { getTableConfig } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withStoreErrors } from '../../db/index.ts'
import { rowStatement, tables } from '../support/crowded-tables.ts'
import { type OpenStore, openStoreInUse } from '../support/store.ts'

// A row for somebody whose account was deleted in this moment cannot be written; who asks for it has to sign in.

let store: OpenStore
beforeAll(async () => {
  store = await openStoreInUse()
})
afterAll(() => store.close())

const owned = tables.filter((table) => getTableConfig(table).foreignKeys.length > 0)
const nobody = { id: 'nobody', number: 4_711 }

const write = (statement: string) =>
  withStoreErrors(() => store.database.run(sql.raw(statement))).catch((error: unknown) => error)

describe('a row for nobody', () => {
  test.each(owned.map((table) => [getTableName(table), table] as const))(
    'in %s asks for a sign-in',
    async (_name, table) => {
      expect(await write(rowStatement(table, nobody, 1, Date.now()))).toMatchObject({
        code: 'sign_in_required',
        status: 401,
      })
    },
  )

  test('that finds no number for a session asks for a sign-in', async () => {
    const sessions = tables.find((table) => getTableName(table) === 'sessions')
    if (!sessions) throw new Error('there is no such table')
    const number = "(select number from users where id = 'nobody')"
    const answer = await write(rowStatement(sessions, { ...nobody, number }, 1, Date.now()))
    expect(answer).toMatchObject({ code: 'sign_in_required', status: 401 })
  })

  test('is one thing, and a row without what it needs another', async () => {
    const answer = await write('insert into rate_limits (key, points) values (null, 1)')
    expect(answer).not.toMatchObject({ status: 401 })
    expect(answer).toBeInstanceOf(Error)
  })
})
