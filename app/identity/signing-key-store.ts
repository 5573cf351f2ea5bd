import { sql } from 'drizzle-orm'
import { type Database, signingKeys } from '../../db/index.ts'
import { throughStore } from './store-fault.ts'

export type SigningKeyRow = typeof signingKeys.$inferSelect

export type SigningKeyStore = {
  /** Every key there ever was, retired ones too. */
  list(): Promise<SigningKeyRow[]>
  /** Adds keys in one statement, provided the table holds as many as were read: of two first starts one does it. */
  insertAfter(readCount: number, rows: readonly SigningKeyRow[]): Promise<void>
}

export function createSigningKeyStore(database: Database): SigningKeyStore {
  return {
    list: () => throughStore(async () => await database.select().from(signingKeys)),
    insertAfter: (readCount, rows) =>
      throughStore(async () => {
        const unchanged = sql`(select count(*) from ${signingKeys}) = ${readCount}`
        const selects = rows.map(
          ({ kid, alg, publicJwk, privateJwk, createdAt, signsFrom, retiredAt }) =>
            sql`select ${kid}, ${alg}, ${publicJwk}, ${privateJwk}, ${createdAt}, ${signsFrom}, ${retiredAt} where ${unchanged}`,
        )
        await database.insert(signingKeys).select(sql.join(selects, sql` union all `))
      }),
  }
}
