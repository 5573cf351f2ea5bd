import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { signRefreshToken } from '../../../app/identity/sessions/refresh-token.ts'
import { deriveKeyRing, deriveSecrets } from '../../../app/kernel/index.server.ts'

/** The secret of every site in the benchmark, so that tickets of sessions made here can be encrypted. */
export const secret = Buffer.alloc(32, 'benchmark').toString('base64')
const ring = deriveKeyRing(deriveSecrets([Buffer.from(secret, 'base64')]), 'refresh-token')

export const ticketOf = (sessionId: string, generation = 0) => signRefreshToken(ring, { sessionId, generation })
export const ticketCookie = (sessionId: string) => `__Host-Http-cloakroom=${ticketOf(sessionId)}`

/**
 * A connection to a site's store that writes fast and forgets on a power cut. `isAlone`: no server has it open, so nothing
 * needs a log either. The caller closes it.
 */
export function openStore(dataDir: string, isAlone = false): SQLite.Database {
  const store = new SQLite(join(dataDir, 'cloakroom.sqlite'), { timeout: 10_000 })
  store.pragma(`journal_mode = ${isAlone ? 'OFF' : 'WAL'}`)
  store.pragma('synchronous = OFF')
  store.pragma('cache_size = -2000000')
  // Rows are right by construction.
  store.pragma('foreign_keys = OFF')
  store.function('random_id', { deterministic: false }, () => randomBytes(16).toString('base64url'))
  return store
}

/**
 * Adds `count` sessions, each a copy of the first one with an id of its own, used a moment ago. Every third has a user of
 * its own too. Ids are random, so rows land where they would in real life.
 */
export function addSessions(store: SQLite.Database, count: number, replaced: Columns = {}): void {
  const now = Date.now()
  const used = { generation: 0, created_at: now, rotated_at: now, confirmed_at: now, last_seen_at: now }
  const values = {
    ...used,
    id: 'random_id()',
    user_number: 'new_users.number',
    expires_at: now + 604_000_000,
    ...replaced,
  }
  const series = (last: number) =>
    `with recursive series(n) as (select 0 union all select n + 1 from series where n < ${last})`
  const users = Math.ceil(count / 3)
  store.transaction(() => {
    store.exec('drop table if exists temp.new_users')
    store.exec('create temp table new_users (n integer primary key, number integer, id text)')
    const next = '(select max(number) + 1 from users)'
    store.exec(`insert into new_users ${series(users - 1)} select n, n + ${next}, random_id() from series`)
    const address = "lower(new_users.id) || '@example.com'"
    const person = { number: 'new_users.number', id: 'new_users.id', email: address, email_key: address }
    copyFirst(store, 'users', person, 'from new_users')
    const from = `from (${series(count - 1)} select n from series) as numbers join new_users on new_users.n = numbers.n / 3`
    copyFirst(store, 'sessions', values, from)
  })()
}

type Columns = Record<string, string | number>

/** Copies a table's first row as often as `from` has rows, with these expressions in place of some columns. */
function copyFirst(store: SQLite.Database, table: string, replaced: Columns, from: string): void {
  const columns = (store.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  const values = columns.map((name) => replaced[name] ?? `first_row.${name}`)
  store.exec(`drop table if exists temp.first_row; create temp table first_row as select * from ${table} limit 1`)
  store.exec(`insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} ${from} cross join first_row`)
}

/** So many ids of sessions that are alive, taken at random: those that people have left are refused, and rightly so. */
export function sampleSessions(store: SQLite.Database, count: number): string[] {
  const find = store.prepare('select id from sessions where id > ? and revoked_at is null order by id limit 1')
  const { total } = store.prepare('select count(*) as total from sessions where revoked_at is null').get() as {
    total: number
  }
  const ids = new Set<string>()
  // The table may be hardly larger than the sample: gaps between random ids differ, so some are met seldom.
  for (let tries = 0; ids.size < Math.min(count, total) && tries < count * 20; tries++) {
    const row = find.get(randomBytes(16).toString('base64url')) as { id: string } | undefined
    if (row) ids.add(row.id)
  }
  return [...ids]
}
