import type { Fault } from '../fault.ts'
import type { Guest } from '../guest.ts'
import type { House } from '../house.ts'

const nodes = 4
const rounds = 12
const stepMs = 5 * 60_000 + 1_000
/** One browser in so many has a second tab that asks at the same moment. */
const tabsOneIn = 10
/** One in so many asks again in the same step. */
const againOneIn = 4
const atOnce = 24

/** Four processes hold many sessions through an hour, while one of them is killed and another told to stop in each step. */
export const hour: Fault = {
  name: 'an hour of four servers, with kills and restarts',
  stores: ['sqlite', 'postgres'],
  async run(stage) {
    const guests = stage.kind === 'postgres' ? stage.options.sessions : stage.options.sessions / 10
    const house = await stage.open({ nodes, guests })
    stage.remark(`${guests} sessions, ${nodes} servers, ${rounds} steps of five minutes`)
    for (let round = 0; round < rounds; round++) {
      await house.advance(stepMs)
      const present = house.crowd.present
      const tabs = present.filter((_, index) => index % tabsOneIn === round % tabsOneIn)
      const asking = house.crowd.askAll(house.pick, interleave(present, tabs), atOnce)
      await strike(house, round)
      stage.inject(2)
      await asking
      // For these it is the first use of a successor; the others use it in the next step, or try again then.
      const again = house.crowd.present.filter((_, index) => index % againOneIn === round % againOneIn)
      await house.crowd.askAll(house.pick, again, atOnce)
    }
    await house.inspect()
  },
}

/** The two tabs of a browser stand side by side, so that they ask together. */
function interleave(guests: readonly Guest[], twice: readonly Guest[]): Guest[] {
  const doubled = new Set(twice)
  return guests.flatMap((guest) => (doubled.has(guest) ? [guest, guest] : [guest]))
}

async function strike(house: House, round: number): Promise<void> {
  const [killed, stopped] = [house.nodes[round % nodes], house.nodes[(round + 1) % nodes]]
  if (!killed || !stopped) return
  await killed.kill()
  await killed.start()
  stopped.signal('SIGTERM')
  await stopped.ended(30_000)
  await stopped.start()
}
