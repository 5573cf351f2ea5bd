/** How many checks of a step passed and failed, which ones, and what there is to read when some failed. */
export type Outcome = { passed: number; failed: number; output: string; failures?: string[] }

type Counts = Pick<Outcome, 'passed' | 'failed'>

export type Step = () => Promise<Outcome>

export function total(outcomes: readonly Outcome[]): Counts {
  return outcomes.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  })
}

/** The part of vitest's JSON report that counts. */
export type VitestReport = {
  numTotalTests: number
  numPassedTests: number
  success: boolean
  testResults: { status: string; assertionResults: unknown[] }[]
}

/** A test that did not pass has failed, skipped ones included; so has a file that could not be loaded. */
export function tallyVitest(report: VitestReport, exitCode: number | null): Counts {
  const unloaded = report.testResults.filter((file) => file.assertionResults.length === 0 && file.status !== 'passed')
  const failed = report.numTotalTests - report.numPassedTests + unloaded.length
  return { passed: report.numPassedTests, failed: withExitCode(failed, exitCode) }
}

/** The part of Playwright's JSON report that counts. */
export type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  errors: unknown[]
}

/** A test that passed only at the second try has failed. */
export function tallyPlaywright({ stats, errors }: PlaywrightReport, exitCode: number | null): Counts {
  const failed = stats.unexpected + stats.flaky + stats.skipped + errors.length
  return { passed: stats.expected, failed: withExitCode(failed, exitCode) }
}

/** A tool that says it failed has failed at least once, whatever its report counts. */
function withExitCode(failed: number, exitCode: number | null): number {
  return exitCode === 0 ? failed : Math.max(failed, 1)
}
