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
