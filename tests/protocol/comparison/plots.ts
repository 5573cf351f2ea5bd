import { scaleBand, scaleLinear, scaleLog } from 'd3-scale'
import { curveStepAfter, line } from 'd3-shape'
import type { Result, ThiefResult } from './results.ts'

const width = 880
const ink = '#1b1f24'
const faint = '#c9ced6'
const mine = '#0b6e4f'
const other = '#7a8699'
const colours = [
  '#7a8699',
  '#b3541e',
  '#c98b00',
  '#8a6d3b',
  '#3b6fb6',
  '#8e44ad',
  '#c2427a',
  '#d98880',
  '#2f9bb3',
  mine,
  '#5aa469',
  '#93c9a1',
  '#0f3d2e',
]

const minute = 60_000

/** Two bars a strategy: false sign-outs on a logarithmic scale, and the share of polling and shadowing thieves detected. */
export function signOutsAndDetection(results: readonly Result[]): string {
  const height = 60 + results.length * 34
  const names = scaleBand(
    results.map(({ strategy }) => strategy.name),
    [40, height - 30],
  ).padding(0.35)
  const signOuts = scaleLog([10, 100_000_000], [300, 570]).clamp(true)
  const detection = scaleLinear([0, 1], [610, 850])
  const rows = results.map((result) => {
    const y = names(result.strategy.name) ?? 0
    const colour = result.strategy.name.startsWith('Cloakroom') ? mine : other
    const middle = y + names.bandwidth() / 2 + 4
    const rate = shareDetected(result.thieves)
    return [
      text(290, middle, result.strategy.name, 'end'),
      bar(300, y, Math.max(signOuts(Math.max(result.perMillionDays, 10)) - 300, 1), names.bandwidth(), colour),
      text(
        Math.max(signOuts(Math.max(result.perMillionDays, 10)), 301) + 5,
        middle,
        Math.round(result.perMillionDays).toLocaleString('en-GB'),
      ),
      bar(610, y, detection(rate) - 610, names.bandwidth(), colour),
      text(detection(rate) + 5, middle, `${(rate * 100).toFixed(0)} %`),
    ].join('')
  })
  const heads =
    text(300, 22, 'false sign-outs per million session-days (log)') + text(610, 22, 'thieves detected, all four kinds')
  return picture(
    'Strategies compared: false sign-outs, time to the end of a theft, writes',
    height,
    heads + rows.join(''),
  )
}

/** For the polling thief: which share is still served after which time. */
export function survival(results: readonly Result[], kind: ThiefResult['kind']): string {
  const height = 420
  const x = scaleLog([minute / 6, 72 * 60 * minute], [60, 560]).clamp(true)
  const y = scaleLinear([0, 1], [360, 40])
  const marks: [number, string][] = [
    [minute / 6, '10 s'],
    [minute, '1 min'],
    [10 * minute, '10 min'],
    [60 * minute, '1 h'],
    [720 * minute, '12 h'],
    [4_320 * minute, '3 d'],
  ]
  const grid = marks.map(([at, label]) => rule(x(at), 40, x(at), 360) + text(x(at), 380, label, 'middle')).join('')
  const shares = y
    .ticks(4)
    .map((share) => rule(60, y(share), 560, y(share)) + text(52, y(share) + 4, `${share * 100} %`, 'end'))
  const curves = results.map((result, place) => {
    const times = result.thieves.find((each) => each.kind === kind)?.times ?? []
    const points: [number, number][] = [
      [x(0), y(1)],
      ...times.map((time, index): [number, number] => [x(time), y(1 - (index + 1) / times.length)]),
    ]
    const until = points.filter((_, index) => index === 0 || times[index - 1] !== Number.POSITIVE_INFINITY)
    const last = until.at(-1) as [number, number]
    const path = line().curve(curveStepAfter)([...until, [560, last[1]]]) ?? ''
    const colour = colours[place % colours.length] ?? ink
    const isMine = result.strategy.name.startsWith('Cloakroom')
    const label = 60 + place * 24
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${isMine ? 3 : 1.6}"/>${bar(580, label - 9, 14, 10, colour)}${text(600, label, result.strategy.name)}`
  })
  const title = `Share of ${kind} thieves still served, by time since the copy`
  return picture(title, height, text(60, 24, title) + grid + shares.join('') + curves.join(''))
}

function shareDetected(thieves: readonly ThiefResult[]): number {
  return thieves.reduce((sum, { detected }) => sum + detected, 0) / thieves.length
}

function picture(title: string, height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${title}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="${ink}"><rect width="${width}" height="${height}" fill="#fff"/>${content}</svg>\n`
}

const round = (value: number) => Math.round(value * 10) / 10

function bar(x: number, y: number, across: number, down: number, colour: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(across, 0))}" height="${round(down)}" fill="${colour}"/>`
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${faint}"/>`
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${words}</text>`
}
