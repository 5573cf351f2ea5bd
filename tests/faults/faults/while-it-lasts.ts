import { setTimeout as delay } from 'node:timers/promises'
import type { Stage } from '../fault.ts'
import type { House } from '../house.ts'

/** Something that is broken for a while. */
export type Breakage = {
  begin(): Promise<unknown> | unknown
  end(): Promise<unknown> | unknown
  /** How long it lasts at least; it goes on until somebody has noticed. */
  ms: number
  /** False for what may pass without anybody noticing. */
  isFelt?: boolean
}

const longestMs = 120_000

/** Everybody's ticket is due when something breaks; people go on asking; then it is mended. */
export async function whileItLasts(
  stage: Stage,
  house: House,
  { begin, end, ms, isFelt = true }: Breakage,
): Promise<void> {
  await house.refreshAll()
  await house.makeDue()
  const { affected } = house.crowd.tally
  await begin()
  stage.inject()
  const startedAt = performance.now()
  const stopLoad = house.crowd.startLoad(house.pick)
  const crashing = house.crowd.crash(house.pick)
  try {
    const isNoticed = () => !isFelt || house.crowd.tally.affected > affected
    while (performance.now() - startedAt < ms || !isNoticed()) {
      if (performance.now() - startedAt > longestMs) throw new Error('nobody noticed anything')
      await delay(50)
    }
  } finally {
    await end()
    await stopLoad()
    await crashing
  }
  await house.inspect()
}
