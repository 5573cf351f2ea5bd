/**
 * The one clock. Every time in Cloakroom is a whole number of milliseconds since the epoch read from here, so that a
 * test can put the whole house at any moment. A test in `tests/architecture` fails when `Date.now` appears elsewhere.
 */
export type Clock = () => number

const systemClock: Clock = () => Date.now()
let current: Clock = systemClock

/** The present moment, in milliseconds since the epoch. */
export function now(): number {
  return current()
}

/** Replaces the clock (tests only) and returns the function that puts the system's clock back. */
export function replaceClock(clock: Clock): () => void {
  current = clock
  return () => {
    current = systemClock
  }
}
