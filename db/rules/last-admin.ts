import { and, exists, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Database } from '../database.ts'
import { users } from '../schema.ts'
import { all, alone, atomically } from '../store/transactions.ts'

/**
 * Runs a statement whose `where` holds `leavesAnAdmin`, alone among all of these: of two at once the second finds it false.
 * Its rows.
 */
export function sparingAdmins<Row>(
  database: Database,
  write: (tx: Database) => { all(): Promise<Row[]> },
): Row[] | Promise<Row[]> {
  return atomically(database, function* (tx) {
    yield* alone(tx, 'admins')
    return yield* all(write(tx))
  })
}

/**
 * True of every account that can go without leaving the house without an enabled admin. It stands in the `where` of
 * the statement that would take one away.
 */
export function leavesAnAdmin(database: Database): SQL | undefined {
  const other = alias(users, 'other')
  const otherAdmin = database
    .select({ id: other.id })
    .from(other)
    .where(and(sql`${other.role} = 'admin'`, isNull(other.disabledAt), ne(other.id, users.id)))
  return or(sql`${users.role} <> 'admin'`, sql`${users.disabledAt} is not null`, exists(otherAdmin))
}
