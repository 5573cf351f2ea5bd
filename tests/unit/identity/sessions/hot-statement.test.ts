import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createSessionStore } from '../../../../app/identity/sessions/session-store.ts'
import { migrateDatabase, overSqlite } from '../../../../db/index.ts'

// Every authenticated request runs this one statement. SQLite prepares a join anew on each bind when a bare parameter is
// compared, which costs more than running it, and it has no counter that we could read: so preparing is timed beside it.

/** A migrated store in memory, and the text of every statement that is prepared on it. */
function openWatchedStore() {
  const client = new SQLite(':memory:')
  const texts: string[] = []
  const prepare = client.prepare.bind(client)
  client.prepare = ((text: string) => {
    texts.push(text)
    return prepare(text)
  }) as typeof client.prepare
  const database = overSqlite(client)
  migrateDatabase(database)
  createSessionStore(database)
  const [text] = texts.filter((each) => /^select .* from "sessions" .*join "users"/s.test(each))
  return { client, text: text ?? '' }
}

/** Processor time in µs of the quickest of many short stretches: other programs can only make a stretch longer. */
function quickest(works: readonly (() => void)[]): number[] {
  const best = works.map(() => Number.POSITIVE_INFINITY)
  for (let stretch = 0; stretch < 40; stretch++) {
    for (const [index, work] of works.entries()) {
      const before = process.cpuUsage()
      for (let count = 0; count < 100; count++) work()
      const { user, system } = process.cpuUsage(before)
      best[index] = Math.min(best[index] ?? 0, (user + system) / 100)
    }
  }
  return best
}

test('the statement of every signed-in request stays prepared from one request to the next', () => {
  const { client, text } = openWatchedStore()
  expect(text).toMatch(/cast\(\? as text\)/)
  const ours = client.prepare(text)
  const bare = client.prepare(text.replace('cast(? as text)', '?'))
  let id = 0
  const [stays = 0, isPreparedAnew = 0] = quickest([() => ours.get(`id ${id++}`), () => bare.get(`id ${id++}`)])
  client.close()
  expect(stays).toBeLessThan(isPreparedAnew / 3)
})
