import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEventRecorder, type EventRecorder } from '../../../app/events/index.server.ts'
import { ms, type SecurityEvent } from '../../../app/kernel/index.ts'
import { type Database, openDatabase, securityEvents } from '../../../db/index.ts'
import { eventLimits } from '../../support/event-limits.ts'
import { standingClock } from '../../support/issuer.ts'
import { openTestStore, type TestStore } from '../../support/store.ts'

type Line = { level: 'info' | 'warn'; fields: Record<string, unknown>; message: string }

const signIn: SecurityEvent = {
  ...{ type: 'signin.succeeded', outcome: 'success', actorId: 'ada', sessionId: 's1' },
  ...{ address: '192.0.2.7', agent: 'a test', detail: { generation: 3, prefetch: false } },
}
const failure: SecurityEvent = { type: 'signin.failed', outcome: 'failure', address: '192.0.2.7' }

let clock: ReturnType<typeof standingClock>
let store: TestStore
let lines: Line[]
let events: EventRecorder

function open(database: Database): EventRecorder {
  const note = (level: Line['level']) => (fields: object, message: string) => {
    lines.push({ level, fields: fields as Record<string, unknown>, message })
  }
  return createEventRecorder({ database, ...eventLimits, log: { info: note('info'), warn: note('warn') } })
}

beforeEach(() => {
  // The triggers go by the store's clock, so this one must be near it.
  clock = standingClock(Date.now())
  store = openTestStore()
  lines = []
  events = open(store.database)
})
afterEach(() => {
  events.close()
  store.close()
  clock.restore()
})

const rows = () => store.database.select().from(securityEvents).all()
const warnings = () => lines.filter((line) => line.level === 'warn')

