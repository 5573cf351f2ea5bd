import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { getTableConfig, type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from '../../db/schema.ts'

/** Every table of the schema. */
export const tables: readonly SQLiteTable[] = Object.values<unknown>(schema).filter((each) => is(each, SQLiteTable))

/** Tables that are left as they are: what fills them is no person, and a made-up row would break the house. */
const leftAlone = ['users', 'signing_keys']

/** `number` may be an expression that finds it. */
type Owner = { id: string; number: number | string }

/**
 * Statements that give every table so many rows of one person (or of nobody, where rows have no person), written from
 * the schema: a new table gets them too. Tables with one row for an account have nothing to add.
 */
export function crowdStatements(owner: Owner, rows: number, at: number): string[] {
  return tables
    .filter((table) => !leftAlone.includes(getTableName(table)))
    .filter(
      (table) => !Object.values(getTableColumns(table)).some((column) => column.primary && pointsTo(table, column)),
    )
    .toSorted((one, other) => Number(refersTo(one, 'sessions')) - Number(refersTo(other, 'sessions')))
    .map((table) => rowStatement(table, owner, rows, at))
}

/** One of these statements. */
export function rowStatement(table: SQLiteTable, owner: Owner, rows: number, at: number): string {
  const columns = Object.values(getTableColumns(table)).filter((column) => !isCounted(column))
  const values = columns.map((column) => sqlValue(table, column, owner, at))
  return `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
    insert into ${getTableName(table)} (${columns.map(({ name }) => name).join(', ')}) select ${values.join(', ')} from n`
}

/** Of other people, for lists of all of them. */
export function peopleStatement(rows: number, at: number): string {
  return `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
    insert into users (id, email, email_key, name, password_hash, created_at, updated_at)
    select 'crowd-' || i, 'crowd.' || i || '@example.com', 'crowd.' || i || '@example.com', 'Crowd', '', ${at} - i, ${at} from n`
}

function isCounted(column: SQLiteColumn): boolean {
  return column.primary && column.columnType === 'SQLiteInteger'
}

function pointsTo(table: SQLiteTable, column: SQLiteColumn): string | undefined {
  const found = getTableConfig(table).foreignKeys.map((key) => key.reference())
  return found.find(({ columns }) => columns[0]?.name === column.name)?.foreignColumns[0]?.name
}

function refersTo(table: SQLiteTable, name: string): boolean {
  return getTableConfig(table).foreignKeys.some((key) => getTableName(key.reference().foreignTable) === name)
}

function sqlValue(table: SQLiteTable, column: SQLiteColumn, { id, number }: Owner, at: number): string {
  if (column.name === 'user_number') return String(number)
  if (['user_id', 'owner_id', 'actor_id'].includes(column.name)) return `'${id}'`
  if (column.name === 'session_id' && refersTo(table, 'sessions')) return `'${id}-' || i`
  if (!column.notNull) return 'null'
  const [choice] = column.enumValues ?? []
  if (choice !== undefined) return `'${choice}'`
  if (column.dataType === 'boolean' || column.name === 'generation') return '0'
  if (/^(expires_at|keep_until)$/.test(column.name)) return String(at + 86_400_000)
  if (column.columnType === 'SQLiteInteger') return `${at} - i * 10`
  return `'${id}-' || i`
}
