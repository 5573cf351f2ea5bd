import { now, type SecurityEvent } from '../kernel/index.ts'

const windowMs = 60_000
/** Rows of one type in a minute that strangers may cause; 864,000 a day at the very most. */
const maxPerWindow = 600

export type FloodGate = {
  /** False when so many events of this type came within this minute that the next are only counted. */
  admit(event: SecurityEvent): boolean
  /** What was only counted in minutes that are over (or all of it), as one event for each type. */
  takeSummaries(everything: boolean): SecurityEvent[]
}

/**
 * Keeps strangers from filling the store. Only what nobody who is signed in has caused is counted, and each type by
 * itself, so that a flood of one does not hide another. The log still has every one of them.
 */
export function createFloodGate(): FloodGate {
  const windows = new Map<
    SecurityEvent['type'],
    { startedAt: number; admitted: number; counted: number; owed: number }
  >()

  return {
    admit(event) {
      if (event.outcome === 'success' || event.actorId !== undefined) return true
      let window = windows.get(event.type)
      if (!window || isOver(window)) {
        window = { startedAt: now(), admitted: 0, counted: 0, owed: window ? window.counted + window.owed : 0 }
        windows.set(event.type, window)
      }
      if (window.admitted < maxPerWindow) {
        window.admitted++
        return true
      }
      window.counted++
      return false
    },
    takeSummaries(everything) {
      const summaries: SecurityEvent[] = []
      for (const [type, window] of windows) {
        const current = everything || isOver(window) ? window.counted : 0
        const count = current + window.owed
        if (count > 0) summaries.push({ type: 'events.summarised', outcome: 'success', detail: { type, count } })
        window.counted -= current
        window.owed = 0
      }
      return summaries
    },
  }
}

function isOver({ startedAt }: { startedAt: number }): boolean {
  return Math.abs(now() - startedAt) >= windowMs
}
