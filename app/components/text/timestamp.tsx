import { plural, t } from '../../i18n/index.ts'

/**
 * A moment (ms since the epoch) in UTC, to the minute or `exact` to the second. Its words stand in the catalogue: what
 * `Intl` writes differs between a server and a browser of another year, and then the page does not fit the document.
 */
export function Timestamp({ at, only, exact = false }: { at: number; only?: 'date'; exact?: boolean }) {
  const time = new Date(at)
  const iso = time.toISOString()
  const months = t('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec').split(' ')
  const month = months[time.getUTCMonth()] ?? ''
  const day = t('{day} {month} {year}', { day: time.getUTCDate(), month, year: time.getUTCFullYear() })
  return <time dateTime={iso}>{only === 'date' ? day : `${day}, ${iso.slice(11, exact ? 19 : 16)} UTC`}</time>
}

/** "6 days", "11 hours", "4 minutes": a length of time in its largest fitting unit, rounded down. */
export function lengthInWords(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000))
  if (minutes < 120) return plural('{count} minute|{count} minutes', minutes)
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return plural('{count} hour|{count} hours', hours)
  return plural('{count} day|{count} days', Math.floor(hours / 24))
}
