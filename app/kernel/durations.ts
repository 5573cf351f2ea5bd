const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const pattern = /^(\d{1,9})(ms|s|m|h|d)$/

/** Milliseconds in a written duration: a whole number and one of ms, s, m, h, d (`5s`, `12h`). Null when malformed. */
export function parseDuration(text: string): number | null {
  const match = pattern.exec(text.trim())
  if (!match) return null
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]
}

/** Milliseconds in a duration known at build time. Throws on a malformed one, so a typing error cannot become `NaN`. */
export function ms(text: string): number {
  const value = parseDuration(text)
  if (value === null) throw new TypeError(`"${text}" is not a duration such as 5s, 10m, 12h or 7d`)
  return value
}

/** Whole seconds, rounded down: what `Max-Age`, `exp` and `expires_in` count in. */
export function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000)
}
