import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const lighthouse = 'lighthouse@13.5.0'
const categories = ['performance', 'accessibility', 'best-practices'] as const

/** Out of a hundred. */
export type Scores = Record<(typeof categories)[number], number>

type Audit = { title: string; score: number | null; scoreDisplayMode: string; displayValue?: string }
type Report = {
  runtimeError?: { message: string }
  finalDisplayedUrl: string
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>
  audits: Record<string, Audit>
}

/**
 * Lets Lighthouse look at `url` in the browser at this debugging port. A finding is an audit that counts and is not
 * perfect. Throws when there was nothing to judge, such as a redirect away from `url`.
 */
export async function judge(url: string, debuggingPort: number): Promise<{ scores: Scores; findings: string[] }> {
  const options = [
    `--port=${debuggingPort}`,
    `--only-categories=${categories.join(',')}`,
    '--output=json',
    '--quiet',
    '--no-enable-error-reporting',
  ]
  const { stdout } = await promisify(execFile)('npx', ['--yes', lighthouse, url, ...options], {
    maxBuffer: 64 * 1024 * 1024,
    timeout: 5 * 60_000,
  })
  const report = JSON.parse(stdout) as Report
  if (report.runtimeError) throw new Error(`Lighthouse could not look at ${url}: ${report.runtimeError.message}`)
  if (report.finalDisplayedUrl !== url) throw new Error(`${url} led to ${report.finalDisplayedUrl}`)
  const scores = categories.map((name) => [name, Math.round((report.categories[name]?.score ?? 0) * 100)])
  return { scores: Object.fromEntries(scores) as Scores, findings: findingsOf(report) }
}

function findingsOf({ categories, audits }: Report): string[] {
  const counted = Object.values(categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0))
  return counted.flatMap(({ id }) => {
    const audit = audits[id]
    if (!audit || audit.score === null || audit.score >= 0.9) return []
    return `${id} ${Math.round(audit.score * 100)}: ${audit.title} ${audit.displayValue ?? ''}`.trim()
  })
}
