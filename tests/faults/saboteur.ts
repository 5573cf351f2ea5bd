// Preloaded into servers of the fault suite (`node --import`): on the word of the suite it kills its own process at a
// chosen write, lets the SQLite driver fail, or says how much the process holds. The product knows nothing of it.

import { readdirSync } from 'node:fs'
import { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import SQLite from 'better-sqlite3'

/**
 * Where a process dies: before its n-th write (and `begin`, `commit`) from now on, after the statement has left for the
 * store, after the store has answered, before the head of a response, or once a response is handed over.
 */
export type KillPoint = 'before' | 'sent' | 'after' | 'answer' | 'answered'

export type Order =
  | { order: 'kill'; at: KillPoint; nth: number }
  | { order: 'fail'; code: string | null }
  | { order: 'pragma'; text: string }
  | { order: 'measure' }
  | { order: 'nothing' }

export type Measure = { heapBytes: number; externalBytes: number; descriptors: number; handles: number }

const state: { kill: { at: KillPoint; left: number } | null; failure: string | null } = { kill: null, failure: null }
const connections = new Set<SQLite.Database>()
const writes = /^\s*(?:insert|update|delete|with|begin|commit)\b/i

function reach(at: KillPoint): void {
  if (state.kill?.at !== at) return
  state.kill.left--
  if (state.kill.left === 0) process.kill(process.pid, 'SIGKILL')
}

type Statement = { source: string; database: SQLite.Database }
type Call = (this: Statement, ...values: unknown[]) => unknown

const statements = Object.getPrototypeOf(new SQLite(':memory:').prepare('select 1')) as Record<string, Call>
for (const method of ['run', 'get', 'all']) {
  const original = statements[method] as Call
  statements[method] = function (...values) {
    connections.add(this.database)
    if (!writes.test(this.source)) return original.apply(this, values)
    if (state.failure !== null) throw new SQLite.SqliteError('the suite says so', state.failure)
    reach('before')
    const answer = original.apply(this, values)
    reach('after')
    return answer
  }
}

type Query = (this: unknown, config: string | { text?: string }, ...rest: unknown[]) => unknown

// A variable name, because the suite also runs where the PostgreSQL driver is not installed.
const driver = 'pg'
const pg = (await import(driver).catch(() => null)) as { default: { Client: { prototype: { query: Query } } } } | null
if (pg) {
  const client = pg.default.Client.prototype
  const original = client.query
  client.query = function (config, ...rest) {
    const text = typeof config === 'string' ? config : (config.text ?? '')
    if (!writes.test(text)) return original.call(this, config, ...rest)
    reach('before')
    const answer = original.call(this, config, ...rest)
    setImmediate(() => reach('sent'))
    if (!(answer instanceof Promise)) return answer
    return answer.then((value: unknown) => {
      reach('after')
      return value
    })
  }
}

type Response = { writeHead: (this: ServerResponse, ...given: unknown[]) => ServerResponse; end: Response['writeHead'] }

const responses = ServerResponse.prototype as unknown as Response
const { writeHead, end } = responses
responses.writeHead = function (...given) {
  reach('answer')
  return writeHead.apply(this, given)
}
responses.end = function (...given) {
  this.once('finish', () => reach('answered'))
  return end.apply(this, given)
}

/** A request is followed by others that listen to its signal; each is let go of by the finalizer of the one before. */
const collections = 5

/** What is held when all that can be let go of is gone. */
async function measure(): Promise<Measure> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let count = 0; count < collections; count++) {
    collect()
    // Finalizers run between turns.
    await delay(10)
  }
  const { heapUsed, external } = process.memoryUsage()
  return {
    heapBytes: heapUsed,
    externalBytes: external,
    descriptors: readdirSync('/proc/self/fd').length,
    handles: process.getActiveResourcesInfo().length,
  }
}

async function obey(given: Order): Promise<Measure | null> {
  switch (given.order) {
    case 'kill':
      state.kill = { at: given.at, left: given.nth }
      return null
    case 'fail':
      state.failure = given.code
      return null
    case 'pragma':
      for (const connection of connections) if (connection.open) connection.pragma(given.text)
      return null
    case 'measure':
      return await measure()
    case 'nothing':
      state.kill = null
      state.failure = null
      return null
  }
}

process.on('message', async (message: Partial<Order>) => {
  if (typeof message.order !== 'string') return
  const measure = await obey(message as Order)
  process.send?.({ obeyed: message.order, measure })
})
