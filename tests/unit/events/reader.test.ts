import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EventReader } from '../../../app/contract/index.ts'
import { createEventReader, createEventRecorder, type EventRecorder } from '../../../app/events/index.server.ts'
import { ms, type SecurityEvent } from '../../../app/kernel/index.ts'
import { eventLimits } from '../../support/event-limits.ts'
import { standingClock } from '../../support/issuer.ts'
import { openTestStore, type TestStore } from '../../support/store.ts'

let clock: ReturnType<typeof standingClock>
let store: TestStore
let events: EventRecorder
let reader: EventReader

beforeEach(() => {
  clock = standingClock(Date.UTC(2026, 10, 21, 12))
  store = openTestStore()
  events = createEventRecorder({ database: store.database, ...eventLimits, log: null })
  reader = createEventReader(store.database)
})
afterEach(() => {
  events.close()
  store.close()
  clock.restore()
})

async function note(...given: SecurityEvent[]): Promise<void> {
  for (const event of given) {
    events.record(event)
    clock.step(ms('1m'))
  }
  await turn()
}

const signIn = (actorId: string, address = '192.0.2.1'): SecurityEvent => ({
  ...{ type: 'signin.succeeded', outcome: 'success', actorId, address },
})

const idsOf = async (filter: Parameters<EventReader['list']>[0]) =>
  (await reader.list(filter)).items.map(({ id }) => id)

test('events come newest first, in parts that follow each other without gap or repetition', async () => {
  await note(...Array.from({ length: 7 }, (_, index) => signIn(`p${index}`)))
  const first = await reader.list({ limit: 3 })
  const second = await reader.list({ limit: 3, before: first.next ?? 0 })
  const third = await reader.list({ limit: 3, before: second.next ?? 0 })
  expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual([7, 6, 5, 4, 3, 2, 1])
  expect(third.next).toBeNull()
})

test('new events do not move the part below a cursor', async () => {
  await note(signIn('a'), signIn('b'), signIn('c'))
  const { next } = await reader.list({ limit: 1 })
  await note(signIn('d'))
  expect(await idsOf({ limit: 10, before: next ?? 0 })).toEqual([2, 1])
})

test('filters hold together', async () => {
  await note(signIn('ada'), signIn('ada', '192.0.2.2'), signIn('grace'), {
    ...{ type: 'account.disabled', outcome: 'success', actorId: 'ada', subjectId: 'grace' },
  })
  expect(await idsOf({ limit: 9, personId: 'grace' })).toEqual([4, 3])
  expect(await idsOf({ limit: 9, personId: 'ada', types: ['signin.succeeded'] })).toEqual([2, 1])
  expect(await idsOf({ limit: 9, personId: 'ada', address: '192.0.2.2' })).toEqual([2])
  expect(await idsOf({ limit: 9, outcome: 'refused' })).toEqual([])
  const noon = Date.UTC(2026, 10, 21, 12)
  expect(await idsOf({ limit: 9, fromAt: noon + ms('1m'), untilAt: noon + ms('3m') })).toEqual([3, 2])
})

test('what looks like SQL is a text that matches nothing', async () => {
  await note(signIn('ada'))
  expect(await idsOf({ limit: 9, personId: "ada' or 1=1 --" })).toEqual([])
  expect(await idsOf({ limit: 9, address: "' or ''='" })).toEqual([])
})

test('events are counted by type and hour', async () => {
  await note(signIn('ada'), signIn('ada'))
  clock.step(ms('1h'))
  await note(signIn('ada'))
  const noon = Date.UTC(2026, 10, 21, 12)
  expect(await reader.countByStep(['signin.succeeded'], noon, ms('1h'))).toEqual([
    { type: 'signin.succeeded', startsAt: noon, count: 2 },
    { type: 'signin.succeeded', startsAt: noon + ms('1h'), count: 1 },
  ])
})

test('what is rare is found over several parts, each of which looks through a bounded number of events', async () => {
  const insert = store.database.$client.prepare(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < 120000)
     insert into security_events (created_at, keep_until, type, outcome, actor_id)
     select i, ${clock.now()} + 1, case when i = 5 then 'signout' else 'session.rotated' end, 'success', 'ada' from n`,
  )
  insert.run()
  const parts: number[][] = []
  for (let before: number | undefined; ; ) {
    const { items, next } = await reader.list({ limit: 30, personId: 'ada', types: ['signout'], before })
    parts.push(items.map(({ id }) => id))
    if (next === null) break
    before = next
  }
  // 50,000 events a part.
  expect(parts).toEqual([[], [], [5]])
})

test('a list goes on below an event that was removed meanwhile', async () => {
  await note(signIn('a'), signIn('b'), signIn('c'))
  expect(await idsOf({ limit: 10, before: 900 })).toEqual([3, 2, 1])
})

test("somebody's own events are found by the indexes, in order", async () => {
  const { $client } = store.database
  const seen: string[] = []
  const prepare = $client.prepare.bind($client)
  $client.prepare = ((sql: string) => {
    seen.push(sql)
    return prepare(sql)
  }) as typeof $client.prepare
  await createEventReader(store.database).list({ limit: 9, personId: 'ada', types: ['signout'] })
  const plans = seen
    .filter((sql) => sql.includes('"stretch"'))
    .map((sql) => prepare(`explain query plan ${sql}`).all(...(sql.match(/\?/g) ?? []).map(() => 1)))
  const details = plans.flat().map((step) => (step as { detail: string }).detail)
  expect(details.some((detail) => /USING.* INDEX security_events_actor \(actor_id=\?\)/.test(detail))).toBe(true)
  expect(details.some((detail) => /USING.* INDEX security_events_subject \(subject_id=\?\)/.test(detail))).toBe(true)
  expect(details.filter((detail) => /^SCAN security_events$/.test(detail))).toEqual([])
})
