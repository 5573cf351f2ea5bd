import type SQLite from 'better-sqlite3'
import type { Query } from 'drizzle-orm'
import { BetterSQLiteSession, PreparedQuery } from 'drizzle-orm/better-sqlite3'
import { NoopCache } from 'drizzle-orm/cache/core'
import { NoopLogger } from 'drizzle-orm/logger'
import type { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'
import { type Bind, compileBinding, compileRow, type Fields, type Row } from '../statements/compiled-statements.ts'

type Session = BetterSQLiteSession<never, never>
type Preparing = Parameters<Session['prepareQuery']>

/** Drizzle's session over SQLite, whose statements know their parameters and columns from the first run on. */
export class DirectSqliteSession extends BetterSQLiteSession<never, never> {
  readonly #client: SQLite.Database

  constructor(client: SQLite.Database, dialect: SQLiteSyncDialect) {
    super(client, dialect, undefined)
    this.#client = client
  }

  override prepareQuery(...[query, fields, method, isArrays, mapper]: Preparing): PreparedQuery<never> {
    return new DirectSqliteQuery(this.#client.prepare(query.sql), query, fields, method, isArrays, mapper) as never
  }
}

const noLogger = new NoopLogger()
const noCache = new NoopCache()

/** One statement. What has columns comes as an array for each row, as Drizzle has it. */
class DirectSqliteQuery extends PreparedQuery {
  readonly #statement: SQLite.Statement
  readonly #fields: Fields
  readonly #method: Preparing[2]
  readonly #isDrizzles: boolean
  #bind: Bind | undefined
  #toRow: ((row: readonly unknown[]) => Row) | null | undefined

  constructor(
    statement: SQLite.Statement,
    query: Query,
    fields: Preparing[1],
    method: Preparing[2],
    isArrays: boolean,
    mapper: Preparing[4],
  ) {
    super(statement, query, noLogger, noCache, undefined, undefined, fields, method, isArrays, mapper)
    this.#statement = statement
    this.#method = method
    this.#fields = fields
    this.#isDrizzles = fields === undefined || mapper !== undefined
  }

  override run(values?: Row): SQLite.RunResult {
    return this.#statement.run(this.#valuesOf(values))
  }

  override all(values?: Row): never {
    const toRow = this.#findRow()
    if (!toRow) return super.all(values) as never
    const rows = this.#statement.raw().all(this.#valuesOf(values)) as unknown[][]
    return rows.map((row) => toRow(row)) as never
  }

  override get(values?: Row): never {
    const toRow = this.#findRow()
    if (!toRow) return super.get(values) as never
    const row = this.#statement.raw().get(this.#valuesOf(values)) as unknown[] | undefined
    return (row && toRow(row)) as never
  }

  /** At once, where Drizzle waits until somebody waits: one promise instead of five. */
  override execute(values?: Row): never {
    return this.#runOnce(values) as never
  }

  async #runOnce(values?: Row): Promise<unknown> {
    return this[this.#method](values)
  }

  #valuesOf(values: Row = {}): unknown[] {
    this.#bind ??= compileBinding(this.query.params)
    return this.#bind(values)
  }

  #findRow() {
    if (this.#toRow === undefined) this.#toRow = this.#isDrizzles ? null : compileRow(this.#fields)
    return this.#toRow
  }
}
