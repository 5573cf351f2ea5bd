/** What was measured, a value a round: `figures['page-open/10'].perSecond[2]` is that of the third round. */
export type Figures = Record<string, Record<string, number[]>>

export function note(figures: Figures, id: string, values: Record<string, number>): void {
  figures[id] ??= {}
  for (const [name, value] of Object.entries(values)) {
    figures[id][name] ??= []
    figures[id][name].push(value)
  }
}

export function valuesOf(figures: Figures, id: string, name: string): number[] {
  return figures[id]?.[name] ?? []
}

/** Round by round, so that a drift of the machine's speed meets both alike. */
export function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.slice(0, below.length).map((value, round) => value / (below[round] ?? Number.NaN))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export const least = (values: readonly number[]) => Math.min(...values)
export const most = (values: readonly number[]) => Math.max(...values)

/** In random order: what comes after what differs from round to round. */
export function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
