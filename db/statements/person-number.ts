import { type SQL, sql } from 'drizzle-orm'

// Sessions refer to their person by a number that stays in the store; everything else knows people by their ids.

/** The number of an account by its id, inside any statement; null, which equals nothing, where there is no such account. */
export function numberOf(userId: SQL | string): SQL<number> {
  return sql<number>`(select person.number from users as person where person.id = ${userId})`
}

/** The id of the person behind a row of `sessions`, inside a statement on that table alone. */
export function ofSession(): SQL<string> {
  return sql<string>`(select person.id from users as person where person.number = user_number)`
}
