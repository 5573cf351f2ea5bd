import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadChecks } from './checks.ts'
import { writeReports } from './report/write.ts'
import { findingsOf, isSound, type Outcome, runCheck } from './run-checks.ts'
import { openAudit } from './stage/open-audit.ts'

// npm run audit: goes through the built site as everybody and writes audit/report.html, report.json and report.sarif.

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    user: { type: 'string' },
    password: { type: 'string' },
    admin: { type: 'string' },
    'admin-password': { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string', default: resolve(import.meta.dirname, '../../audit') },
    'no-browsers': { type: 'boolean', default: false },
  },
})

const startedAt = new Date()
const account = (email?: string, password?: string) => (email && password ? { email, password } : undefined)
const { context, close } = await openAudit({
  url: values.url,
  accounts: { user: account(values.user, values.password), admin: account(values.admin, values['admin-password']) },
  withBrowsers: !values['no-browsers'],
  thoroughness: { tickets: values.url ? 50 : 1_000, timings: values.url ? 40 : 160, isWhole: true },
})

const outcomes: Outcome[] = []
try {
  const checks = (await loadChecks()).filter(
    ({ id }) => values.only === undefined || values.only.split(',').includes(id),
  )
  if (checks.length === 0) throw new Error(`there is no check ${values.only}`)
  for (const check of checks) {
    const outcome = await runCheck(check, context)
    outcomes.push(outcome)
    console.log(lineFor(outcome))
  }
} finally {
  await close()
}

mkdirSync(values.out, { recursive: true })
const report = writeReports(values.out, { outcomes, context, startedAt, endedAt: new Date() })
console.log(`\n${report.summary}\n${join(values.out, 'report.html')}`)
process.exitCode = report.fallsShort ? 1 : 0

function lineFor(outcome: Outcome): string {
  const { check, missing, fault, observations, tookMs } = outcome
  const seconds = `${(tookMs / 1_000).toFixed(1)} s`.padStart(7)
  if (missing.length > 0) return `not run ${check.id.padEnd(22)} needs ${missing.join(', ')}`
  const findings = findingsOf(outcome)
  const details = findings
    .slice(0, 5)
    .map(({ subject, expected, observed }) => `\n          ${subject}: ${observed} instead of ${expected}`)
  const more = findings.length > 5 ? `\n          and ${findings.length - 5} more` : ''
  return `${isSound(outcome) ? 'ok     ' : 'FALLS SHORT'} ${check.id.padEnd(22)} ${seconds}  ${observations.length} observations${fault ? `; broke off: ${fault}` : ''}${details.join('')}${more}`
}
