import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { StoreConnection, StoreStatement } from '../store-connection.ts'
import { numberPlaceholders } from './placeholders.ts'
import type { NumberedOrder, NumberedReply, Order, Reply } from './sync-worker.ts'

const limitMs = 30_000

type Line = { port: MessagePort; doorbell: Int32Array }
let line: Line | null = null
let lastNumber = 0

/** Opens a connection to PostgreSQL whose calls return when they are done, in the shape of better-sqlite3. */
export function openPostgres(url: string): StoreConnection {
  const { connection } = order({ kind: 'open', url })
  let isInTransaction = false
  const query = (sql: string, values?: unknown[]) => {
    const result = order({ kind: 'query', connection, sql, ...(values && { values }) })
    isInTransaction = result.isInTransaction
    return result
  }
  return {
    get inTransaction() {
      return isInTransaction
    },
    prepare: (sql) => statement(numberPlaceholders(sql), query, false),
    exec: (sql) => void query(sql),
    transaction: (work) => () => {
      query('begin')
      try {
        const result = work()
        query('commit')
        return result
      } catch (error) {
        query('rollback')
        throw error
      }
    },
    close: () => void order({ kind: 'close', connection }),
  }
}

/** Lets go of the connection that is kept for the next `openPostgres` with this URL. */
export function forgetPostgres(url: string): void {
  order({ kind: 'forget', url })
}

type Query = (sql: string, values?: unknown[]) => { rows: Record<string, unknown>[]; count: number }

function statement(sql: string, query: Query, isPlucked: boolean): StoreStatement {
  const all = (...values: unknown[]) => {
    const { rows } = query(sql, values)
    return isPlucked ? rows.map((row) => Object.values(row)[0]) : rows
  }
  return {
    all,
    get: (...values) => all(...values)[0],
    run: (...values) => ({ changes: query(sql, values).count }),
    pluck: () => statement(sql, query, true),
  }
}

/** Hands an order to the thread that speaks to PostgreSQL and stands still until it has replied. */
function order(what: Order): Extract<Reply, { kind: 'done' }> {
  line ??= startWorker()
  const { port, doorbell } = line
  const number = ++lastNumber
  port.postMessage({ number, order: what } satisfies NumberedOrder)
  // The bell says which order was replied to last: it may still ring for the one before.
  for (let rung = Atomics.load(doorbell, 0); rung !== number; rung = Atomics.load(doorbell, 0)) {
    if (Atomics.wait(doorbell, 0, rung, limitMs) === 'timed-out') {
      throw new Error(`PostgreSQL did not answer within ${limitMs / 1_000} s`)
    }
  }
  const reply = replyTo(number, port)
  if (reply.kind === 'failed') throw Object.assign(new Error(reply.message), { code: reply.code })
  return reply
}

/** A reply that came too late for its order is left behind. */
function replyTo(number: number, port: MessagePort): Reply {
  for (;;) {
    const received = receiveMessageOnPort(port)?.message as NumberedReply | undefined
    if (received === undefined) throw new Error(`there is no reply to order ${number}`)
    if (received.number === number) return received.reply
  }
}

function startWorker(): Line {
  const doorbell = new Int32Array(new SharedArrayBuffer(4))
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(new URL('sync-worker.ts', import.meta.url), {
    workerData: { doorbell, port: port2 },
    transferList: [port2],
    // What the test runner gives its own processes is not for this thread.
    execArgv: [],
  })
  worker.unref()
  port1.unref()
  return { port: port1, doorbell }
}
