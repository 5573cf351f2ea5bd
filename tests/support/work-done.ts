import { Session } from 'node:inspector/promises'

/**
 * How often pieces of code ran, counted by the engine, in modules whose address contains `where`: the same on every
 * machine and under any load, unlike seconds.
 */
export async function countWork(where: string, work: () => Promise<unknown>): Promise<number> {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    await work()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return result
      .filter(({ url }) => url.includes(where))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .reduce((sum, { count }) => sum + count, 0)
  } finally {
    await session.post('Profiler.disable')
    session.disconnect()
  }
}
