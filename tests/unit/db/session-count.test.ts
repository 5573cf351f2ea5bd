import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { replaceClock } from '../../../app/kernel/index.ts'
import { countLiveSessions } from '../../../db/index.ts'
import { openTestStore, type TestStore } from '../../support/store.ts'

const day = 86_400_000
const at = 1_900_000_000_000
let store: TestStore
let restore: () => void
beforeEach(() => {
  restore = replaceClock(() => at)
  store = openTestStore()
  const person = "'ann', 'a@b', 'a@b', 'Ann', 'x', 0, 0"
  store.database.$client.exec(
    `insert into users (id, email, email_key, name, password_hash, created_at, updated_at) values (${person})`,
  )
})
afterEach(() => {
  store.close()
  restore()
})

/** Adds sessions: so many that live, and as many each that expired, were revoked, and were not used for long. */
function addSessions(each: number): void {
  const insert = store.database.$client.prepare(
    `insert into sessions (id, user_number, generation, rotated_at, created_at, last_seen_at, expires_at, persistent, agent,
      address, amr, revoked_at) values (?, 1, 0, 0, 0, ?, ?, 0, '', '', 'pwd', ?)`,
  )
  const add = (lastSeenAt: number, expiresAt: number, revokedAt: number | null) =>
    insert.run(randomBytes(16).toString('base64url'), lastSeenAt, expiresAt, revokedAt)
  store.database.$client.transaction(() => {
    for (let index = 0; index < each; index++) {
      add(at, at + day, null)
      add(at, at, null)
      add(at, at + day, at)
      add(at - 3 * day, at + day, null)
    }
  })()
}

test('few sessions are counted, wherever the look at them begins', async () => {
  expect(await countLiveSessions(store.database, 3 * day)).toBe(0)
  addSessions(25)
  for (let look = 0; look < 20; look++) expect(await countLiveSessions(store.database, 3 * day, 101)).toBe(25)
})

test('many sessions are estimated from a part of them', async () => {
  addSessions(2_000)
  const looks = await Promise.all(Array.from({ length: 60 }, () => countLiveSessions(store.database, 3 * day, 1_000)))
  // One look errs by some 7 % here; sixty of them together by 1 %, and never by 10.
  const mean = looks.reduce((sum, look) => sum + look, 0) / looks.length
  expect(mean).toBeGreaterThan(1_800)
  expect(mean).toBeLessThan(2_200)
})
