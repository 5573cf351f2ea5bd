import { Problem } from '../../kernel/index.ts'

export type WorkQueue = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Runs at most `concurrent` pieces of work at once and lets at most `waiting` more stand in line, first come first
 * served. One more is refused with `Problem('busy')`, so that memory stays flat under a flood.
 */
export function createWorkQueue(limits: {
  concurrent: number
  waiting: number
  retryAfterSeconds: number
  /** Told how many wait, whenever that changes. */
  onLine?: (waiting: number) => void
}): WorkQueue {
  const line: (() => void)[] = []
  let running = 0

  async function enter(): Promise<void> {
    if (running < limits.concurrent) {
      running++
      return
    }
    if (line.length >= limits.waiting) throw new Problem('busy', { retryAfterSeconds: limits.retryAfterSeconds })
    // Whoever leaves hands its place over, so `running` does not change here.
    await new Promise<void>((resolve) => {
      line.push(resolve)
      limits.onLine?.(line.length)
    })
  }

  function leave(): void {
    const next = line.shift()
    if (next) {
      limits.onLine?.(line.length)
      next()
    } else running--
  }

  return async (work) => {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