describe('an event', () => {
  it('is in the log at once and in the table after the work at hand', async () => {
    events.record(signIn)
    expect(lines).toEqual([{ level: 'info', fields: { event: signIn }, message: 'signin.succeeded' }])
    expect(rows()).toEqual([])
    await turn()
    expect(rows()).toEqual([
      {
        ...{ id: 1, createdAt: clock.now(), keepUntil: clock.now() + ms('400d'), type: 'signin.succeeded' },
        ...{ outcome: 'success', actorId: 'ada', subjectId: null, sessionId: 's1', address: '192.0.2.7' },
        ...{ agent: 'a test', detail: '{"generation":3,"prefetch":false}' },
      },
    ])
  })

  it('carries the moment it happened, not the one it was written', async () => {
    const happened = clock.now()
    events.record(signIn)
    clock.step(5_000)
    await turn()
    expect(rows()[0]?.createdAt).toBe(happened)
  })

  it('keeps its place among those of the same moment', async () => {
    for (let count = 0; count < 1_200; count++)
      events.record({ ...signIn, actorId: `ada${count % 9}`, detail: { count } })
    for (let turns = 0; turns < 5; turns++) await turn()
    expect(rows().map((row) => JSON.parse(row.detail ?? '').count)).toEqual([...Array(1_200).keys()])
  })

  it('is written by close, when it still waits', () => {
    events.record(signIn)
    events.close()
    expect(rows()).toHaveLength(1)
  })

  it('holds no line break, escape sequence or direction mark, and no text without end', async () => {
    const agent = `Mozilla\r\n{"level":30,"msg":"forged"}\u001b[2J\u202Eevil\u2028\u0000\ud800${'x'.repeat(10_000)}`
    events.record({ ...failure, agent, detail: { path: `/a\n${'y'.repeat(10_000)}` } })
    await turn()
    const [row] = rows()
    expect(row?.agent).toMatch(
      /^Mozilla\\u000d\\u000a\{"level":30,"msg":"forged"\}\\u001b\[2J\\u202eevil\\u2028\\u0000\\ud800x+$/,
    )
    expect(row?.agent?.length).toBeLessThanOrEqual(256)
    expect(row?.detail?.length).toBeLessThanOrEqual(300)
    expect(JSON.stringify(lines)).not.toMatch(/(?<!\\)\\[nru]|\u202e|\u2028/)
  })

  it('that cannot be read is warned of and never thrown', () => {
    expect(() => events.record(null as never)).not.toThrow()
    expect(warnings()).toHaveLength(1)
  })

  it('outlives the account it tells of', async () => {
    events.record({ ...signIn, subjectId: 'an account that never was' })
    await turn()
    expect(rows()).toHaveLength(1)
  })
})

describe('the table', () => {
  const run = (statement: string) => () => store.database.$client.prepare(statement).run()
  beforeEach(async () => {
    events.record(signIn)
    await turn()
  })

  it('refuses every change', () => {
    expect(run(`update security_events set outcome = 'failure'`)).toThrow('never changed')
    expect(run(`update or replace security_events set id = 9`)).toThrow('never changed')
    expect(run(`update security_events set keep_until = 0`)).toThrow('never changed')
  })

  it('refuses to replace a row', () => {
    const values = `(id, created_at, keep_until, type, outcome) values (1, 0, 0, 'x', 'y')`
    expect(run(`insert or replace into security_events ${values}`)).toThrow('never replaced')
    expect(run(`replace into security_events ${values}`)).toThrow('never replaced')
    expect(rows()[0]?.type).toBe('signin.succeeded')
  })

  it('refuses to remove what is to be kept, and lets go of the rest', () => {
    expect(run('delete from security_events')).toThrow('kept until')
    run(`insert into security_events (created_at, keep_until, type, outcome) values (1, 2, 'old', 'success')`)()
    expect(run(`delete from security_events where type = 'old'`)().changes).toBe(1)
  })

  it('never gives an id twice, so that a missing row leaves a gap', async () => {
    run(`insert into security_events (created_at, keep_until, type, outcome) values (1, 2, 'old', 'success')`)()
    run(`delete from security_events where type = 'old'`)()
    events.record(signIn)
    await turn()
    expect(rows().map((row) => row.id)).toEqual([1, 3])
  })

  it('loses what is older than the retention, once a day', async () => {
    run(`insert into security_events (created_at, keep_until, type, outcome) values (1, 2, 'old', 'success')`)()
    events.record(signIn)
    await turn()
    expect(rows()).toHaveLength(3)
    clock.step(ms('1d'))
    events.record(signIn)
    await turn()
    expect(rows().map((row) => row.type)).not.toContain('old')
  })
})

describe('a store that cannot answer', () => {
  it('gets the events once it can', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloakroom-events-'))
    const own = openTestStore(`file:${folder}/store.sqlite`)
    own.database.$client.pragma('busy_timeout = 10')
    const other = openDatabase(`file:${folder}/store.sqlite`)
    const recorder = open(own.database)
    try {
      other.$client.exec('begin immediate')
      recorder.record(signIn)
      await turn()
      await turn()
      expect(warnings().map((line) => line.message)).toEqual(['security events could not be stored yet'])
      other.$client.exec('commit')
      await delay(700)
      expect(own.database.select().from(securityEvents).all()).toHaveLength(1)
    } finally {
      recorder.close()
      other.$client.close()
      own.close()
      rmSync(folder, { recursive: true })
    }
  })

  it('costs bounded memory: what does not fit is dropped, counted and warned of', async () => {
    for (let count = 0; count < 10_700; count++) events.record({ ...signIn, actorId: `ada${count % 99}` })
    expect(warnings().map((line) => line.message)).toEqual(['security events are being dropped'])
    for (let turns = 0; turns < 30; turns++) await turn()
    expect(rows()).toHaveLength(10_000)
    expect(warnings().at(-1)).toMatchObject({ fields: { dropped: 700 }, message: 'security events were dropped' })
  })
})

