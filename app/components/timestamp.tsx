const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A moment (ms since the epoch) in UTC, to the minute or `exact` to the second, written the same way on the server and in every browser. */
export function Timestamp({ at, only, exact = false }: { at: number; only?: 'date'; exact?: boolean }) {
  const time = new Date(at)
  const iso = time.toISOString()
  const day = `${time.getUTCDate()} ${months[time.getUTCMonth()]} ${time.getUTCFullYear()}`
  return <time dateTime={iso}>{only === 'date' ? day : `${day}, ${iso.slice(11, exact ? 19 : 16)} UTC`}</time>
}

/** "6 days", "11 hours", "4 minutes": a length of time in its largest fitting unit, rounded down. */
export function lengthInWords(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000))
  if (minutes < 120) return plural(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? plural(hours, 'hour') : plural(Math.floor(hours / 24), 'day')
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
