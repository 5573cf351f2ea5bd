import { parseArgs } from 'node:util'
import {
  endTools,
  runAdvisories,
  runBrowser,
  runBuild,
  runLint,
  runPython,
  runTypes,
  runVitest,
} from './support/steps.ts'
import { type Outcome, type Step, summary, total } from './support/tally.ts'

const inAttack = (name: string) => `tests/attack/${name}.test.ts`

/** What is most likely to hang on a part of the platform. */
const plainFiles = [
  'tests/integration/headers-and-leaks',
  ...['csrf', 'headers', 'one-call-one-request', 'planted-cookies', 'raw-http', 'redirects', 'renewals'].map(inAttack),
  ...['route-variants', 'sessions', 'slow-connections'].map(inAttack),
]

/**
 * `npm test`: everything that shows function. `node tests/run.ts all` (`npm run test:all`) goes into depth as well;
 * `node tests/run.ts unit browser` runs only the steps that are named. README.md says what each covers. The last line is
 * always `N passed, N failed`, with `, N skipped` after it where an outside program was missing.
 */
const steps: Record<string, Step> = {
  types: runTypes,
  lint: runLint,
  build: () => (built = runBuild()),
  advisories: runAdvisories,
  architecture: () => runVitest(['tests/architecture']),
  unit: () => runVitest(['tests/unit']),
  integration: () => runVitest(['tests/integration']),
  'vitest-quick': () => runVitest([], { TEST_DEPTH: 'quick' }),
  vitest: () => runVitest([]),
  // What a store of another kind could change, over PostgreSQL; then the integration and attack suites; then all of them.
  'postgres-quick': () => runVitest([], { TEST_STORE: 'postgres', TEST_SCOPE: 'brief' }),
  postgres: () => runVitest([], { TEST_STORE: 'postgres' }),
  'postgres-whole': () => runVitest([], { TEST_STORE: 'postgres', TEST_SCOPE: 'whole' }),
  'browser-quick': () => runBrowser([], { TEST_DEPTH: 'quick' }),
  browser: () => runBrowser(),
  // Without what `app/platform` can do without: only then is it certain that nothing else hangs on it.
  'plain-platform': () => runVitest(plainFiles, { PLATFORM_OFF: 'all' }),
  'plain-browser': () => runBrowser(['journey.spec.ts'], { PLATFORM_OFF: 'all' }),
  python: runPython,
}
let built: Promise<Outcome> | undefined
const needNoBuild = ['types', 'lint', 'advisories', 'architecture', 'unit']

/** Lanes run side by side, the steps of a lane one after another; what needs the build waits for it. Two keep two cores busy. */
const quick = [
  ['build', 'vitest-quick'],
  ['types', 'lint', 'browser-quick', 'postgres-quick', 'advisories'],
]
const all = [
  ['build', 'vitest', 'python', 'plain-platform', 'plain-browser'],
  ['types', 'lint', 'browser', 'postgres', 'advisories'],
]

const { positionals } = parseArgs({ allowPositionals: true })
const lanes = positionals.length === 0 ? quick : positionals.join() === 'all' ? all : [positionals]
const unknown = lanes.flat().filter((name) => !Object.hasOwn(steps, name))
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}. There are: all, or ${Object.keys(steps).join(', ')}.`)
  process.exit(2)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endTools()
    process.exit(1)
  })
}

const outcomes = (await Promise.all(lanes.map(runLane))).flat()
const counts = total(outcomes)
for (const line of outcomes.flatMap(({ skips = [] }) => skips)) console.log(`skipped: ${line}`)
console.log(`\n${summary(counts)}`)
process.exitCode = counts.failed > 0 || counts.passed + counts.skipped === 0 ? 1 : 0

async function runLane(names: readonly string[]): Promise<Outcome[]> {
  const done: Outcome[] = []
  for (const name of names) {
    if (!needNoBuild.includes(name)) await built
    done.push(await runStep(name))
  }
  return done
}

async function runStep(name: string): Promise<Outcome> {
  const startedAt = performance.now()
  const outcome = (await steps[name]?.()) ?? { passed: 0, failed: 1, output: `no step ${name}` }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  const { failed, skipped = 0 } = outcome
  const verdict = failed > 0 ? 'FAIL' : outcome.passed === 0 && skipped > 0 ? 'skip' : 'ok  '
  console.log(`${verdict} ${name.padEnd(14)} ${seconds.padStart(6)} s  ${countsOf(outcome)}`)
  if (failed > 0) console.log([...(outcome.failures ?? []), outcome.output.trimEnd()].join('\n'))
  return outcome
}

function countsOf({ passed, failed, skipped = 0 }: Outcome): string {
  return `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
