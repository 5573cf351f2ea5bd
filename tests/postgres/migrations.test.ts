import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { closeStore, openStore, resetPostgres } from '../../db/index.ts'
import { createDatabase, quick } from './own-database.ts'

const open = (url: string) => openStore({ url, postgres: quick })
const refusalOf = (url: string) =>
  open(url).then(
    () => 'it was opened',
    ({ message }: Error) => message,
  )

test('of processes that start at once over an empty database one migrates it, and all go on', async () => {
  const { url, drop } = createDatabase()
  const stores = await Promise.all(Array.from({ length: 4 }, () => open(url)))
  const applied = sql`select count(*) as count, count(distinct hash) as different from __drizzle_migrations`
  const [counted] = (await stores[0]?.all<{ count: number; different: number }>(applied)) ?? []
  expect(counted?.count).toBeGreaterThan(0)
  expect(counted?.different).toBe(counted?.count)
  await Promise.all(stores.map(closeStore))
  drop()
})

test('a database that a newer version has migrated stops the start', async () => {
  const { url, drop } = createDatabase('template migrated strategy file_copy')
  const database = await open(url)
  await database.run(sql`insert into __drizzle_migrations (hash, created_at) values ('later', ${Date.now() * 2})`)
  await closeStore(database)
  expect(await refusalOf(url)).toMatch(/migrated by a newer version/)
  drop()
})

test('a database in another encoding is refused, and nothing is made in it', async () => {
  const { url, drop } = createDatabase("encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'")
  expect(await refusalOf(url)).toMatch(/encoding SQL_ASCII.*ENCODING 'UTF8'/s)
  expect(await refusalOf(url)).toMatch(/encoding SQL_ASCII/)
  drop()
})

test('a URL that names a certificate which is not there stops the start in words', async () => {
  const { url, drop } = createDatabase()
  expect(await refusalOf(`${url}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`)).toMatch(
    /cannot be used \(ENOENT: .*\/nowhere\/ca\.pem.*check DATABASE_URL/s,
  )
  drop()
})

test('resetting takes away what Cloakroom has made, and nothing else', async () => {
  const { url, drop } = createDatabase('template migrated strategy file_copy')
  const database = await open(url)
  await database.run(sql`create table of_somebody_else (id text)`)
  await closeStore(database)
  expect(await resetPostgres(url)).not.toContain(new URL(url).password)
  const again = await open(url)
  expect(await again.all(sql`select * from users`)).toEqual([])
  expect(await again.all(sql`select * from of_somebody_else`)).toEqual([])
  await closeStore(again)
  drop()
})

test('text is ordered and folded by its bytes, whatever the language of the database', async () => {
  const { url, drop } = createDatabase('template migrated strategy file_copy')
  const database = await open(url)
  const text = sql`select table_name, column_name from information_schema.columns
    where table_schema = 'public' and table_name <> '__drizzle_migrations'
    and data_type = 'text' and collation_name is distinct from 'C'`
  expect(await database.all(text)).toEqual([])
  await closeStore(database)
  drop()
})
