import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEventRecorder, type EventRecorder } from '../../../app/events/index.server.ts'
import { ms, type SecurityEvent } from '../../../app/kernel/index.ts'
import { type Database, openDatabase, securityEvents } from '../../../db/index.ts'
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
  return createEventRecorder({ database, retentionMs: ms('400d'), log: { info: note('info'), warn: note('warn') } })
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
    for (let count = 0; count < 1_200; count++) events.record({ ...signIn, detail: { count } })
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
    for (let count = 0; count < 10_700; count++) events.record(signIn)
    expect(warnings().map((line) => line.message)).toEqual(['security events are being dropped'])
    for (let turns = 0; turns < 30; turns++) await turn()
    expect(rows()).toHaveLength(10_000)
    expect(warnings().at(-1)).toMatchObject({ fields: { dropped: 700 }, message: 'security events were dropped' })
  })
})

describe('a flood from strangers', () => {
  it('becomes 600 rows a minute and one that counts the rest; the log has every one', async () => {
    for (let count = 0; count < 1_000; count++) events.record(failure)
    await turn()
    await turn()
    await turn()
    expect(rows()).toHaveLength(600)
    expect(lines).toHaveLength(1_000)
    clock.step(60_000)
    events.record(failure)
    await turn()
    const summaries = rows().filter((row) => row.type === 'events.summarised')
    expect(summaries.map((row) => JSON.parse(row.detail ?? ''))).toEqual([{ type: 'signin.failed', count: 400 }])
    expect(rows()).toHaveLength(602)
  })

  it('hides neither another type nor what people who are signed in do', async () => {
    for (let count = 0; count < 1_000; count++) events.record(failure)
    events.record({ type: 'csrf.refused', outcome: 'refused' })
    events.record({ ...failure, actorId: 'ada' })
    events.record(signIn)
    events.close()
    expect(rows().map((row) => row.type)).toEqual(
      expect.arrayContaining(['csrf.refused', 'signin.succeeded', 'events.summarised']),
    )
    expect(rows().filter((row) => row.type === 'signin.failed')).toHaveLength(601)
  })
})
