import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { fullBounds, smallBounds } from './bounds.ts'
import { mutants } from './mutants.ts'
import { shipped } from './protocol.ts'
import { exploreRenewals } from './renewals/explore-renewals.ts'
import { fullRenewals, smallRenewals } from './renewals/renewal-model.ts'
import { renewalMutants } from './renewals/renewal-mutants.ts'
import { shippedRenewals } from './renewals/renewal-protocol.ts'
import { type Exploration, explore } from './search.ts'

// `npm run protocol:explore`: the full bounds on two threads, then every mutant. `--small`: what `npm test` covers.

type Report = Omit<Exploration, 'bounds'> & { readonly name: string }

if (isMainThread) await lead()
else parentPort?.on('message', (index: number) => parentPort?.postMessage(exploreFull(index)))

function exploreFull(index: number): Report {
  const bounds = fullBounds[index]
  if (!bounds) throw new RangeError(`there are no bounds ${index}`)
  const { bounds: _, ...rest } = explore(shipped, bounds)
  return { ...rest, name: bounds.name }
}

async function lead(): Promise<void> {
  const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } })
  const startedAt = performance.now()
  const reports = values.small
    ? smallBounds.map((bounds) => ({ ...explore(shipped, bounds), name: bounds.name }))
    : await exploreInParallel()
  reports.forEach(print)
  const states = reports.reduce((sum, report) => sum + report.states, 0)
  const steps = reports.reduce((sum, report) => sum + report.steps, 0)
  const overlap = Math.max(...reports.map(({ findings }) => findings.longestOverlap))
  const broken = reports.filter(({ counterExample }) => counterExample !== null)
  console.log(`\n${count(states)} states, ${count(steps)} steps; invariants broken: ${broken.length}`)
  console.log(`longest that a replaced generation was answered after its successor was first used: ${overlap} ticks`)
  console.log('(a grace is 2 ticks, the clocks differ by at most 1)')
  const missed = mutants.filter((mutant) => !isFound(mutant))
  console.log(`\n${mutants.length - missed.length} of ${mutants.length} mutants found`)
  const isSound = printRenewals(values.small)
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s`)
  process.exitCode = broken.length + missed.length > 0 || !isSound ? 1 : 0
}

/** Renewals over several sessions; true when nothing breaks and every planted fault is found. */
function printRenewals(isSmall: boolean): boolean {
  console.log('\nrenewals')
  const explored = (isSmall ? smallRenewals : fullRenewals).map((bounds) => {
    const { states, steps, counterExample } = exploreRenewals(shippedRenewals, bounds)
    console.log(
      `${counterExample ? 'BROKEN' : 'ok    '} ${bounds.name}: ${count(states)} states, ${count(steps)} steps`,
    )
    for (const line of counterExample?.timeline ?? []) console.log(`       ${line}`)
    return counterExample
  })
  const missed = renewalMutants.filter(({ name, protocol, expected }) => {
    const found = smallRenewals.map((bounds) => exploreRenewals(protocol, bounds).counterExample).find((each) => each)
    const isRight = found ? expected.test(found.broken) : false
    console.log(`${isRight ? 'found ' : 'MISSED'} ${name}${found ? `: ${found.broken}` : ''}`)
    return !isRight
  })
  return missed.length === 0 && explored.every((counterExample) => counterExample === null)
}

/** Two threads take bounds in turn until none is left. */
async function exploreInParallel(): Promise<Report[]> {
  const reports: Report[] = []
  let next = 0
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url))
      const hand = () => {
        if (next < fullBounds.length) return worker.postMessage(next++)
        void worker.terminate().then(() => resolve())
      }
      worker.on('message', (report: Report) => {
        reports.push(report)
        hand()
      })
      worker.on('error', reject)
      hand()
    })
  await Promise.all([work(), work()])
  return reports
}

function print({ name, states, steps, seconds, shadow, counterExample }: Report): void {
  console.log(
    `${counterExample ? 'BROKEN' : 'ok    '} ${name.padEnd(52)} ${count(states).padStart(12)} states ${count(steps).padStart(12)} steps ${seconds.toFixed(0).padStart(4)} s`,
  )
  if (shadow) {
    console.log(
      `       known limit: owner and thief both hold the newest generation in ${count(shadow.states)} states; the shortest way there:`,
    )
    for (const line of shadow.timeline) console.log(`       ${line}`)
  }
  for (const line of counterExample?.timeline ?? []) console.log(`       ${line}`)
}

function isFound({ name, protocol, within, expected }: (typeof mutants)[number]): boolean {
  const bounds = smallBounds.find((each) => each.name === within)
  const found = bounds ? explore(protocol, bounds).counterExample : null
  const isRight = found !== null && expected.test(found.broken)
  console.log(`${isRight ? 'found ' : 'MISSED'} ${name}${found ? `: ${found.broken}` : ''}`)
  return isRight
}

function count(value: number): string {
  return value.toLocaleString('en-GB')
}
