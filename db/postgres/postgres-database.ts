import { getTableColumns, type Query, type SQL, sql } from 'drizzle-orm'
import { NoopCache } from 'drizzle-orm/cache/core'
import { NoopLogger } from 'drizzle-orm/logger'
import { BaseSQLiteDatabase, SQLiteAsyncDialect, type SQLiteColumn, SQLiteSession } from 'drizzle-orm/sqlite-core'
import { RemotePreparedQuery } from 'drizzle-orm/sqlite-proxy'
import type { PostgresDatabase, RunResult } from '../database.ts'
import type * as schema from '../schema.ts'
import { type Bind, compileBinding, compileRow, type Row } from '../statements/compiled-statements.ts'
import type { PostgresClient, RunStatement } from './postgres-client.ts'

type Schema = typeof schema
type Preparing = Parameters<SQLiteSession<'async', RunResult, Schema, never>['prepareQuery']>

/**
 * The tables of `schema.ts` over PostgreSQL: Drizzle writes the statements that it writes for SQLite, with `$1` for `?`.
 * `run` is where they go; the connections of `client`, or the one of a transaction.
 */
export function createPostgresDatabase(client: PostgresClient, run: RunStatement = client.run): PostgresDatabase {
  const dialect = new NumberedDialect()
  const session = new PostgresSession(dialect, client, run)
  return Object.assign(new BaseSQLiteDatabase<'async', RunResult, Schema>('async', dialect, session, undefined), {
    $client: client,
  })
}

class NumberedDialect extends SQLiteAsyncDialect {
  override escapeParam(index: number): string {
    return `$${index + 1}`
  }

  /** A column that counts by itself takes null for its next number in SQLite; here only `default` means that. */
  override buildInsertQuery(...[config]: Parameters<SQLiteAsyncDialect['buildInsertQuery']>): SQL {
    const { table, values } = config
    const counting = Object.entries(getTableColumns(table)).filter(([, column]) => countsByItself(column))
    if (counting.length === 0 || !Array.isArray(values)) return super.buildInsertQuery(config)
    const numbers = Object.fromEntries(counting.map(([key]) => [key, sql`default`]))
    return super.buildInsertQuery({ ...config, values: values.map((row) => ({ ...numbers, ...row })) })
  }

  /** PostgreSQL wants the bare names of columns that may conflict. No value is part of the text. */
  override sqlToQuery(...given: Parameters<SQLiteAsyncDialect['sqlToQuery']>): Query {
    const query = super.sqlToQuery(...given)
    const text = query.sql.replace(/ on conflict \(("\w+"\."\w+"(, )?)+\)/, (target) => target.replace(/"\w+"\./g, ''))
    return { ...query, sql: text }
  }
}

function countsByItself(column: SQLiteColumn): boolean {
  return (column as { autoIncrement?: boolean }).autoIncrement === true
}

class PostgresSession extends SQLiteSession<'async', RunResult, Schema, never> {
  readonly #client: PostgresClient
  readonly #run: RunStatement

  constructor(dialect: NumberedDialect, client: PostgresClient, run: RunStatement) {
    super(dialect)
    this.#client = client
    this.#run = run
  }

  override prepareQuery(...[query, fields, method, , mapper]: Preparing): PostgresQuery {
    return new PostgresQuery(this.#run, query, this.#client.nameOf(query.sql), fields, method, mapper)
  }

  /** Built for one run: not worth a name. */
  override prepareOneTimeQuery(...[query, fields, method, , mapper]: Preparing): PostgresQuery {
    return new PostgresQuery(this.#run, query, undefined, fields, method, mapper)
  }

  override transaction(): never {
    throw new Error('transactions go through atomically')
  }
}

/** One statement. The proxy driver's part in it is to turn rows into objects. */
class PostgresQuery extends RemotePreparedQuery {
  readonly #run: RunStatement
  readonly #name: string | undefined
  readonly #rows: 'arrays' | 'objects'
  readonly #fields: Preparing[1]
  #bind: Bind | undefined
  /** Null where Drizzle has to put the rows together. */
  #toRow: ((row: readonly unknown[]) => Row) | null | undefined

  constructor(
    run: RunStatement,
    query: Query,
    name: string | undefined,
    fields: Preparing[1],
    method: Preparing[2],
    mapper: Preparing[4],
  ) {
    const unused = async () => ({ rows: [] })
    super(unused, query, new NoopLogger(), new NoopCache(), undefined, undefined, fields, method, true, mapper)
    this.#run = run
    this.#name = name
    this.#rows = fields === undefined && mapper === undefined ? 'objects' : 'arrays'
    this.#fields = fields
    if (fields === undefined || mapper !== undefined) this.#toRow = null
  }

  override async run(values?: Record<string, unknown>) {
    const { rowCount } = await this.#send(values)
    return { rows: [], changes: rowCount }
  }

  override async all(values?: Record<string, unknown>): Promise<unknown> {
    const { rows } = await this.#send(values)
    const toRow = this.#findRow()
    return toRow ? (rows as unknown[][]).map((row) => toRow(row)) : this.mapAllResult(rows)
  }

  override async get(values?: Record<string, unknown>): Promise<unknown> {
    const { rows } = await this.#send(values)
    const [row] = rows as unknown[][]
    const toRow = this.#findRow()
    return row && toRow ? toRow(row) : this.mapGetResult(row)
  }

  #findRow() {
    if (this.#toRow === undefined) this.#toRow = compileRow(this.#fields)
    return this.#toRow
  }

  #send(values: Row = {}) {
    this.#bind ??= compileBinding(this.query.params)
    return this.#run({ text: this.query.sql, values: this.#bind(values), name: this.#name, rows: this.#rows })
  }
}
