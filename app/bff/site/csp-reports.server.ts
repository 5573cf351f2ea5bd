import { RateLimiterMemory } from 'rate-limiter-flexible'
import * as z from 'zod'
import { addressBucket } from '../../http/index.server.ts'
import { log } from '../../kernel/index.server.ts'
import type { BrowserReport } from '../guard/guard.server.ts'

// Anybody can send reports, so they are counted, here and now: losing the count with a restart harms nobody.
const perAddress = new RateLimiterMemory({ points: 30, duration: 60 })
const mostInAll = 300
const inAll = new RateLimiterMemory({ points: mostInAll, duration: 60 })

const text = z.string().max(2_000).optional()
/** `application/csp-report`: the older form. */
const legacyReport = z.object({
  'csp-report': z.object({
    'effective-directive': text,
    'violated-directive': text,
    'blocked-uri': text,
    'document-uri': text,
  }),
})
/** `application/reports+json`: the Reporting API. */
const reports = z
  .array(
    z.object({ type: z.string(), body: z.object({ effectiveDirective: text, blockedURL: text, documentURL: text }) }),
  )
  .max(20)

type Violation = { directive: string; blocked: string; page: string }

/** Logs what the policy stopped, within limits. What is not a report is dropped without a word. */
export function receiveCspReport(report: BrowserReport): void {
  void logWithinLimits(report, readViolations(report))
}

async function logWithinLimits({ address }: BrowserReport, violations: Violation[]): Promise<void> {
  for (const violation of violations) {
    try {
      // Before anything is kept of the address: what is kept is bounded by what all of them may send.
      if (((await inAll.get('all'))?.consumedPoints ?? 0) >= mostInAll) return
      await perAddress.consume(addressBucket(address))
      await inAll.consume('all')
      log.warn({ csp: violation }, 'a page was stopped from loading something')
    } catch {
      return
    }
  }
}

function readViolations({ text: json, type }: BrowserReport): Violation[] {
  const parsed = parseJson(json)
  if (type === 'application/reports+json') {
    return (reports.safeParse(parsed).data ?? [])
      .filter((report) => report.type === 'csp-violation')
      .map(({ body }) => toViolation(body.effectiveDirective, body.blockedURL, body.documentURL))
  }
  const report = legacyReport.safeParse(parsed).data?.['csp-report']
  if (!report) return []
  return [
    toViolation(
      report['effective-directive'] ?? report['violated-directive'],
      report['blocked-uri'],
      report['document-uri'],
    ),
  ]
}

function toViolation(directive = '', blocked = '', page = ''): Violation {
  return { directive: directive.slice(0, 60), blocked: withoutQuery(blocked), page: withoutQuery(page) }
}

/** Queries and fragments can hold what must not be logged. */
function withoutQuery(address: string): string {
  return (address.split(/[?#]/, 1)[0] ?? '').slice(0, 200)
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
