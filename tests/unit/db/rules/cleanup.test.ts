import { afterEach, beforeEach, expect, test } from 'vitest'
import { replaceClock } from '../../../../app/kernel/index.ts'
import { createCleanup } from '../../../../db/index.ts'
import { openTestStore, type TestStore } from '../../../support/store.ts'

const day = 86_400_000
const at = 1_900_000_000_000
let store: TestStore
let restore: () => void
let faults: unknown[]
beforeEach(() => {
  restore = replaceClock(() => at)
  store = openTestStore()
  faults = []
  run('insert into users (id, email, email_key, name, password_hash, created_at, updated_at) values (?,?,?,?,?,?,?)', [
    ...['ann', 'a@b', 'a@b', 'Ann', 'x'],
    ...[at, at],
  ])
})
afterEach(() => {
  expect(faults).toEqual([])
  store.close()
  restore()
})

const run = (statement: string, values: unknown[] = []) => store.database.$client.prepare(statement).run(...values)
const idsOf = (table: string, column = 'id') =>
  store.database.$client.prepare(`select ${column} from ${table} order by ${column}`).pluck().all()
const clean = (batch = 100) =>
  createCleanup(store.database, { idleMs: 3 * day, batch, onFault: (fault) => faults.push(fault) })

function addSession(id: string, { expiresAt = at + day, revokedAt = null as number | null, lastSeenAt = at } = {}) {
  run(
    `insert into sessions (id, user_number, generation, rotated_at, created_at, last_seen_at, expires_at, persistent, agent,
      address, amr, revoked_at) values (?, 1, 0, ?, ?, ?, ?, 0, '', '', 'pwd', ?)`,
    [id, at, at, lastSeenAt, expiresAt, revokedAt],
  )
}

function addProviderSession(id: string, sessionId: string | null, createdAt = at) {
  run(
    `insert into provider_sessions (id, session_id, provider, issuer, subject, id_token, version, created_at)
      values (?, ?, 'p', 'i', 's', 't', 0, ?)`,
    [id, sessionId, createdAt],
  )
}

test('sessions stay for as long as they are shown, and for as long as they could still be used', async () => {
  addSession('live')
  addSession('ended', { revokedAt: at - day })
  addSession('shown', { expiresAt: at - 30 * day })
  addSession('over', { expiresAt: at - 31 * day })
  expect(await clean()()).toMatchObject({ sessions: 1 })
  expect(idsOf('sessions')).toEqual(['ended', 'live', 'shown'])
})

test('a round removes no more than a batch, and the next one goes on', async () => {
  for (let n = 0; n < 5; n++) addSession(`s${n}`, { expiresAt: at - 40 * day })
  const round = clean(2)
  const rounds = [await round(), await round(), await round(), await round()]
  expect(rounds.map(({ sessions }) => sessions)).toEqual([2, 2, 1, 0])
})

test("a provider's tokens go with the end of their session, and when nobody came for them", async () => {
  addSession('live')
  addSession('ended', { revokedAt: at - 1 })
  addSession('idle', { lastSeenAt: at - 3 * day })
  addSession('expired', { expiresAt: at })
  for (const id of ['live', 'ended', 'idle', 'expired']) addProviderSession(`of ${id}`, id)
  addProviderSession('waiting', null, at - day / 48)
  addProviderSession('forsaken', null, at - day)
  const round = clean(2)
  const rounds = [await round(), await round(), await round(), await round()]
  const removed = rounds.reduce((sum, each) => sum + (each.provider_sessions ?? 0), 0)
  expect(removed).toBe(4)
  expect(idsOf('provider_sessions')).toEqual(['of live', 'waiting'])
})

test('windows, marks, failures, codes and mails go when nothing asks for them any more', async () => {
  const insertBoth = (statement: string, [dead, kept]: [number, number]) => {
    run(statement, ['dead', dead])
    run(statement, ['kept', kept])
  }
  insertBoth('insert into rate_limits (key, expire) values (?, ?)', [at, at + 1])
  insertBoth('insert into spent_marks (id, expires_at) values (?, ?)', [at, at + 1])
  const attempt = 'insert into attempts (key, failures, blocked_until, updated_at) values (?, ?, 0, ?)'
  run(attempt, ['dead', 4, at - 90 * day])
  run(attempt, ['kept', 4, at - 89 * day])
  run(attempt, ['kept: many', 5, at - 900 * day])
  const code = `insert into one_time_codes (id, purpose, subject, code_hash, payload, created_at, expires_at)
    values (:id, 'register', :id, :id, '{}', 0, :expiresAt)`
  run(code, [{ id: 'dead', expiresAt: at }])
  run(code, [{ id: 'kept', expiresAt: at + 1 }])
  insertBoth(
    `insert into mail_outbox (id, kind, recipient, subject, next_try_at, sent_at, created_at) values (?, '', '', '', 0, 1, ?)`,
    [at - 8 * day, at - 7 * day],
  )
  await clean()()
  for (const table of ['spent_marks', 'one_time_codes', 'mail_outbox']) expect(idsOf(table), table).toEqual(['kept'])
  expect(idsOf('rate_limits', 'key')).toEqual(['kept'])
  expect(idsOf('attempts', 'key')).toEqual(['kept', 'kept: many'])
})

test('a mail that still waits and an event that is still to be kept stay', async () => {
  run(
    `insert into mail_outbox (id, kind, recipient, subject, next_try_at, created_at) values ('waits', '', '', '', 0, 0)`,
  )
  const event = `insert into security_events (created_at, keep_until, type, outcome) values (0, ?, 'signout', 'success')`
  run(event, [1])
  run(event, [Date.now() + day])
  expect(await clean()()).toMatchObject({ mail_outbox: 0, security_events: 1 })
})
