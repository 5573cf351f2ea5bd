import { type MessagePort, workerData } from 'node:worker_threads'
import pg from 'pg'

/** What the test's thread asks for. */
export type Order =
  | { kind: 'open'; url: string }
  | { kind: 'query'; connection: number; sql: string; values?: unknown[] }
  | { kind: 'close'; connection: number }
  | { kind: 'forget'; url: string }

export type Reply =
  | { kind: 'done'; connection: number; rows: Record<string, unknown>[]; count: number; isInTransaction: boolean }
  | { kind: 'failed'; message: string; code: string | undefined }

export type NumberedOrder = { number: number; order: Order }
export type NumberedReply = { number: number; reply: Reply }

const { doorbell, port } = workerData as { doorbell: Int32Array; port: MessagePort }

/** Numbers as SQLite would give them: eight-byte integers and their sums are times and counts here. */
const parsers: Record<number, (text: string) => unknown> = {
  [pg.types.builtins.INT8]: Number,
  [pg.types.builtins.NUMERIC]: Number,
  [pg.types.builtins.BOOL]: (text) => (text === 't' ? 1 : 0),
}
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig

type Connection = { url: string; client: pg.Client; isBroken: boolean }
const open = new Map<number, Connection>()
/** A connection costs more than a question, and tests open and close them all the time: one a database is kept. */
const idle = new Map<string, Connection>()
let lastNumber = 0

port.on('message', async ({ number, order }: NumberedOrder) => {
  const reply = await carryOut(order).catch(
    (error: Error & { code?: string }): Reply => ({ kind: 'failed', message: error.message, code: error.code }),
  )
  port.postMessage({ number, reply } satisfies NumberedReply)
  Atomics.store(doorbell, 0, number)
  Atomics.notify(doorbell, 0)
})

async function carryOut(order: Order): Promise<Reply> {
  if (order.kind === 'open') return done(await openConnection(order.url))
  if (order.kind === 'forget') {
    const kept = idle.get(order.url)
    idle.delete(order.url)
    await kept?.client.end()
    return done(0)
  }
  const connection = open.get(order.connection)
  if (!connection) throw new Error('The database connection is not open')
  if (order.kind === 'close') {
    open.delete(order.connection)
    await putAway(connection)
    return done(0)
  }
  const result = await connection.client.query(order.sql, order.values)
  // Several statements in one text give several results.
  const last = Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : result
  return { ...done(order.connection), rows: last.rows, count: last.rowCount ?? 0, ...stateOf(connection) }
}

async function openConnection(url: string): Promise<number> {
  lastNumber += 1
  const kept = idle.get(url)
  idle.delete(url)
  open.set(lastNumber, kept && !kept.isBroken ? kept : await connect(url))
  return lastNumber
}

async function connect(url: string): Promise<Connection> {
  const client = new pg.Client({ connectionString: url, types })
  const connection: Connection = { url, client, isBroken: false }
  client.on('error', () => {
    connection.isBroken = true
  })
  await client.connect()
  return connection
}

async function putAway(connection: Connection): Promise<void> {
  const { client, url } = connection
  if (connection.isBroken || idle.has(url)) return void (await client.end().catch(() => {}))
  if (stateOf(connection).isInTransaction) await client.query('rollback')
  idle.set(url, connection)
}

function stateOf({ client }: Connection): { isInTransaction: boolean } {
  // Missing in the type definitions: 'I' for idle, 'T' in a transaction, 'E' in one that failed.
  const status = (client as unknown as { getTransactionStatus(): string | null }).getTransactionStatus()
  return { isInTransaction: status === 'T' || status === 'E' }
}

function done(connection: number): Extract<Reply, { kind: 'done' }> {
  return { kind: 'done', connection, rows: [], count: 0, isInTransaction: false }
}
