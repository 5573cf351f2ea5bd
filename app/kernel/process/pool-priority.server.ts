import { readdirSync, readFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/** What libuv calls the threads of its pool. */
const poolThread = 'libuv-worker'
/** A third of the weight of a thread with the priority of this process: behind whoever answers requests, never starved. */
const lowerBy = 5

/**
 * Lets the threads of libuv's pool give way to the one that answers requests, where threads have a priority of their own
 * (Linux); elsewhere, and where it is not allowed, nothing happens. They must be there already: whatever is handed to the
 * pool first makes all of them. False when none was found.
 */
export function lowerPoolPriority(): boolean {
  if (process.platform !== 'linux') return false
  try {
    const threads = readdirSync('/proc/self/task').filter(
      (thread) => readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() === poolThread,
    )
    const niceness = Math.min(getPriority() + lowerBy, constants.priority.PRIORITY_LOW)
    for (const thread of threads) setPriority(Number(thread), niceness)
    return threads.length > 0
  } catch {
    return false
  }
}
