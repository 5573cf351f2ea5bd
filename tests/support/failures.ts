/** The part of vitest's JSON report that says what failed. */
export type VitestFailures = {
  testResults: {
    name: string
    status: string
    message?: string
    assertionResults: { status?: string; fullName?: string; failureMessages?: string[]; meta?: { needs?: string } }[]
  }[]
}

/** The part of Playwright's JSON report that says what failed. */
export type PlaywrightFailures = { suites?: Suite[] }
type Suite = { title: string; suites?: Suite[]; specs?: Spec[] }
type Spec = { title: string; file: string; ok: boolean; tests: { projectName: string; results: Result[] }[] }
type Result = { errors: { message?: string }[] }

/** A line for each test that failed: where it stands and what it says first. Logs are cut; this part must survive. */
export function failuresOfVitest({ testResults }: VitestFailures): string[] {
  return testResults.flatMap(({ name, status, message = '', assertionResults }) =>
    assertionResults.length === 0 && status !== 'passed'
      ? [line(shortPath(name), 'could not be loaded', message)]
      : assertionResults
          .filter((test) => test.status !== undefined && test.status !== 'passed')
          .filter((test) => !(test.status === 'skipped' && test.meta?.needs))
          .map(({ status, fullName = '', failureMessages = [] }) =>
            line(
              shortPath(name),
              fullName,
              failureMessages[0] ?? (status === 'skipped' ? 'skipped without a reason' : ''),
            ),
          ),
  )
}

/** The same of the browser tests. */
export function failuresOfPlaywright({ suites = [] }: PlaywrightFailures): string[] {
  const specs = (suite: Suite): Spec[] => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)]
  return suites
    .flatMap(specs)
    .filter((spec) => !spec.ok)
    .flatMap(({ file, title, tests }) =>
      tests.map(({ projectName, results }) =>
        line(`[${projectName}] ${file}`, title, results.flatMap(({ errors }) => errors)[0]?.message ?? ''),
      ),
    )
}

function line(place: string, title: string, message: string): string {
  const words = message.replace(/\s+/g, ' ').trim()
  return `  ${place} > ${title}: ${words.slice(0, 600)}`
}

function shortPath(path: string): string {
  return path.slice(Math.max(path.indexOf('/tests/') + 1, 0))
}
