import { t } from '../../i18n/index.ts'

export type StrengthLevel = 'short' | 'weak' | 'fair' | 'good'

/** What the meter under a new password shows. `value` runs from 0 to `fullStrength`. */
export type Strength = { level: StrengthLevel; value: number; words: string }

/** Different characters, so to speak, from which on more of them are no longer shown. */
export const fullStrength = 24

/**
 * A light estimate in the browser, of length and variety alone. The server knows the lists and has the last word, so
 * no level says that a password will be accepted. Null while nothing is typed.
 */
export function estimateStrength(password: string, own: readonly string[], minLength: number): Strength | null {
  const length = [...password.normalize('NFC')].length
  if (length === 0) return null
  const text = password.normalize('NFKC').toLowerCase()
  const rest = withoutOwnWords(text, own)
  const value = Math.min(countVaried(rest), fullStrength)
  if (length < minLength)
    return { level: 'short', value, words: t('{length} of at least {minLength} characters', { length, minLength }) }
  if (value >= minLength) return { level: 'good', value, words: t('Long and varied') }
  if (value >= minLength - 4)
    return { level: 'fair', value, words: t('Long enough; another word would make it better') }
  const isOwn = rest.length < text.length
  const words = isOwn
    ? t('Long enough, but much of it is your own name or address')
    : t('Long enough, but it repeats itself')
  return { level: 'weak', value, words }
}

function withoutOwnWords(text: string, own: readonly string[]): string {
  const words = own.flatMap((value) =>
    value
      .normalize('NFKC')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u),
  )
  const telling = words.filter((word) => word.length >= 3).sort((a, b) => b.length - a.length)
  return telling.reduce((rest, word) => rest.replaceAll(word, ''), text)
}

/** Characters that do not go on with a run (aaa, abc, 321) and do not end three that stood there before. */
function countVaried(text: string): number {
  const signs = [...text]
  const codes = signs.map((sign) => sign.codePointAt(0) ?? 0)
  const seen = new Set<string>()
  let varied = 0
  for (const [index, code] of codes.entries()) {
    const three = signs.slice(index - 2, index + 1).join('')
    const step = code - (codes[index - 1] ?? Number.NaN)
    const goesOn = Math.abs(step) <= 1 && step === (codes[index - 1] ?? 0) - (codes[index - 2] ?? Number.NaN)
    if (!goesOn && !(index >= 2 && seen.has(three))) varied++
    if (index >= 2) seen.add(three)
  }
  return varied
}
