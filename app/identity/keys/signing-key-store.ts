import { and, count, eq, isNull, sql } from 'drizzle-orm'
import {
  all,
  alone,
  atomically,
  type Database,
  run,
  signingKeys,
  type Work,
  withStoreErrors,
} from '../../../db/index.ts'

export type SigningKeyRow = typeof signingKeys.$inferSelect
export type SigningAlgorithm = SigningKeyRow['alg']

export type SigningKeyStore = {
  /** Every key there ever was, retired ones too. */
  list(): Promise<SigningKeyRow[]>
  // Each of these is conditional, so that of several processes one does it; false means that it was another.
  /** Adds keys, provided the table holds as many as were read. Rows are never removed, so the count tells. */
  insertAfter(readCount: number, rows: readonly SigningKeyRow[]): Promise<boolean>
  /** Moves the moment from which a key signs. */
  reschedule(kid: string, from: number, to: number): Promise<boolean>
  /** Takes a key out of the key set, provided another stays, and wipes its private part. The row stays for the record. */
  retire(kid: string, at: number): Promise<boolean>
  /** Replaces the encrypted private part that was read. */
  reencrypt(kid: string, from: string, to: string): Promise<boolean>
}

export function createSigningKeyStore(database: Database): SigningKeyStore {
  const { kid: id, privateJwk, signsFrom, retiredAt } = signingKeys
  const change = (set: Partial<SigningKeyRow>, where: ReturnType<typeof and>) =>
    withStoreErrors(async () => {
      const changed = await database.update(signingKeys).set(set).where(where).returning({ kid: id })
      return changed.length > 0
    })
  /** What depends on other rows happens alone. */
  const aloneAmongKeys = (work: (tx: Database) => Work<boolean>) =>
    withStoreErrors(() =>
      atomically(database, function* (tx) {
        yield* alone(tx, 'signing keys')
        return yield* work(tx)
      }),
    )
  return {
    list: () => withStoreErrors(async () => await database.select().from(signingKeys)),
    insertAfter: (readCount, rows) =>
      aloneAmongKeys(function* (tx) {
        const [held] = yield* all(tx.select({ count: count() }).from(signingKeys))
        if (held?.count !== readCount) return false
        yield* run(tx.insert(signingKeys).values([...rows]))
        return true
      }),
    reschedule: (kid, from, to) => change({ signsFrom: to }, and(eq(id, kid), eq(signsFrom, from), isNull(retiredAt))),
    retire: (kid, at) =>
      aloneAmongKeys(function* (tx) {
        const anotherStays = sql`(select count(*) from ${signingKeys} where ${retiredAt} is null) > 1`
        const isLeaving = and(eq(id, kid), isNull(retiredAt), anotherStays)
        const change = tx.update(signingKeys).set({ retiredAt: at, privateJwk: '' }).where(isLeaving)
        return (yield* all(change.returning({ kid: id }))).length > 0
      }),
    reencrypt: (kid, from, to) => change({ privateJwk: to }, and(eq(id, kid), eq(privateJwk, from), isNull(retiredAt))),
  }
}
