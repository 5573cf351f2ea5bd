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

/** How far the clocks of nodes may lie apart, with room to spare. */
const clockToleranceMs = 5_000

/**
 * Whether something that was made to live for `lifeMs`, until `expiresAt`, is alive. A clock that was set back must not
 * make it live longer than it may; another node whose clock is ahead may have made it a moment ago.
 */
export function isAlive(expiresAt: number, lifeMs: number): boolean {
  const leftMs = expiresAt - now()
  return leftMs > 0 && leftMs <= lifeMs + clockToleranceMs
}

/** Replaces the clock (tests only) and returns the function that puts the system's clock back. */
export function replaceClock(clock: Clock): () => void {
  current = clock
  return () => {
    current = systemClock
  }
}
