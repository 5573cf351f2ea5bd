import { RateLimiterRes } from 'rate-limiter-flexible'
import { createRateLimiter, type Database, withStoreErrors } from '../../../db/index.ts'
import { addressBucket } from '../../http/index.server.ts'
import type { Rate } from '../../kernel/index.server.ts'

export type AddressBudget = {
  /** Takes one try from the address. `0` when it may go on, else how long to wait in milliseconds. */
  take(address: string): Promise<number>
  /** Gives the try back. */
  giveBack(address: string): Promise<void>
}

/** So many tries in a window for one IPv4 address or one IPv6 /64. */
export function createAddressBudget(database: Database, name: string, rate: Rate): AddressBudget {
  const limiter = createRateLimiter(database, { name, ...rate })
  return {
    take: (address) =>
      withStoreErrors(async () => {
        try {
          await limiter.consume(addressBucket(address))
          return 0
        } catch (refusal) {
          if (refusal instanceof RateLimiterRes) return Math.max(refusal.msBeforeNext, 1_000)
          throw refusal
        }
      }),
    giveBack: (address) => withStoreErrors(async () => void (await limiter.reward(addressBucket(address)))),
  }
}
