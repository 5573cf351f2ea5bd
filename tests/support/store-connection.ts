/**
 * A test's own connection to the store under test, whichever that is: the part of better-sqlite3 that tests use, with
 * `?` for values. What both stores understand is written once; what only one does stands in a test of that store.
 */
export type StoreConnection = {
  readonly inTransaction: boolean
  prepare(sql: string): StoreStatement
  exec(sql: string): void
  /** The work, to be called, as one transaction. */
  transaction<Result>(work: () => Result): () => Result
  close(): void
}

export type StoreStatement = {
  all(...values: unknown[]): unknown[]
  get(...values: unknown[]): unknown
  run(...values: unknown[]): { changes: number }
  /** The same statement, giving the first column of each row. */
  pluck(): StoreStatement
}
