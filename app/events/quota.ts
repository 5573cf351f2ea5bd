import { now } from '../kernel/index.ts'

export type Quota = {
  /** Takes one; false when the key has used up what it may take in this window. */
  take(key: string): boolean
}

/** Keys that are counted in one window; those beyond are let through, or a crowd would hide what one of it does. */
const maxKeys = 20_000

/** So many for each key in a window, counted by this process alone. Windows begin at multiples of their length. */
export function createQuota({ points, durationMs }: { points: number; durationMs: number }): Quota {
  let taken = new Map<string, number>()
  let countedIn = Number.NaN
  return {
    take(key) {
      const window = Math.floor(now() / durationMs)
      if (window !== countedIn) taken = new Map()
      countedIn = window
      const count = taken.get(key) ?? 0
      if (count >= points) return false
      if (count > 0 || taken.size < maxKeys) taken.set(key, count + 1)
      return true
    },
  }
}
