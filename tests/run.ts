import { parseArgs } from 'node:util'
import { endTools, runBrowser, runBuild, runLint, runTypes, runVitest } from './support/steps.ts'
import { type Outcome, type Step, total } from './support/tally.ts'

/**
 * `npm test`: every check there is. `node tests/run.ts unit browser` runs only the steps that are named.
 * The last line is always `N passed, N failed`; what could not run counts as failed.
 */
const steps: Record<string, Step> = {
  types: runTypes,
  lint: runLint,
  build: runBuild,
  architecture: () => runVitest(['tests/architecture']),
  unit: () => runVitest(['tests/unit']),
  integration: () => runVitest(['tests/integration']),
  vitest: () => runVitest([]),
  // The integration and attack suites once more, over PostgreSQL.
  postgres: () => runVitest([], { TEST_STORE: 'postgres' }),
  'postgres-whole': () => runVitest([], { TEST_STORE: 'postgres', TEST_SCOPE: 'whole' }),
  browser: runBrowser,
}

/** What a full run does: lanes of a row run side by side, the steps of a lane one after another; a row waits for the one before. */
const everything = [
  [['types'], ['lint'], ['build']],
  // All three wait more than they compute; two side by side keep two cores busy.
  [['vitest'], ['browser', 'postgres']],
]

const { positionals } = parseArgs({ allowPositionals: true })
const unknown = positionals.filter((name) => !Object.hasOwn(steps, name))
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}. There are: ${Object.keys(steps).join(', ')}.`)
  process.exit(2)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endTools()
    process.exit(1)
  })
}

const outcomes: Outcome[] = []
for (const row of positionals.length > 0 ? [[positionals]] : everything) {
  outcomes.push(...(await Promise.all(row.map(runLane))).flat())
}
const { passed, failed } = total(outcomes)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

async function runLane(names: readonly string[]): Promise<Outcome[]> {
  const done: Outcome[] = []
  for (const name of names) done.push(await runStep(name))
  return done
}

async function runStep(name: string): Promise<Outcome> {
  const startedAt = performance.now()
  const outcome = (await steps[name]?.()) ?? { passed: 0, failed: 1, output: `no step ${name}` }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(
    `${outcome.failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(13)} ${seconds.padStart(6)} s  ${countsOf(outcome)}`,
  )
  if (outcome.failed > 0) console.log([...(outcome.failures ?? []), outcome.output.trimEnd()].join('\n'))
  return outcome
}

function countsOf({ passed, failed }: Outcome): string {
  return `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}`
}
