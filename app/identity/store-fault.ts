import { asStoreProblem } from '../../db/index.ts'

/** Runs a query. A store that cannot answer becomes `Problem('unavailable')`; any other error passes through as it is. */
export async function throughStore<T>(query: () => T | Promise<T>): Promise<T> {
  try {
    return await query()
  } catch (error) {
    throw asStoreProblem(error) ?? error
  }
}
