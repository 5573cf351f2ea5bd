import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { median, valuesOf } from '../engine/figures.ts'
import { root } from '../stage/folders.ts'
import { type Goal, judge } from './goals.ts'
import { circumstances, writesTable } from './markdown.ts'
import type { Report } from './report.ts'
import { figure, goalTable, peerTable, table } from './tables.ts'

/** The parts of the project's documents that follow from a report, with what they should hold; nothing without one. */
export function documentsFrom(report: Report | null): { file: string; text: string }[] {
  const parts = report
    ? { 'README.md': readmePart(report, judge(report)), 'docs/sizing.md': sizingPart(report) }
    : { 'README.md': '', 'docs/sizing.md': '' }
  return Object.entries(parts).map(([file, part]) => ({ file, text: withPart(file, 'bench', part) }))
}

export function writeDocuments(report: Report): void {
  for (const { file, text } of documentsFrom(report)) writeFileSync(join(root, file), text)
}

function readmePart(report: Report, goals: readonly Goal[]): string {
  const met = goals.filter(({ isMet }) => isMet).length
  return [
    circumstances(report),
    `${met} of ${goals.length} goals are met.`,
    goalTable(goals, true),
    'Beside the others, losses included:',
    peerTable(report),
  ].join('\n\n')
}

/** Measured inputs, and what follows from them for a million and a hundred million sessions. */
function sizingPart(report: Report): string {
  const { figures } = report
  const cpu = (id: string) => median(valuesOf(figures, id, 'cpuMicros'))
  const signInMs = (1_000 / median(valuesOf(figures, 'sign-in/2', 'perSecond'))) * 2
  const inputs = [
    ['processor time of a JSON answer, signed in', `${figure(cpu('json-session/10'))} µs`],
    ['the same with a token minted and verified', `${figure(cpu('json-token/10'))} µs`],
    ['a page with one call of the API', `${figure(cpu('page-token/10'))} µs`],
    ['a refresh that rotates', `${figure(cpu('refresh/rotating'))} µs`],
    ['a sign-in (Argon2id)', `${figure(signInMs)} ms of a core`],
    ['bytes on disk per session, SQLite', figure(median(valuesOf(figures, 'disk', 'bytesPerSession')))],
    ['bytes on disk per session, PostgreSQL', figure(median(valuesOf(figures, 'pg-disk', 'bytesPerSession')))],
    [
      'bytes of write-ahead log per rotation, PostgreSQL',
      figure(median(valuesOf(figures, 'pg-disk', 'walPerRotation'))),
    ],
    [
      'one session lookup, PostgreSQL, its own processor time',
      `${figure(median(valuesOf(figures, 'pg-server', 'cpuMicros')))} µs`,
    ],
  ]
  const [head, ...rest] = [1, 100].map((millions) => needs(report, millions)) as [string[][], string[][]]
  const joined = head.map(([what = '', one = ''], index) => [what, one, rest[0]?.[index]?.[1] ?? ''])
  return [
    circumstances(report),
    table(['measured', ''], inputs),
    writesTable(report),
    table(['peak hour, by the assumptions above', '1 M sessions', '100 M sessions'], joined),
  ].join('\n\n')
}

const activeShare = 0.1
const requestsPerMinute = 2
const hoursADay = 1
/** The default of `EVENT_RETENTION`. */
const daysKept = 400

/** One session in ten is in use in the peak hour and opens something twice a minute. */
function needs({ figures, writes }: Report, millions: number): string[][] {
  const sessions = millions * 1e6
  const active = sessions * activeShare
  const requests = (active * requestsPerMinute) / 60
  const written = writes['1 min'] ?? { sessions: 0, events: 0 }
  const writesPerSecond = (active * (written.sessions + written.events)) / 3_600
  const median10 = (id: string, name: string) => median(valuesOf(figures, id, name))
  const bytes = median10('pg-disk', 'bytesPerSession') || median10('disk', 'bytesPerSession')
  const cores = (requests * median10('page-token/10', 'cpuMicros')) / 1e6
  const storeCores = (requests * median10('pg-server', 'cpuMicros')) / 1e6
  const eventsADay = sessions * hoursADay * written.events
  const eventBytes = eventsADay * daysKept * median10('events-disk', 'bytesPerEvent')
  const log = writesPerSecond * median10('pg-disk', 'walPerRotation')
  return [
    ['sessions on disk', `${figure((sessions * bytes) / 1e9)} GB`],
    ['requests a second', figure(requests)],
    ['cores of ours at half load, pages with one call of the API', figure(cores * 2)],
    ['session lookups a second', figure(requests)],
    ['cores of the store for them, at half load', figure(storeCores * 2)],
    ['writes a second (rotations, confirmations, events)', figure(writesPerSecond)],
    ['write-ahead log', `${figure(log / 1e6)} MB/s`],
    ['rows of security events a day', figure(eventsADay)],
    ['security events on disk, kept for 400 days', `${figure(eventBytes / 1e12)} TB`],
  ]
}

function withPart(file: string, name: string, part: string): string {
  const [start, end] = [`<!-- ${name}: written by npm run bench -->`, `<!-- end of ${name} -->`]
  const [head, rest] = readFileSync(join(root, file), 'utf8').split(start)
  const tail = rest?.split(end)[1]
  if (head === undefined || tail === undefined) throw new Error(`${file} has no part "${name}"`)
  return `${head}${start}\n${part === '' ? '' : `${part}\n`}${end}${tail}`
}
