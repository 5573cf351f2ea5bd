import { least, median, most, valuesOf } from '../engine/figures.ts'
import type { Goal } from './goals.ts'
import { checkedKinds, concurrencies, scenarioTitles } from './kinds.ts'
import type { Report } from './report.ts'

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Three digits that count, and no more. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'not measured'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

const spread = (values: readonly number[]) => `${figure(least(values))} to ${figure(most(values))}`

/** Every goal with its median, its range, and whether it is met. */
export function goalTable(goals: readonly Goal[], isShort = false): string {
  const rows = goals.map((goal) => {
    const processor = goal.byProcessor === undefined ? '' : figure(goal.byProcessor)
    const measured = [goal.what, goal.goal, measuredOf(goal), goal.values.length > 1 ? spread(goal.values) : '']
    return [...measured, ...(isShort ? [] : [processor]), verdictOf(goal)]
  })
  const head = ['figure', 'goal', 'median', 'range', ...(isShort ? [] : ['by processor time']), '']
  return table(head, rows)
}

function measuredOf({ values, unit }: Goal): string {
  if (values.length === 0) return 'not measured'
  return unit === '' ? figure(median(values)) : `${figure(median(values))} ${unit}`
}

function verdictOf({ values, isMet }: Goal): string {
  if (values.length === 0) return ''
  return isMet ? 'met' : '**not met**'
}

/** What is ours beside the others, at 1, 10 and 50 connections. */
export function throughputTable({ figures }: Report): string {
  const rows = Object.entries(scenarioTitles)
    .filter(([id]) => figures[`${id}/10`])
    .map(([id, { title }]) => {
      const values = (count: number, name: string) => valuesOf(figures, `${id}/${count}`, name)
      const perSecond = [1, 10, 50].map((count) => cell(values(count, 'perSecond')))
      const times = [figure(median(values(10, 'medianMs'))), figure(median(values(10, 'p99Ms')))]
      return [
        title,
        ...perSecond,
        ...times,
        figure(median(values(10, 'cpuMicros'))),
        figure(median(values(10, 'bytesEach'))),
      ]
    })
  const head = [
    'what',
    'a second, 1 connection',
    '10',
    '50',
    'median ms, 10',
    'p99 ms, 10',
    'µs of processor each',
    'bytes each',
  ]
  return table(head, rows)
}

/** The same in short: ten connections, and what each does beside the answer. */
export function peerTable({ figures }: Report): string {
  const rows = Object.entries(scenarioTitles)
    .filter(([id]) => figures[`${id}/10`])
    .map(([id, { title, difference }]) => {
      const values = (name: string) => valuesOf(figures, `${id}/10`, name)
      return [title, cell(values('perSecond')), figure(median(values('cpuMicros'))), difference]
    })
  return table(['what', 'answers a second, 10 connections', 'µs of processor each', 'beside it'], rows)
}

const cell = (values: readonly number[]) => (values.length === 0 ? '' : `${figure(median(values))} (${spread(values)})`)

export function checkTable({ figures }: Report): string {
  const names: Record<string, string> = {
    cloakroom: 'Cloakroom: ticket checked, session and user read from SQLite, verdict',
    'better-auth': 'better-auth: getSession, session and user from SQLite',
    'better-auth-cached': 'better-auth: getSession from its cookie cache',
    iron: 'iron-session: unseal',
    'auth-js': 'Auth.js: decode',
    'express-session': "express-session: the store's read and JSON alone",
  }
  const rows = checkedKinds.map((kind) => [
    names[kind] ?? kind,
    cell(valuesOf(figures, `check/${kind}`, 'cpuMicros')),
    cell(valuesOf(figures, `check/${kind}`, 'micros')),
  ])
  return table(['session check alone, in process', 'µs of processor time', 'µs'], rows)
}

export function signInTable({ figures }: Report): string {
  const rows = concurrencies.map((count) => {
    const perSecond = (id: string) => cell(valuesOf(figures, `${id}/${count}`, 'perSecond'))
    return [String(count), perSecond('sign-in'), perSecond('argon2'), perSecond('better-auth-sign-in')]
  })
  return table(['at once', 'Cloakroom, sign-ins a second', 'bare Argon2id', 'better-auth with the same Argon2id'], rows)
}

/** What one more step costs by module: shares of a profile, scaled to the processor time measured without one. */
export function profileTable(report: Report, [more, less]: readonly [string, string]): string | null {
  const [above, below] = [report.profiles[more], report.profiles[less]]
  if (!above) return null
  const [cost, base] = [costOf(report, more), costOf(report, less)]
  const isDifference = more !== less && below !== undefined && Number.isFinite(cost) && Number.isFinite(base)
  if (!isDifference) {
    const rows = above.modules.slice(0, 10).map(({ module, share }) => [module, `${(share * 100).toFixed(1)} %`])
    return table(['module', 'share of its processor time'], rows)
  }
  const shares = new Map(below.modules.map(({ module, share }) => [module, share]))
  const rows = above.modules
    .map(({ module, share }) => ({ module, own: share * cost, added: share * cost - (shares.get(module) ?? 0) * base }))
    .sort((a, b) => b.added - a.added)
    .slice(0, 10)
    .map(({ module, own, added }) => [module, figure(own), figure(added)])
  return `${more}: ${figure(cost)} µs of processor time a request, ${less}: ${figure(base)} µs.\n\n${table(['module', 'µs', `µs more than in ${less}`], rows)}`
}

function costOf({ figures }: Report, id: string): number {
  return median(valuesOf(figures, figures[`${id}/10`] ? `${id}/10` : id.replace('refresh-', 'refresh/'), 'cpuMicros'))
}
