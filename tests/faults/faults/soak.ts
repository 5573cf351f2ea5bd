import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import type { Measure } from '../saboteur.ts'

/** How often the process is measured in a soak. */
const measures = 30
/** What it may hold more at the end than in the beginning; the rest is noise of a collector that is in no hurry. */
const allowance = { heapBytes: 2 * 1_048_576, descriptors: 12, handles: 24 }

/** Memory and handles stay flat while tickets are replaced, answers are lost and people come and go. */
export const soak: Fault = {
  name: 'soak: memory and handles stay flat',
  stores: ['sqlite', 'postgres'],
  async run(stage) {
    const house = await stage.open({ guests: 200 })
    const pauseMs = (stage.options.soakSeconds * 1_000) / measures
    const stopLoad = house.crowd.startLoad(house.pick)
    const taken: Measure[] = []
    for (let count = 0; count < measures; count++) {
      await delay(pauseMs)
      await house.makeDue()
      const hurried = house.crowd.present.slice(0, 10)
      // Tabs that are closed before their answer comes.
      await house.crowd.askAll(house.pick, hurried)
      const measure = await house.node.order({ order: 'measure' })
      if (measure) taken.push(measure)
      stage.inject()
    }
    await stopLoad()
    // The first third is for caches and compiled code.
    const early = taken.slice(measures / 3, (measures * 2) / 3)
    const late = taken.slice((measures * 2) / 3)
    for (const what of ['heapBytes', 'descriptors', 'handles'] as const) {
      const [before, after] = [median(early.map((each) => each[what])), median(late.map((each) => each[what]))]
      stage.remark(`${what}: ${before} in the middle third, ${after} in the last`)
      if (after - before > allowance[what]) house.crowd.complain(`${what} grew from ${before} to ${after}`)
    }
    await house.inspect()
  },
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}
