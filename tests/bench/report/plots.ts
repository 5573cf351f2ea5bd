import { scaleBand, scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import { least, median, most, valuesOf } from '../engine/figures.ts'
import type { Goal } from './goals.ts'
import type { Report } from './report.ts'

const width = 880
const ink = '#1b1f24'
const faint = '#c9ced6'
const mine = '#0b6e4f'
const other = '#7a8699'
const missed = '#b3541e'

/** Every plot of a report by its file name. */
export function plotsOf(report: Report, goals: readonly Goal[]): Record<string, string> {
  return {
    'goals.svg': goalPlot(goals),
    'throughput.svg': throughputPlot(report),
    'lookup.svg': lookupPlot(report),
    'memory.svg': memoryPlot(report),
  }
}

/** Where each median lies between nothing, its goal and twice its goal; to the right is better. */
function goalPlot(goals: readonly Goal[]): string {
  const shown = goals.filter(({ values }) => values.length > 0)
  const height = 60 + shown.length * 26
  const rows = scaleBand(
    shown.map((_, index) => String(index)),
    [40, height - 14],
  ).padding(0.4)
  const x = scaleLog([0.25, 4], [520, 860]).clamp(true)
  const lines = shown.map((goal, index) => {
    const y = (rows(String(index)) ?? 0) + rows.bandwidth() / 2
    const limit = Number(/(?:least|most) ([\d.]+)/.exec(goal.goal)?.[1])
    const gain = (value: number) => (goal.goal.includes('least') ? value / limit : limit / value)
    const [low, high] = [Math.min(...goal.values.map(gain)), Math.max(...goal.values.map(gain))]
    const colour = goal.isMet ? mine : missed
    return [
      text(505, y + 4, goal.what.length > 80 ? `${goal.what.slice(0, 78)}…` : goal.what, 'end', 11),
      rule(x(low), y, x(high), y, colour, 3),
      `<circle cx="${round(x(gain(median(goal.values))))}" cy="${round(y)}" r="5" fill="${colour}"/>`,
    ].join('')
  })
  const marks = [0.25, 0.5, 1, 2, 4].map(
    (at) =>
      rule(x(at), 34, x(at), height - 10, at === 1 ? ink : faint) +
      text(x(at), 26, at === 1 ? 'goal' : `${at} ×`, 'middle'),
  )
  return picture(
    'How far each figure is from its goal; right of the line it is met',
    height,
    marks.join('') + lines.join(''),
  )
}

const compared = [
  ['page-open', 'page-session', 'page-token', 'bare-page'],
  [
    'json-open',
    'json-session',
    'json-token',
    'bare-json',
    'better-auth',
    'better-auth-cached',
    'iron-session',
    'auth-js',
    'express-session',
  ],
  ['bare-proxy', 'proxy'],
]

/** Answers a second at 10 connections, median and range, what is ours in colour. */
function throughputPlot(report: Report): string {
  const ids = compared.flat().filter((id) => report.figures[`${id}/10`])
  const height = 50 + ids.length * 26
  const rows = scaleBand(ids, [36, height - 10]).padding(0.3)
  const highest = most(ids.flatMap((id) => valuesOf(report.figures, `${id}/10`, 'perSecond')))
  const x = scaleLinear([0, highest], [200, 790])
  const bars = ids.map((id) => {
    const values = valuesOf(report.figures, `${id}/10`, 'perSecond')
    const [y, middle] = [rows(id) ?? 0, (rows(id) ?? 0) + rows.bandwidth() / 2]
    const isOurs = /^(page-|json-|proxy)/.test(id)
    return [
      text(190, middle + 4, id, 'end'),
      bar(200, y, x(median(values)) - 200, rows.bandwidth(), isOurs ? mine : other),
      rule(x(least(values)), middle, x(most(values)), middle, ink, 1.5),
      text(x(most(values)) + 6, middle + 4, Math.round(median(values)).toLocaleString('en-GB')),
    ].join('')
  })
  return picture(
    'Answers a second at 10 connections, one core',
    height,
    text(200, 22, 'answers a second, 10 connections, median and range') + bars.join(''),
  )
}

function lookupPlot({ figures, lookupSizes }: Report): string {
  const [first = 1, last = 2] = [lookupSizes[0], lookupSizes.at(-1)]
  const x = scaleLog([first, last], [70, 640])
  const kinds = [
    { id: 'lookup', name: 'cpuMicros', words: 'SQLite', colour: mine },
    { id: 'pg-lookup', name: 'cpuMicros', words: 'PostgreSQL, our side', colour: other },
  ].map((kind) => ({
    ...kind,
    points: lookupSizes
      .map((size): [number, number] => [size, median(valuesOf(figures, `${kind.id}/${size}`, kind.name))])
      .filter(([, value]) => Number.isFinite(value)),
  }))
  const highest = most(kinds.flatMap(({ points }) => points.map(([, value]) => value)))
  const y = scaleLinear([0, highest * 1.15], [260, 40])
  const drawn = kinds
    .filter(({ points }) => points.length > 0)
    .map(({ points, colour, words }, place) => {
      const path = line()(points.map(([size, value]): [number, number] => [x(size), y(value)])) ?? ''
      const dots = points.map(
        ([size, value]) =>
          `<circle cx="${round(x(size))}" cy="${round(y(value))}" r="4" fill="${colour}"/>${text(x(size), y(value) - 8, `${value.toFixed(1)} µs`, 'middle')}`,
      )
      return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${bar(690, 60 + place * 24, 14, 10, colour)}${text(710, 69 + place * 24, words)}`
    })
  const marks = lookupSizes.map((size) => text(x(size), 282, size.toLocaleString('en-GB'), 'middle'))
  return picture(
    'Time of a session lookup by the number of sessions',
    300,
    rule(70, 260, 640, 260) +
      marks.join('') +
      drawn.join('') +
      text(70, 22, 'processor time of a session lookup, by the number of sessions'),
  )
}

function memoryPlot({ memory, longMemory }: Report): string {
  const { samples, seconds } = longMemory ?? memory
  const x = scaleLinear([0, Math.max(samples.at(-1)?.seconds ?? seconds, 1)], [60, 840])
  const megabytes = samples.map(({ mebibytes }) => (mebibytes * 2 ** 20) / 1e6)
  const y = scaleLinear([0, Math.max(220, most(megabytes) * 1.1)], [240, 40])
  const path =
    line()(samples.map((sample, index): [number, number] => [x(sample.seconds), y(megabytes[index] ?? 0)])) ?? ''
  const marks = y.ticks(5).map((at) => rule(60, y(at), 840, y(at)) + text(52, y(at) + 4, String(at), 'end'))
  const goal = rule(60, y(200), 840, y(200), missed) + text(840, y(200) - 5, 'goal', 'end')
  const time = [0, 0.5, 1].map((part) => text(x(seconds * part), 262, `${Math.round(seconds * part)} s`, 'middle'))
  return picture(
    'Resident memory under full load',
    280,
    `${marks.join('')}${goal}${time.join('')}<path d="${path}" fill="none" stroke="${mine}" stroke-width="2"/>${text(60, 22, 'resident memory in MB under full load')}`,
  )
}

function picture(title: string, height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${title}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="${ink}"><rect width="${width}" height="${height}" fill="#fff"/>${content}</svg>\n`
}

const round = (value: number) => Math.round(value * 10) / 10

function bar(x: number, y: number, across: number, down: number, colour: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(across, 0))}" height="${round(down)}" fill="${colour}"/>`
}

function rule(x1: number, y1: number, x2: number, y2: number, colour = faint, thick = 1): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}" stroke-width="${thick}"/>`
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end' = 'start', size = 12): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}">${safe}</text>`
}
