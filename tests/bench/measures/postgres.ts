import { join } from 'node:path'
import { Client } from 'pg'
import { startCluster } from '../../support/postgres/cluster.ts'
import { Child } from '../engine/child.ts'
import { type Figures, note, shuffled } from '../engine/figures.ts'
import { usageOf } from '../engine/machine.ts'
import { createSite, removeSite } from '../stage/house.ts'
import type { LookupTask } from './lookup-child.ts'

type Found = { cpuMicros: number; micros: number }
type Stocked = { url: string; count: number; ids: string[]; child: Child<LookupTask, Found> }

/** Larger stores get their secondary indexes when the rows are there: in a fraction of the time. */
const grownUpTo = 1_000_000

/** What PostgreSQL draws for 16 random bytes, spelled as our ids are. */
const randomId = "translate(encode(uuid_send(gen_random_uuid()), 'base64'), '+/=', '-_')"

/** Session lookup on PostgreSQL over stores of several sizes, what it costs PostgreSQL, and the bytes a session takes. */
export async function measurePostgres(
  sizes: readonly number[],
  { rounds }: { rounds: number },
  figures: Figures,
  left: string[],
): Promise<void> {
  const cluster = await startCluster().catch((error: Error) => {
    left.push(`PostgreSQL: ${error.message.split('\n')[0]}`)
    return null
  })
  if (!cluster) return
  // The cluster alone does not keep a program alive, not even while it is being stopped.
  const alive = setInterval(() => {}, 1_000)
  const stores: Stocked[] = []
  try {
    for (const count of sizes) stores.push(await stock(cluster.url, count))
    for (const { child, ids } of stores) await child.ask({ ids, count: 3_000 })
    for (let round = 0; round < rounds; round++) {
      for (const { child, count, url } of shuffled(stores)) {
        const before = await backendSeconds(url)
        const found = await child.ask({ count: 3_000 })
        note(figures, `pg-lookup/${count}`, found)
        note(figures, 'pg-server', { cpuMicros: (((await backendSeconds(url)) - before) / 3_000) * 1e6 })
      }
    }
    const grown = stores.findLast(({ count }) => count <= grownUpTo)
    if (grown) note(figures, 'pg-disk', await measureDisk(grown))
  } finally {
    for (const { child } of stores) child.end()
    await cluster.stop()
    clearInterval(alive)
  }
}

/** A database with so many sessions: the site makes the first, PostgreSQL copies it. */
async function stock(cluster: string, count: number): Promise<Stocked> {
  const name = `sessions_${count}`
  await ask(`${cluster}/postgres`, `create database ${name}`)
  const url = `${cluster}/${name}`
  removeSite(await createSite({ DATABASE_URL: url }))
  const client = new Client({ connectionString: url })
  // When something fails the cluster ends before this connection does, and what failed is what matters.
  client.on('error', () => {})
  await client.connect()
  // Rows are right by construction; checking each foreign key would take most of the time.
  await client.query("set session_replication_role = replica; set maintenance_work_mem = '1GB'")
  const restore = count > grownUpTo ? await dropIndexes(client) : null
  const users = Math.ceil(count / 3)
  await client.query(
    `create temp table new_users as select n, n + (select max(number) + 1 from users) as number, ${randomId} as id
      from generate_series(0, ${users - 1}) n`,
  )
  const address = "lower(new_users.id) || '@example.com'"
  const person = { number: 'new_users.number', id: 'new_users.id', email: address, email_key: address }
  await copyFirst(client, 'users', person, 'from new_users')
  const now = Date.now()
  const used = { generation: '0', created_at: now, rotated_at: now, confirmed_at: now, last_seen_at: now }
  const values = { ...used, id: randomId, user_number: 'new_users.number', expires_at: now + 604_000_000 }
  await copyFirst(
    client,
    'sessions',
    values,
    `from generate_series(0, ${count - 1}) n join new_users on new_users.n = n.n / 3`,
  )
  await restore?.()
  await client.query('vacuum (analyze) users')
  await client.query('vacuum (analyze) sessions')
  const { rows } = await client.query('select id from sessions order by random() limit 5000')
  await client.end()
  const ids = (rows as { id: string }[]).map(({ id }) => id)
  return { url, count, ids, child: new Child(join(import.meta.dirname, 'lookup-child.ts'), [url]) }
}

/**
 * Leaves alone what sessions are looked up by, the primary keys, and what other tables refer to; the others are made again
 * by what is returned.
 */
async function dropIndexes(client: Client): Promise<() => Promise<void>> {
  const { rows } = await client.query(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
      from pg_index where indrelid in ('users'::regclass, 'sessions'::regclass) and not indisprimary
        and not exists (select 1 from pg_constraint where conindid = indexrelid and contype = 'f')`,
  )
  const indexes = rows as { name: string; definition: string }[]
  for (const { name } of indexes) await client.query(`drop index ${name}`)
  return async () => {
    for (const { definition } of indexes) await client.query(definition)
  }
}

/** Copies a table's first row as often as `from` has rows, with these expressions in place of some columns. */
async function copyFirst(
  client: Client,
  table: string,
  replaced: Record<string, string | number>,
  from: string,
): Promise<void> {
  const { rows } = await client.query(
    `select column_name as name from information_schema.columns where table_schema = 'public' and table_name = '${table}'`,
  )
  const columns = (rows as { name: string }[]).map(({ name }) => name)
  const values = columns.map((name) => replaced[name] ?? `first_row.${name}`)
  await client.query(`create temp table first_row as select * from ${table} limit 1`)
  await client.query(
    `insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} ${from} cross join first_row`,
  )
  await client.query('drop table first_row')
}

async function ask<Row>(url: string, question: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(question)
  await client.end()
  return rows as Row[]
}

/** Processor seconds of the server processes that hold the connections of this database. */
async function backendSeconds(url: string): Promise<number> {
  const others = 'datname = current_database() and pid <> pg_backend_pid()'
  const rows = await ask<{ pid: number }>(url, `select pid from pg_stat_activity where ${others}`)
  return rows.reduce((sum, { pid }) => sum + usageOf(pid).cpuSeconds, 0)
}

async function measureDisk({ url, child, ids }: Stocked): Promise<Record<string, number>> {
  const [size] = await ask<{ bytes: number; indexes: number }>(
    url,
    `select pg_total_relation_size('sessions')::float / count(*) as bytes, pg_indexes_size('sessions')::float / count(*) as indexes from sessions`,
  )
  const position = async () =>
    (await ask<{ at: number }>(url, "select pg_current_wal_lsn() - '0/0'::pg_lsn as at"))[0]?.at
  const before = Number(await position())
  const rotations = Math.min(2_000, ids.length)
  await child.ask({ count: rotations, rotates: true })
  const walPerRotation = (Number(await position()) - before) / rotations
  return { bytesPerSession: size?.bytes ?? 0, indexBytes: size?.indexes ?? 0, walPerRotation }
}