describe('a flood from strangers', () => {
  const { points } = eventLimits.strangers
  const kinds: SecurityEvent['type'][] = ['signin.failed', 'csrf.refused', 'session.refused', 'limit.reached']
  const settle = async () => {
    for (let turns = 0; turns < 8; turns++) await turn()
  }
  const detailsOf = (type: string) =>
    rows().flatMap((row) => (row.type === type ? [JSON.parse(row.detail ?? '{}')] : []))
  const flood = (recorder: EventRecorder, count: number) => {
    for (let each = 0; each < count; each++) {
      const type = kinds[each % kinds.length] ?? 'signin.failed'
      recorder.record({ type, outcome: 'refused', address: `192.0.2.${each % 40}` })
    }
  }

  it('gets one budget over all types, of which one type takes half; the log has every one', async () => {
    for (let count = 0; count < 1_000; count++) events.record(failure)
    flood(events, 1_000)
    await settle()
    expect(rows()).toHaveLength(points)
    expect(rows().filter(({ type }) => type === 'signin.failed')).toHaveLength(points / 2)
    expect(lines).toHaveLength(2_000)
  })

  it('gets one budget over all processes', async () => {
    const others = [open(store.database), open(store.database)]
    for (const recorder of [events, ...others]) flood(recorder, 500)
    await settle()
    expect(rows()).toHaveLength(points)
    for (const recorder of others) recorder.close()
    const summed = detailsOf('events.summarised').reduce((sum, { count }) => sum + count, 0)
    events.close()
    const all = detailsOf('events.summarised').reduce((sum, { count }) => sum + count, 0)
    expect(summed).toBeLessThan(all)
    expect(all).toBe(3 * 500 - points)
  })

  it('asks the store once for several rows, and not again in a minute that is spent', async () => {
    flood(events, 10)
    await settle()
    const leases = () => store.database.$client.prepare('select points from rate_limits').pluck().all()
    expect(leases()).toEqual([10])
    for (let count = 0; count < 5; count++) {
      flood(events, 1)
      await settle()
    }
    expect(leases()).toEqual([20])
  })

  it('is summed up for each type once the minute is over, with about how many addresses it came from', async () => {
    flood(events, 4_000)
    await settle()
    clock.step(60_000)
    events.record(failure)
    await settle()
    const summaries = detailsOf('events.summarised')
    expect(summaries.map(({ type }) => type).sort()).toEqual([...kinds].sort())
    expect(summaries.reduce((sum, { count }) => sum + count, 0)).toBe(4_000 - points)
    for (const { addresses } of summaries) expect(Math.abs(addresses - 10)).toBeLessThanOrEqual(1)
    expect(rows().every(({ type, createdAt }) => type !== 'events.summarised' || createdAt < clock.now())).toBe(true)
  })

  it('takes nothing from accounts, whose events are kept for longer', async () => {
    flood(events, 4_000)
    events.record({ ...failure, subjectId: 'ada' })
    events.record(signIn)
    await settle()
    const kept = (own: boolean) =>
      rows()
        .filter((row) => ((row.actorId ?? row.subjectId) !== null) === own)
        .map((row) => row.keepUntil - row.createdAt)
    expect(kept(true)).toEqual([ms('400d'), ms('400d')])
    expect(new Set(kept(false))).toEqual(new Set([ms('14d')]))
  })
})

describe('events about one account', () => {
  it('are bounded in a minute, apart for what it does and what others do to it, and for each account', async () => {
    for (let count = 0; count < 1_000; count++) events.record({ ...failure, subjectId: 'ada' })
    events.record(signIn)
    events.record({ ...failure, subjectId: 'bob' })
    for (let turns = 0; turns < 8; turns++) await turn()
    expect(rows()).toHaveLength(302)
    events.close()
    const [summary] = rows().filter(({ type }) => type === 'events.summarised')
    expect(summary).toMatchObject({ subjectId: 'ada', actorId: null })
    expect(JSON.parse(summary?.detail ?? '')).toEqual({ type: 'signin.failed', count: 700, addresses: 1 })
  })

  it('are bounded in a day', async () => {
    for (let minute = 0; minute < 60; minute++) {
      for (let count = 0; count < 300; count++) events.record(signIn)
      for (let turns = 0; turns < 3; turns++) await turn()
      clock.step(60_000)
    }
    expect(rows().filter(({ type }) => type === 'signin.succeeded')).toHaveLength(10_000)
  })
})
