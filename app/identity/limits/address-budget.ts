import type { Database } from '../../../db/index.ts'
import { addressBucket } from '../../http/index.server.ts'
import type { Rate } from '../../kernel/index.server.ts'
import { createKeyedBudget } from './keyed-budget.ts'

export type AddressBudget = {
  /** Takes one try from the address. `0` when it may go on, else how long to wait in milliseconds. */
  take(address: string): Promise<number>
  /** Gives the try back. */
  giveBack(address: string): Promise<void>
}

/** So many tries in a window for one IPv4 address or one IPv6 /64. */
export function createAddressBudget(database: Database, name: string, rate: Rate): AddressBudget {
  const budget = createKeyedBudget(database, name, rate)
  return {
    take: (address) => budget.take([addressBucket(address)]),
    giveBack: (address) => budget.giveBack([addressBucket(address)]),
  }
}
