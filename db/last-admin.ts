import { and, exists, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Database } from './client.ts'
import { users } from './schema.ts'

/**
 * True of every account that can go without leaving the house without an enabled admin. It stands in the `where` of
 * the statement that would take one away, so that of two such statements at once the second finds it false.
 */
export function isSpareable(database: Database): SQL | undefined {
  const other = alias(users, 'other')
  const otherAdmin = database
    .select({ id: other.id })
    .from(other)
    .where(and(sql`${other.role} = 'admin'`, isNull(other.disabledAt), ne(other.id, users.id)))
  return or(sql`${users.role} <> 'admin'`, sql`${users.disabledAt} is not null`, exists(otherAdmin))
}
