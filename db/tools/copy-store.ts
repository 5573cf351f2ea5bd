import { createHash } from 'node:crypto'
import { asc, getTableColumns, getTableName, gt, is, sql } from 'drizzle-orm'
import { getTableConfig, type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { type Database, isPostgres } from '../database.ts'
import { createPostgresDatabase } from '../postgres/postgres-database.ts'
import * as schema from '../schema.ts'

/** What a table holds: how many rows, and a sum of their hashes, in which their order does not matter. */
export type TableSum = { rows: number; checksum: string }

export type CopiedTable = { table: string } & TableSum

export type CopyResult =
  | { kind: 'copied'; tables: CopiedTable[] }
  /** The target holds rows already; nothing was written. */
  | { kind: 'occupied'; table: string }
  /** The source changed meanwhile, or the target does not hold the same: nothing was kept. */
  | { kind: 'differs'; table: string }

/** Few enough that the values of a statement stay below SQLite's 32,766. */
const batchRows = 500

/**
 * Copies every row of one migrated store into another one that is empty, as one transaction of the target, and compares
 * both afterwards. Servers on the source have to be stopped: one that writes meanwhile is noticed, and the copy refused.
 */
export async function copyStore(source: Database, target: Database): Promise<CopyResult> {
  const tables = inOrderOfReferences()
  for (const table of tables) {
    if ((await readBatch(target, table, null, 1)).length > 0) return { kind: 'occupied', table: getTableName(table) }
  }
  try {
    const copied = await inOneTransaction(target, async (tx) => {
      const sums: CopiedTable[] = []
      for (const table of tables) sums.push({ table: getTableName(table), ...(await copyTable(source, tx, table)) })
      await countOn(tx)
      for (const [place, table] of tables.entries()) {
        const expected = sums[place] as CopiedTable
        if (!isSame(expected, await sumOf(tx, table))) throw new Difference(expected.table)
        if (!isSame(expected, await sumOf(source, table))) throw new Difference(expected.table)
      }
      return sums
    })
    return { kind: 'copied', tables: copied }
  } catch (error) {
    if (error instanceof Difference) return { kind: 'differs', table: error.table }
    throw error
  }
}

class Difference extends Error {
  readonly table: string

  constructor(table: string) {
    super(`${table} differs`)
    this.table = table
  }
}

/** Tables that others refer to come before them. */
function inOrderOfReferences(): SQLiteTable[] {
  const ordered = new Set<SQLiteTable>()
  const place = (table: SQLiteTable) => {
    for (const key of getTableConfig(table).foreignKeys) {
      const { foreignTable } = key.reference()
      if (foreignTable !== table && !ordered.has(foreignTable)) place(foreignTable)
    }
    ordered.add(table)
  }
  for (const table of Object.values(schema)) if (is(table, SQLiteTable)) place(table)
  return [...ordered]
}

type Row = Record<string, unknown>

/** The rows after a key, in the order of the table's key. */
function readBatch(database: Database, table: SQLiteTable, after: unknown, limit = batchRows): Promise<Row[]> {
  const { column } = keyOf(table)
  const rows = database.select().from(table)
  return (after === null ? rows : rows.where(gt(column, after))).orderBy(asc(column)).limit(limit).all()
}

function keyOf(table: SQLiteTable): { name: string; column: SQLiteColumn } {
  const [name, column] = Object.entries(getTableColumns(table)).find(([, { primary }]) => primary) ?? []
  if (!name || !column) throw new Error(`${getTableName(table)} has no key of one column`)
  return { name, column: column as SQLiteColumn }
}

async function* batchesOf(database: Database, table: SQLiteTable): AsyncGenerator<Row[]> {
  const { name } = keyOf(table)
  let after: unknown = null
  for (;;) {
    const rows = await readBatch(database, table, after)
    if (rows.length > 0) yield rows
    if (rows.length < batchRows) return
    after = rows.at(-1)?.[name]
  }
}

async function copyTable(source: Database, target: Database, table: SQLiteTable): Promise<TableSum> {
  const sum = createSum()
  for await (const rows of batchesOf(source, table)) {
    await target.insert(table).values(rows).run()
    sum.add(rows)
  }
  return sum.total()
}

async function sumOf(database: Database, table: SQLiteTable): Promise<TableSum> {
  const sum = createSum()
  for await (const rows of batchesOf(database, table)) sum.add(rows)
  return sum.total()
}

/** Adds up SHA-256 hashes of rows, each quarter modulo 2^64: stores sort text differently, and a sum does not mind. */
function createSum() {
  const words = new BigUint64Array(4)
  let rows = 0
  const addRow = (row: Row) => {
    const digest = createHash('sha256')
      .update(JSON.stringify(Object.values(row)))
      .digest()
    for (let word = 0; word < 4; word++) words[word] = (words[word] ?? 0n) + digest.readBigUInt64BE(word * 8)
  }
  return {
    add(batch: Row[]) {
      rows += batch.length
      for (const row of batch) addRow(row)
    },
    total: (): TableSum => ({ rows, checksum: [...words].map((word) => word.toString(16).padStart(16, '0')).join('') }),
  }
}

function isSame(one: TableSum, other: TableSum): boolean {
  return one.rows === other.rows && one.checksum === other.checksum
}

/** Columns that count by themselves. */
const counted = [
  ['users', 'number'],
  ['security_events', 'id'],
] as const

/** PostgreSQL numbers rows by a counter beside the table, which rows that bring their number do not move. */
async function countOn(target: Database): Promise<void> {
  if (!isPostgres(target)) return
  for (const [table, column] of counted) {
    const [rows, number] = [sql.identifier(table), sql.identifier(column)]
    await target.all(sql`select setval(pg_get_serial_sequence(cast(${table} as text), cast(${column} as text)),
      greatest(max(${number}), 1), max(${number}) is not null) from ${rows}`)
  }
}

/** All of the writes, or none. The target belongs to this command alone, so that waiting inside does no harm. */
async function inOneTransaction<Result>(target: Database, work: (tx: Database) => Promise<Result>): Promise<Result> {
  const { $client } = target
  if ('kind' in $client) {
    return $client.transaction((run) => work(createPostgresDatabase($client, run)), { isUnlimited: true })
  }
  $client.exec('begin immediate')
  try {
    const result = await work(target)
    $client.exec('commit')
    return result
  } catch (error) {
    $client.exec('rollback')
    throw error
  }
}
