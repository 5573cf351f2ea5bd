/**
 * How many checks of a step passed and failed, which ones, and what there is to read when some failed. What was skipped
 * has its reason in `skips`, a line each.
 */
export type Outcome = Counts & { output: string; failures?: string[]; skips?: string[] }

export type Counts = { passed: number; failed: number; skipped?: number }

export type Step = () => Promise<Outcome>

export function total(outcomes: readonly Counts[]): Required<Counts> {
  return outcomes.reduce<Required<Counts>>(
    (sum, { passed, failed, skipped = 0 }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}

/** `3 passed, 0 failed`, and what was skipped when something was. */
export function summary({ passed, failed, skipped = 0 }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** The part of vitest's JSON report that counts. */
export type VitestReport = {
  numTotalTests: number
  numPassedTests: number
  success: boolean
  testResults: { status: string; assertionResults: { status?: string; meta?: { needs?: string } }[] }[]
}

/** A test that did not pass has failed, unless it was skipped and says what it needs; so has a file that could not be loaded. */
export function tallyVitest(report: VitestReport, exitCode: number | null): Counts & { skips: string[] } {
  const unloaded = report.testResults.filter((file) => file.assertionResults.length === 0 && file.status !== 'passed')
  const needs = report.testResults
    .flatMap((file) => file.assertionResults)
    .flatMap(({ status, meta }) => (status === 'skipped' && meta?.needs ? [meta.needs] : []))
  const failed = report.numTotalTests - report.numPassedTests - needs.length + unloaded.length
  return { passed: report.numPassedTests, failed: withExitCode(failed, exitCode), ...skippedBy(needs) }
}

/** The part of Playwright's JSON report that counts. */
export type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  errors: unknown[]
  suites?: PlaywrightSuite[]
}
type PlaywrightSuite = { suites?: PlaywrightSuite[]; specs?: { tests: PlaywrightTest[] }[] }
type PlaywrightTest = { status?: string; annotations?: { type: string; description?: string }[] }

/** A test that passed only at the second try has failed, and one that was skipped for no program that it needs. */
export function tallyPlaywright(report: PlaywrightReport, exitCode: number | null): Counts & { skips: string[] } {
  const { stats, errors, suites = [] } = report
  const tests = (suite: PlaywrightSuite): PlaywrightTest[] => [
    ...(suite.specs ?? []).flatMap((spec) => spec.tests),
    ...(suite.suites ?? []).flatMap(tests),
  ]
  const needs = suites.flatMap(tests).flatMap(({ status, annotations = [] }) => {
    const reason = annotations.find(({ type, description }) => type === 'skip' && description?.startsWith('needs '))
    return status === 'skipped' && reason?.description ? [reason.description.slice('needs '.length)] : []
  })
  const failed = stats.unexpected + stats.flaky + stats.skipped - needs.length + errors.length
  return { passed: stats.expected, failed: withExitCode(failed, exitCode), ...skippedBy(needs) }
}

function skippedBy(needs: string[]): { skipped: number; skips: string[] } {
  const skips = [...new Set(needs)].map((need) => {
    const count = needs.filter((each) => each === need).length
    return `${count} ${count === 1 ? 'test needs' : 'tests need'} ${need}`
  })
  return { skipped: needs.length, skips }
}

/** A tool that says it failed has failed at least once, whatever its report counts. */
function withExitCode(failed: number, exitCode: number | null): number {
  return exitCode === 0 ? failed : Math.max(failed, 1)
}
