import type { Row } from './fault.ts'

const columns: { title: string; of: (row: Row) => string | number }[] = [
  { title: 'fault', of: ({ fault }) => fault },
  { title: 'store', of: ({ store }) => store },
  { title: 'injected', of: ({ injected, notHere }) => (notHere === null ? injected : 'not run') },
  { title: 'requests', of: ({ asked }) => asked },
  { title: 'affected', of: ({ affected }) => affected },
  { title: 'sessions lost', of: ({ lost }) => lost },
  { title: 'wrongly admitted', of: ({ admitted }) => admitted },
]

/** The rows as a table in Markdown, aligned for a terminal as well. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ of }) => String(of(row))))]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)))
  const format = (line: string[]) => `| ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = cells
  return [format(head), format(widths.map((width) => '-'.repeat(width))), ...body.map(format)].join('\n')
}

export type Verdict = 'ok' | 'FAILED' | 'NOT RUN'

export function judge(row: Row): Verdict {
  if (hasPassed(row)) return 'ok'
  return row.notHere !== null && row.problems.length === 0 ? 'NOT RUN' : 'FAILED'
}

/** True when the fault did what it should: it struck, nobody was lost, nobody was let in, nothing else was wrong. */
function hasPassed({ injected, lost, admitted, problems, notHere }: Row): boolean {
  return notHere === null && injected > 0 && lost === 0 && admitted === 0 && problems.length === 0
}
