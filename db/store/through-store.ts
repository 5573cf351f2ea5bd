import { metrics } from '../../app/kernel/index.server.ts'
import { asStoreProblem } from './store-faults.ts'

/** Runs a query. What `asStoreProblem` knows becomes a `Problem`; any other error passes through as it is. */
export async function withStoreErrors<T>(query: () => T | Promise<T>): Promise<T> {
  const startedAt = performance.now()
  try {
    return await query()
  } catch (error) {
    throw asStoreProblem(error) ?? error
  } finally {
    metrics.storeSeconds.observe((performance.now() - startedAt) / 1_000)
  }
}
