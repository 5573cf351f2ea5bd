import type { Figures } from '../engine/figures.ts'
import type { Machine } from '../engine/machine.ts'
import type { MemorySample } from '../measures/running.ts'
import type { Digest } from '../profile/digest.ts'

/** Everything that one run found out: `bench/report.json`. What people read is made from it and from nothing else. */
export type Report = {
  made: string
  /** The commit that was measured, and whether files differed from it. */
  commit: string
  isQuick: boolean
  minutes: number
  rounds: number
  seconds: { throughput: number; signIns: number; memory: number }
  generator: string
  machine: Machine
  versions: Record<string, string>
  load: {
    /** Load average of a minute when the run began and when it ended. */
    before: number
    after: number
    /** Share of all cores that other programs used while nothing of ours ran. */
    othersBefore: number
    othersAfter: number
  }
  figures: Figures
  /** What a session writes in an hour, by how often something is opened. */
  writes: Record<string, { sessions: number; events: number }>
  signInScripts: number
  memory: { seconds: number; samples: MemorySample[] }
  /** Ten minutes of load (`npm run bench:memory`), when that has been run. */
  longMemory: { made: string; seconds: number; samples: MemorySample[] } | null
  profiles: Record<string, Digest>
  lookupSizes: number[]
  /** What could not be measured, and why. */
  left: string[]
}
