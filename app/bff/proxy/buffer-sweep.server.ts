import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How many bytes may pass before what they lay in is given back. */
const sweepEveryBytes = 8 * 1_048_576

type Collect = (options: { type: 'minor' }) => void

let collect: Collect | null = null
let passed = 0

/**
 * Counts bytes that were passed on, and now and then lets go of the buffers that held them. The engine itself waits until
 * some 64 MiB of them have gathered, for each large transfer; collecting the young ones takes less than a millisecond.
 */
export function countPassedBytes(bytes: number): void {
  passed += bytes
  if (passed < sweepEveryBytes) return
  passed = 0
  collect ??= exposeCollector()
  collect({ type: 'minor' })
}

function exposeCollector(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}
