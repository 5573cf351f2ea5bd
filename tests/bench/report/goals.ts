import { least, median, most, ratios, valuesOf } from '../engine/figures.ts'
import { concurrencies } from './kinds.ts'
import type { Report } from './report.ts'

export type Goal = {
  what: string
  /** As people read it. */
  goal: string
  values: number[]
  isMet: boolean
  unit: '' | 's' | 'B' | 'MB' | 'KB'
  /** The same ratio by processor time of the server, where there is one. */
  byProcessor?: number
  /** The profiles that show where the time goes: of what is asked for, and of what it is compared with. */
  profiles?: [string, string]
  /** What stands in the way, where a profile cannot show it. */
  limit?: string
}

/** Every goal with what was measured: a value a round, and whether their median meets it. */
export function judge(report: Report): Goal[] {
  return [
    ...pages(report),
    ...checks(report),
    ...signIns(report),
    ...rotation(report),
    ...store(report),
    ...process(report),
  ]
}

const atLeast = (limit: number) => ({ goal: `at least ${limit.toFixed(2)}`, meets: (value: number) => value >= limit })
const atMost = (limit: number, unit = '') => ({
  goal: `at most ${limit}${unit}`,
  meets: (value: number) => value <= limit,
})

function row(
  what: string,
  { goal, meets }: { goal: string; meets: (value: number) => boolean },
  values: number[],
  rest: Partial<Goal> = {},
): Goal {
  return { what, goal, values, unit: '', isMet: values.length > 0 && meets(median(values)), ...rest }
}

/** A ratio of answers a second, and what it is by processor time. */
function share(report: Report, what: string, limit: number, above: string, below: string, connections: number): Goal {
  const of = (id: string, name: string) => valuesOf(report.figures, `${id}/${connections}`, name)
  const byProcessor = median(ratios(of(below, 'cpuMicros'), of(above, 'cpuMicros')))
  const values = ratios(of(above, 'perSecond'), of(below, 'perSecond'))
  const bound = above.endsWith('-token') ? { limit: limitOfTokens(report, above, below, connections) } : {}
  return row(what, atLeast(limit), values, { byProcessor, profiles: [above, below], ...bound })
}

/** What a token costs whoever mints and verifies it, and which ratio is left to somebody who does nothing else. */
function limitOfTokens({ figures }: Report, above: string, below: string, connections: number): string {
  const micros = (id: string) => median(valuesOf(figures, id, 'cpuMicros'))
  const signature = micros('floor/signature')
  const open = micros(`${above.replace('-token', '-open')}/${connections}`)
  const best = micros(`${below}/${connections}`) / (open + signature)
  return `${open.toFixed(0)} µs for our public answer, ${signature.toFixed(0)} µs for a signature made and verified by OpenSSL alone in a process: without a session, a store or a call nobody reaches more than ${best.toFixed(2)} on this machine, by processor time`
}

function pages(report: Report): Goal[] {
  return [
    share(
      report,
      'signed-in page with one API call / the same page public, 10 connections',
      0.88,
      'page-token',
      'page-open',
      10,
    ),
    share(report, 'signed-in page without an API call / public, 10 connections', 0.95, 'page-session', 'page-open', 10),
    share(
      report,
      'signed-in JSON with a token minted and verified / public JSON, 10 connections',
      0.7,
      'json-token',
      'json-open',
      10,
    ),
    share(report, "the same / better-auth's getSession JSON, 10 connections", 2, 'json-token', 'better-auth', 10),
    share(report, "the same / better-auth's getSession JSON, 50 connections", 2, 'json-token', 'better-auth', 50),
    share(report, 'small JSON call through the proxy / a bare proxy, 10 connections', 0.7, 'proxy', 'bare-proxy', 10),
  ]
}

function checks({ figures }: Report): Goal[] {
  const micros = (kind: string) => valuesOf(figures, `check/${kind}`, 'cpuMicros')
  const times = ratios(micros('better-auth'), micros('cloakroom'))
  const ours = median(micros('cloakroom'))
  const limit = `our check takes ${ours.toFixed(0)} µs, theirs ${median(micros('better-auth')).toFixed(0)} µs`
  return [row('session check in process: time of better-auth without cache / ours', atLeast(30), times, { limit })]
}

function signIns({ figures }: Report): Goal[] {
  const rows = concurrencies.map((count) => {
    const perSecond = (id: string) => valuesOf(figures, `${id}/${count}`, 'perSecond')
    const values = ratios(perSecond('sign-in'), perSecond('argon2'))
    const limit = `one hash takes ${(1_000 / median(valuesOf(figures, 'argon2/1', 'perSecond'))).toFixed(0)} ms of a core; what is added is the request around it, on the cores that hash`
    const profiles: Pick<Goal, 'profiles'> = count === 1 ? { profiles: ['sign-in', 'sign-in'] } : {}
    return row(`sign-ins a second / bare Argon2, ${count} at once`, atLeast(0.9), values, { limit, ...profiles })
  })
  const medians = (kind: string) => valuesOf(figures, `flood/${kind}`, 'medianMs')
  const limit =
    'hashing gives way to the thread that answers; what the page waits for is what that thread does for sign-ins'
  const flood = ratios(medians('flooded'), medians('idle'))
  return [...rows, row("a page's median while 8 connections flood the sign-in / idle", atMost(3), flood, { limit })]
}

