import { getTableColumns, getTableName, is } from 'drizzle-orm'
import {
  bigint,
  check,
  foreignKey,
  index,
  type PgColumn,
  type PgColumnBuilderBase,
  type PgTable,
  pgTable,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { getTableConfig, SQLiteColumn, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from '../schema.ts'

// The tables of `../schema.ts` as PostgreSQL declares them, for drizzle-kit alone: queries use the ones of `../schema.ts`.
// Text stays text, whole numbers are 64 bits wide, truth is 0 or 1 as in SQLite, so that one text of a query serves both.

function derive(table: SQLiteTable): PgTable {
  const columns = Object.entries(getTableColumns(table)).map(([key, column]) => [key, deriveColumn(column)])
  return pgTable(getTableName(table), Object.fromEntries(columns), (own) => deriveRules(table, own))
}

function deriveColumn(column: SQLiteColumn): PgColumnBuilderBase {
  const { autoIncrement = false } = column as { autoIncrement?: boolean }
  if (autoIncrement) return bigint(column.name, { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity()
  const plain = deriveType(column)
  const required = column.notNull ? plain.notNull() : plain
  const keyed = column.primary ? required.primaryKey() : required
  return column.hasDefault ? keyed.default(column.default as never) : keyed
}

function deriveType({ name, columnType }: SQLiteColumn) {
  if (columnType === 'SQLiteText') return text(name)
  if (columnType === 'SQLiteInteger') return bigint(name, { mode: 'number' })
  if (columnType === 'SQLiteBoolean') return smallint(name)
  throw new Error(`no PostgreSQL type for ${columnType}`)
}

/** Indexes, conditions and references under the names that they have in SQLite. */
function deriveRules(table: SQLiteTable, own: Record<string, unknown>) {
  const { indexes, checks, foreignKeys } = getTableConfig(table)
  return [
    ...indexes.map(({ config }) => {
      const columns = config.columns.map((column) => same(table, own, column)) as [PgColumn]
      const built = (config.unique ? uniqueIndex : index)(config.name).on(...columns)
      return config.where ? built.where(config.where) : built
    }),
    ...checks.map(({ name, value }) => check(name, value)),
    ...foreignKeys.map((key) => {
      const { columns, foreignColumns, foreignTable } = key.reference()
      const target = all.get(foreignTable) as unknown as Record<string, unknown>
      const built = foreignKey({
        columns: columns.map((column) => same(table, own, column)) as [PgColumn],
        foreignColumns: foreignColumns.map((column) => same(foreignTable, target, column)) as [PgColumn],
      })
      return key.onDelete ? built.onDelete(key.onDelete) : built
    }),
  ]
}

/** The derived column of the same name. */
function same(table: SQLiteTable, own: Record<string, unknown>, column: unknown): PgColumn {
  const key = Object.entries(getTableColumns(table)).find(
    ([, each]) => is(column, SQLiteColumn) && each.name === column.name,
  )
  if (!key) throw new Error(`${getTableName(table)} has an index or a reference on no column of its own`)
  return own[key[0]] as PgColumn
}

const all = new Map<SQLiteTable, PgTable>()
for (const table of Object.values(schema)) all.set(table, derive(table))
const tableOf = (table: SQLiteTable) => all.get(table)

// The generator looks at exports.
export const users = tableOf(schema.users)
export const sessions = tableOf(schema.sessions)
export const signingKeys = tableOf(schema.signingKeys)
export const projects = tableOf(schema.projects)
export const rateLimits = tableOf(schema.rateLimits)
export const attempts = tableOf(schema.attempts)
export const oneTimeCodes = tableOf(schema.oneTimeCodes)
export const mailOutbox = tableOf(schema.mailOutbox)
export const factorSets = tableOf(schema.factorSets)
export const totpFactors = tableOf(schema.totpFactors)
export const recoveryCodes = tableOf(schema.recoveryCodes)
export const passkeys = tableOf(schema.passkeys)
export const providerIdentities = tableOf(schema.providerIdentities)
export const providerSessions = tableOf(schema.providerSessions)
export const spentMarks = tableOf(schema.spentMarks)
export const securityEvents = tableOf(schema.securityEvents)
