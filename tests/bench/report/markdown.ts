import { median, valuesOf } from '../engine/figures.ts'
import type { Goal } from './goals.ts'
import { scenarioTitles } from './kinds.ts'
import type { Report } from './report.ts'
import { checkTable, figure, goalTable, profileTable, signInTable, table, throughputTable } from './tables.ts'

const percent = (share: number) => `${Math.round(share * 100)} %`

/** Where, when, with what, and what else the machine did meanwhile. */
export function circumstances({ made, commit, machine, generator, rounds, load, minutes, isQuick }: Report): string {
  return [
    `Made ${made} of ${commit}${isQuick ? ', **quick: too few and too short rounds to quote**' : ''}, in ${minutes.toFixed(0)} minutes.`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}; ${generator}.`,
    `Pinning: ${machine.pinning}.`,
    `${rounds} rounds, interleaved, in random order; ratios are taken round by round. Load average ${load.before} before and ${load.after} after; other programs used ${percent(load.othersBefore)} of the cores before and ${percent(load.othersAfter)} after.`,
  ].join('\n')
}

/** The whole report for people. */
export function reportMarkdown(report: Report, goals: readonly Goal[]): string {
  const missed = goals.filter(({ isMet, values }) => !isMet && values.length > 0)
  const differences = Object.values(scenarioTitles).map(({ title, difference }) => [title, difference])
  const parts = [
    '# Benchmark',
    circumstances(report),
    '## Goals',
    goalTable(goals),
    '![Distance of each figure from its goal](goals.svg)',
    missed.length === 0 ? '' : '## Goals that are not met, and what limits them',
    ...missed.map((goal) => limitOf(report, goal)),
    '## Beside others',
    throughputTable(report),
    '![Answers a second at 10 connections](throughput.svg)',
    'Every server runs under remix-serve (express-session and Argon2 excepted), with the same Node without flags of the benchmark, writes a line of log for each request, and answers over kept connections without compression. Answers hold the same person in the same form; what differs:',
    table(['what', 'beside it'], differences),
    checkTable(report),
    '## Signing in',
    signInTable(report),
    'On all cores, not pinned: hashing is the work. Our people come back to a browser that they have signed in with before, as most do; the flood is of strangers. Argon2id with 19,456 KiB, two passes, one lane, everywhere.',
    '## Stores',
    lookups(report),
    '![Session lookup by number of sessions](lookup.svg)',
    '## Memory',
    '![Resident memory under full load](memory.svg)',
    '## What a session writes in an hour',
    writesTable(report),
    report.left.length === 0 ? '' : `## Not measured\n\n${report.left.map((words) => `- ${words}`).join('\n')}`,
    '## Versions',
    Object.entries(report.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function limitOf(report: Report, { what, limit, profiles }: Goal): string {
  const profile = profiles ? profileTable(report, profiles) : null
  return [`### ${what}`, limit ? `${limit[0]?.toUpperCase()}${limit.slice(1)}.` : '', profile ?? '']
    .filter(Boolean)
    .join('\n\n')
}

function lookups({ figures, lookupSizes }: Report): string {
  const rows = lookupSizes.map((size) => {
    const of = (id: string, name: string) => figure(median(valuesOf(figures, `${id}/${size}`, name)))
    return [
      size.toLocaleString('en-US'),
      of('lookup', 'cpuMicros'),
      of('lookup-request', 'cpuMicros'),
      of('pg-lookup', 'micros'),
    ]
  })
  return table(
    ['sessions', 'SQLite: µs of processor time', 'whole request: µs of processor time', 'PostgreSQL: µs, round trip'],
    rows,
  )
}

export function writesTable({ writes }: Report): string {
  const rows = Object.entries(writes).map(([every, { sessions, events }]) => [every, String(sessions), String(events)])
  return table(['something is opened every', 'writes to its row', 'rows of security events'], rows)
}