function rotation(report: Report): Goal[] {
  const of = (kind: string, name: string) => valuesOf(report.figures, `refresh/${kind}`, name)
  const values = ratios(of('rotating', 'perSecond'), of('resting', 'perSecond'))
  const byProcessor = median(ratios(of('resting', 'cpuMicros'), of('rotating', 'cpuMicros')))
  const stampede = (name: string) => valuesOf(report.figures, 'stampede', name)
  const isExact =
    stampede('rotations').every((count) => count === 1) && stampede('answered').every((count) => count === 1_000)
  const rush = row(
    '1,000 requests at once with one stale ticket: until all are answered',
    atMost(0.5, ' s'),
    stampede('seconds'),
  )
  return [
    row('refresh with rotation / without, 10 connections', atLeast(0.8), values, {
      ...{ byProcessor, profiles: ['refresh-rotating', 'refresh-resting'] },
    }),
    {
      ...rush,
      unit: 's',
      byProcessor: median(stampede('cpuSeconds')),
      goal: 'exactly 1 rotation, all answered, at most 0.5 s',
      isMet: rush.isMet && isExact,
      limit: `rotations: ${most(stampede('rotations'))}, answered: ${least(stampede('answered'))} of 1,000; what is left is a thousand requests by one process`,
      profiles: ['json-session', 'json-open'],
    },
  ]
}

function store(report: Report): Goal[] {
  const { figures, lookupSizes } = report
  const [small = 0, large = 0] = [lookupSizes[0], lookupSizes.at(-1)]
  const name = `${small.toLocaleString('en')} to ${large.toLocaleString('en')} sessions`
  const of = (id: string) =>
    [valuesOf(figures, `${id}/${large}`, 'cpuMicros'), valuesOf(figures, `${id}/${small}`, 'cpuMicros')] as const
  const disk = valuesOf(figures, 'disk', 'bytesPerSession')
  const columns = Object.entries(figures.disk ?? {}).filter(([key]) => key.startsWith('column '))
  const held = columns
    .map(([key, [bytes = 0]]) => ({ key: key.replace('column ', ''), bytes }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 4)
    .map(({ key, bytes }) => `${key} ${Math.round(bytes)}`)
  const limit = `table ${Math.round(median(valuesOf(figures, 'disk', 'tableBytes')))}, indexes ${Math.round(median(valuesOf(figures, 'disk', 'indexBytes')))}; longest columns: ${held.join(', ')}`
  const postgres = figures[`pg-lookup/${large}`]
    ? [
        row(
          `session lookup on PostgreSQL, ${name}: time, larger / smaller`,
          atMost(2),
          ratios(valuesOf(figures, `pg-lookup/${large}`, 'micros'), valuesOf(figures, `pg-lookup/${small}`, 'micros')),
        ),
      ]
    : []
  return [
    row(`session lookup, ${name}: processor time, larger / smaller`, atMost(2.3), ratios(...of('lookup')), {
      limit: 'deeper trees, and pages that are in no cache of the processor or of SQLite',
    }),
    row('the whole request around it, likewise', atMost(1.03), ratios(...of('lookup-request')), {
      limit: 'the lookup is a small part of it; the rest is the spread of the machine',
    }),
    ...postgres,
    row('bytes on disk per session, indexes included', atMost(200), disk, { unit: 'B', limit }),
  ]
}

function process(report: Report): Goal[] {
  const { figures, memory, longMemory, signInScripts } = report
  const { seconds, samples } = longMemory ?? memory
  const last = samples.slice(-60).map(({ mebibytes }) => mebibytes)
  const megabytes = last.length === 0 ? [] : [(most(last) * 2 ** 20) / 1e6]
  const time = seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} s`
  const workersOf = (kind: string, name: string) => valuesOf(figures, `workers/${kind}`, name)
  const workers = ratios(workersOf('2', 'perSecond'), workersOf('1', 'perSecond'))
  return [
    row(`resident memory after ${time} of load at full throughput`, atMost(200, ' MB'), megabytes, {
      unit: 'MB',
      limit: `${((samples[0]?.mebibytes ?? 0) * 1.048576).toFixed(0)} MB of it before the first request, 20 while a password is hashed, up to 16 of SQLite's pages; docs/sizing.md says more`,
    }),
    row(
      'from start to first answer, built and started before',
      atMost(0.5, ' s'),
      valuesOf(figures, 'start', 'seconds'),
      {
        byProcessor: median(valuesOf(figures, 'start', 'cpuSeconds')),
        unit: 's',
        limit: limitOfStart(report),
        profiles: ['start', 'start'],
      },
    ),
    row(
      'JavaScript on the sign-in page, compressed (which works with none)',
      atMost(90, ' KB'),
      [signInScripts / 1_000],
      { unit: 'KB' },
    ),
    ...(workers.length > 0
      ? [
          row('page with an API call: two workers / one', atLeast(1.7), workers, {
            byProcessor: median(ratios(workersOf('1', 'cpuMicros'), workersOf('2', 'cpuMicros'))),
            limit: limitOfWorkers(workers, ratios(workersOf('apart', 'perSecond'), workersOf('1', 'perSecond'))),
          }),
        ]
      : []),
  ]
}

function limitOfStart({ figures }: Report): string {
  const of = (id: string, name: string) => median(valuesOf(figures, id, name)).toFixed(2)
  return `remix-serve takes ${of('floor/start', 'seconds')} s for a build of one route (${of('floor/start', 'cpuSeconds')} s of a processor), we take ${of('start', 'cpuSeconds')} s of a processor, and at the first start of the run, when nothing was compiled yet, ${of('start/first', 'seconds')} s`
}

/** How much of what this machine has to give the workers reach. Earlier reports did not measure that. */
function limitOfWorkers(workers: readonly number[], apart: readonly number[]): string {
  const generator = 'the generator and the system take their share of two cores'
  if (apart.length === 0) return generator
  const reached = Math.round((median(workers) / median(apart)) * 100)
  return `two servers that share nothing, not even a store, do ${median(apart).toFixed(2)} times the work of one on this machine, where ${generator}; two workers reach ${reached} % of that`
}
