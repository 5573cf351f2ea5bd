import type { Fault, FaultOptions, Row, Stage } from './fault.ts'
import { House } from './house.ts'
import { NotHere } from './not-here.ts'
import { type HouseStore, openStore, type StoreKind } from './stores.ts'

/** Stages a fault and sums up what the crowds of its houses met. */
export async function runFault(fault: Fault, kind: StoreKind, options: FaultOptions): Promise<Row> {
  const startedAt = performance.now()
  const [houses, cleaning]: [House[], (() => Promise<void> | void)[]] = [[], []]
  const [remarks, problems]: [string[], string[]] = [[], []]
  let injected = 0
  let notHere: string | null = null
  const stage: Stage = {
    ...{ kind, options },
    async open(houseOptions, store?: HouseStore) {
      const house = await House.open(store ?? (await openStore(kind)), houseOptions)
      houses.push(house)
      return house
    },
    inject: (times = 1) => {
      injected += times
    },
    remark: (text) => void remarks.push(text),
    atEnd: (work) => void cleaning.unshift(work),
  }
  try {
    await fault.run(stage)
  } catch (error) {
    if (error instanceof NotHere) notHere = error.message
    else problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const tallies = houses.map(({ crowd }) => crowd.tally)
  if (problems.length > 0 || tallies.some((tally) => tally.problems.length > 0)) problems.push(...lastWords(houses))
  for (const work of [...cleaning, ...houses.map((house) => () => house.close())]) {
    await Promise.resolve(work()).catch((error: unknown) => problems.push(`while clearing up: ${error}`))
  }
  const sum = (pick: (tally: (typeof tallies)[number]) => number) => tallies.reduce((all, each) => all + pick(each), 0)
  return {
    ...{ fault: fault.name, store: kind, injected, remarks, notHere },
    asked: sum((tally) => tally.asked),
    affected: sum((tally) => tally.affected),
    lost: sum((tally) => tally.lost),
    admitted: sum((tally) => tally.admitted),
    problems: [...tallies.flatMap((tally) => tally.problems), ...problems],
    seconds: (performance.now() - startedAt) / 1_000,
  }
}

/** What is left to be read of the servers when something went wrong. */
function lastWords(houses: House[]): string[] {
  const nodes = houses.flatMap((house) => house.nodes)
  return nodes.flatMap((node) => [...(node.ending === null ? [] : [node.ending]), node.output.slice(-1_500)])
}
