import type { Fault } from '../fault.ts'
import { cuts, openLossyLine } from '../lossy-line.ts'

const rounds = 3

/** The answer that carries a successor is lost, once or again and again, to one tab or to several. */
export const lostAnswers: readonly Fault[] = cuts.map((cut) => ({
  name: `line cut ${cut}`,
  stores: ['sqlite', 'postgres'],
  async run(stage) {
    const house = await stage.open({ guests: 24 })
    const line = await openLossyLine(() => house.node.port)
    stage.atEnd(() => line.close())
    const throughLine = () => ({ port: line.port, host: house.host, fresh: true })
    for (let round = 0; round < rounds; round++) {
      await house.makeDue()
      line.cut = cut
      await house.crowd.askAll(throughLine)
      // Half of them try again, in two tabs, and lose that as well.
      const half = house.crowd.present.filter((_, index) => index % 2 === 0)
      await house.crowd.askAll(throughLine, [...half, ...half])
      line.cut = null
      await house.crowd.askAll(throughLine)
      await house.crowd.crash(house.pick)
    }
    stage.inject(line.broken)
    await house.inspect()
  },
}))
