import { type SQL, sql } from 'drizzle-orm'
import type { Page } from '../contract/index.ts'

// A bare parameter that is compared makes SQLite 3.54 prepare the statement anew at every run, and leaves PostgreSQL
// guessing at its type; a cast settles both.

/** A named text parameter of a prepared statement. */
export function textValue(name: string): SQL {
  return sql`cast(${sql.placeholder(name)} as text)`
}

/** A named whole number of a prepared statement, wide enough for milliseconds. */
export function integerValue(name: string): SQL {
  return sql`cast(${sql.placeholder(name)} as bigint)`
}

type Prepared<Row> = { execute(values: Record<string, unknown>): PromiseLike<Row[]> }

/** The part of a list that was asked for, and how many there are in all. */
export type ListStatements<Item> = { items: Prepared<Item>; total: Prepared<{ total: number }> }

export type PageRequest = { page: number; limit: number }

/** Runs both statements of a list. `values` are the parameters that they share. */
export async function readPage<Item>(
  { items, total }: ListStatements<Item>,
  { page, limit }: PageRequest,
  values: Record<string, unknown> = {},
): Promise<Page<Item>> {
  const [counted] = await total.execute(values)
  const rows = await items.execute({ ...values, limit, offset: (page - 1) * limit })
  return { items: rows, page, limit, total: counted?.total ?? 0 }
}
