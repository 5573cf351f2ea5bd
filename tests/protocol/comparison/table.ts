import type { Result } from './results.ts'

const minute = 60_000

/** A table in Markdown, a row for each strategy. */
export function resultTable(results: readonly Result[]): string {
  const kinds = results[0]?.thieves.map(({ kind }) => kind) ?? []
  const head = [
    'strategy',
    'false sign-outs / 10⁶ session-days',
    'writes / session-hour',
    ...kinds.map((kind) => `${kind}: median, p99, detected`),
  ]
  const rows = results.map(({ strategy, perMillionDays, writesPerHour, thieves }) => [
    strategy.name,
    Math.round(perMillionDays).toLocaleString('en-GB'),
    writesPerHour.toFixed(2),
    ...thieves.map(
      ({ median, p99, detected }) => `${spanText(median)}, ${spanText(p99)}, ${(detected * 100).toFixed(0)} %`,
    ),
  ])
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

/** How long, in words; `end` stands for the end of the session. */
export function spanText(span: number): string {
  if (span === Number.POSITIVE_INFINITY) return 'end'
  if (span < minute) return `${Math.round(span / 1_000)} s`
  return span < 60 * minute ? `${Math.round(span / minute)} min` : `${(span / 60 / minute).toFixed(1)} h`
}
