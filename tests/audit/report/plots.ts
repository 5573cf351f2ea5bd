/** A thing that happened in a drill. */
export type Moment = { lane: string; text: string; minute: number }

const width = 720

/** Two distributions above each other, a bar for each bin; colours follow the report's theme. */
export function distributionPlot(times: { account: readonly number[]; none: readonly number[] }): string {
  const all = [...times.account, ...times.none].sort((a, b) => a - b)
  const [low = 0, high = 1] = [all[0], all[Math.floor(all.length * 0.98)]]
  const bins = 40
  const step = (high - low) / bins || 1
  const count = (list: readonly number[]) => {
    const counts = Array<number>(bins).fill(0)
    for (const time of list) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor((time - low) / step)))
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    return counts
  }
  const [one, other] = [count(times.account), count(times.none)]
  const tallest = Math.max(...one, ...other, 1)
  const barWidth = (width - 90) / bins
  const bars = (counts: number[], base: number, name: string) =>
    counts
      .map((each, bin) => {
        const height = (each / tallest) * 60
        return `<rect class="${name}" x="${(80 + bin * barWidth).toFixed(1)}" y="${(base - height).toFixed(1)}" width="${(barWidth - 1).toFixed(1)}" height="${height.toFixed(1)}"/>`
      })
      .join('')
  const ticks = [0, 0.25, 0.5, 0.75, 1]
    .map(
      (part) =>
        `<text x="${(80 + part * (width - 90)).toFixed(0)}" y="172" text-anchor="${part === 1 ? 'end' : 'middle'}">${(low + part * (high - low)).toFixed(1)} ms</text>`,
    )
    .join('')
  const labels = '<text x="0" y="60">account</text><text x="0" y="140">none</text>'
  return `<svg role="img" viewBox="0 0 ${width} 180">${labels}${bars(one, 70, 'a')}${bars(other, 150, 'b')}${ticks}</svg>`
}

/** Lanes with what happened when; a text begins at its moment. */
export function timeLine(moments: readonly Moment[]): string {
  const lanes = [...new Set(moments.map(({ lane }) => lane))]
  const last = Math.max(...moments.map(({ minute }) => minute), 1)
  const height = 30 + moments.length * 26
  const x = (minute: number) => 110 + (minute / last) * 300
  const rows = moments.map(({ lane, text, minute }, index) => {
    const y = 34 + index * 26
    const name = lanes.indexOf(lane) % 2 === 0 ? 'a' : 'b'
    const line = `<line x1="110" x2="410" y1="${y}" y2="${y}" class="rule"/>`
    const mark = `<circle cx="${x(minute).toFixed(1)}" cy="${y}" r="5" class="${name}"/>`
    return `${line}${mark}<text x="0" y="${y + 4}">${escapeText(lane)}</text><text x="424" y="${y + 4}">${minute} min: ${escapeText(text)}</text>`
  })
  return `<svg role="img" viewBox="0 0 ${width} ${height}">${rows.join('')}</svg>`
}

/** Text that is safe between tags and in quoted attributes. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
