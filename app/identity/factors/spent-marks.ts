import { lt } from 'drizzle-orm'
import { type Database, spentMarks, withStoreErrors } from '../../../db/index.ts'
import { now } from '../../kernel/index.ts'

/** Longer than clocks of two processes differ. */
const leewayMs = 60_000

export type SpentMarks = {
  /** Uses something up. False when it had been used before; of any number at once one gets true. */
  spend(id: string, expiresAt: number): Promise<boolean>
}

/** What is good for once and remembers itself what it is: the store only learns of it when it is used. */
export function createSpentMarks(database: Database): SpentMarks {
  return {
    spend: (id, expiresAt) =>
      withStoreErrors(async () => {
        await database.delete(spentMarks).where(lt(spentMarks.expiresAt, now() - leewayMs))
        const change = database.insert(spentMarks).values({ id, expiresAt }).onConflictDoNothing()
        return (await change.returning({ id: spentMarks.id })).length > 0
      }),
  }
}
