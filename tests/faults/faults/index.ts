import type { Fault } from '../fault.ts'
import { clockFaults } from './clock.ts'
import { hour } from './hour.ts'
import { killsAtWrites } from './killed-at-a-write.ts'
import { lostAnswers } from './lost-answers.ts'
import { nodeFaults } from './nodes.ts'
import { postgresFaults } from './postgres-store.ts'
import { soak } from './soak.ts'
import { sqliteStoreFaults } from './sqlite-store.ts'

/** Every fault, in the order in which they are staged. */
export const faults: readonly Fault[] = [
  ...killsAtWrites,
  ...lostAnswers,
  ...sqliteStoreFaults,
  ...postgresFaults,
  ...nodeFaults,
  ...clockFaults,
  soak,
  hour,
]
