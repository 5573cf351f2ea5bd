import { now } from './clock.ts'
import { ms } from './durations.ts'

/** More than a machine that slept over night; less than what lies between a row's end and its removal. */
const jumpMs = ms('1d')
/** How long a clock must go on as time does before what it says is acted on for good. */
const trustedAfterMs = ms('1d')

/**
 * Watches the clock beside one that only goes on. The function that it returns is true unless the clock has jumped within
 * the last day: what cannot be undone waits then, since a clock that is a year ahead makes every row look dead.
 * A clock that was wrong when the process started is not noticed.
 */
export function watchClock(monotonic: () => number = () => performance.now()): () => boolean {
  const offset = () => now() - monotonic()
  let expected = offset()
  let jumpedAt = Number.NEGATIVE_INFINITY
  return () => {
    if (Math.abs(offset() - expected) > jumpMs) {
      expected = offset()
      jumpedAt = monotonic()
    }
    return monotonic() - jumpedAt >= trustedAfterMs
  }
}
