import type { Outcome } from './tally.ts'

/** The part of npm's JSON report that counts: findings by package, or why there are none. */
type AuditReport = {
  metadata?: { vulnerabilities?: Record<string, number> }
  vulnerabilities?: Record<string, { severity: string; via: (string | { title?: string })[] }>
  message?: string
  error?: { summary?: string; code?: string }
}

const grave = ['high', 'critical']

/**
 * What `npm audit --json` came to, as one check. A known vulnerability that is high or critical fails; a registry that
 * cannot be reached or keeps no advisories is one that was not asked: skipped.
 */
export function judgeAudit(what: string, output: string): Outcome {
  const report = parse(output)
  if (report?.metadata?.vulnerabilities === undefined) {
    const words = report?.message || report?.error?.summary || output
    const why = firstLine(words) || 'no answer'
    return { passed: 0, failed: 0, skipped: 1, output, skips: [`${what}: the registry tells no advisories (${why})`] }
  }
  const failures = Object.entries(report.vulnerabilities ?? {})
    .filter(([, { severity }]) => grave.includes(severity))
    .map(([name, { severity, via }]) => `  ${what} > ${name}: ${severity}${titles(via)}`)
  return failures.length > 0 ? { passed: 0, failed: 1, output: '', failures } : { passed: 1, failed: 0, output: '' }
}

function parse(output: string): AuditReport | null {
  try {
    return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)) as AuditReport
  } catch {
    return null
  }
}

/** Without addresses: which registry a machine asks is its own affair. */
function firstLine(words: string): string {
  const line = words.trim().split('\n')[0] ?? ''
  return line.replace(/\s*-?\s*\b[A-Z]+ https?:\S+|https?:\S+/g, '').slice(0, 120)
}

function titles(via: (string | { title?: string })[]): string {
  const known = via.flatMap((each) => (typeof each === 'object' && each.title ? [each.title] : []))
  return known.length > 0 ? `, ${known.join('; ')}` : ''
}
