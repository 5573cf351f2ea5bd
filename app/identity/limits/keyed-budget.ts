import { RateLimiterRes } from 'rate-limiter-flexible'
import { createRateLimiter, type Database, withStoreErrors } from '../../../db/index.ts'
import type { Rate } from '../../kernel/index.server.ts'
import type { KeyedNames } from './keyed-names.ts'

export type KeyedBudget = {
  /** Takes one try. Returns `0` when it may go on, else how long to wait in milliseconds. */
  take(names: KeyedNames): Promise<number>
  /** Gives the try back. */
  giveBack(names: KeyedNames): Promise<void>
  /** Starts the window afresh. */
  forgive(names: KeyedNames): Promise<void>
}

/** So many tries in a window for one name. What was counted under the names of older secrets counts on. */
export function createKeyedBudget(database: Database, name: string, rate: Rate): KeyedBudget {
  const limiter = createRateLimiter(database, { name, ...rate })
  return {
    take: ([newest, ...older]) =>
      withStoreErrors(async () => {
        try {
          const { remainingPoints, msBeforeNext } = await limiter.consume(newest)
          // After it is counted, so that of two nodes with another newest secret at least one sees both.
          const held = await Promise.all(older.map((each) => limiter.get(each)))
          const left = held.reduce((sum, each) => sum - (each?.consumedPoints ?? 0), remainingPoints)
          if (left >= 0) return 0
          await limiter.reward(newest)
          return Math.max(msBeforeNext, 1_000)
        } catch (refusal) {
          if (!(refusal instanceof RateLimiterRes)) throw refusal
          // What is refused has not been tried.
          await limiter.reward(newest)
          return Math.max(refusal.msBeforeNext, 1_000)
        }
      }),
    giveBack: ([newest]) => withStoreErrors(async () => void (await limiter.reward(newest))),
    forgive: (names) =>
      withStoreErrors(async () => void (await Promise.all(names.map((name) => limiter.delete(name))))),
  }
}
