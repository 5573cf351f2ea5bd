import * as z from 'zod'

/** UAX #15, Stream-Safe Text Format: no script stacks more marks on one letter. */
const tooManyMarks = /\p{M}{31}/u

type Rules = {
  /** Said when there is no text at all. */
  error?: string
  max: number
  tooLong: string
  /** What has to hold of the text as it came. */
  pattern?: { allowed: RegExp; error: string }
}

/**
 * Text that is brought to one Unicode form, and checked only then. What is far too long, and letters under a pile of marks, are
 * refused before: putting marks in order takes the square of their number. `max` counts UTF-16 units after it; four
 * times as many may come.
 */
export function normalizedText(form: 'NFC' | 'NFKC', { error, max, tooLong, pattern }: Rules) {
  return z
    .string(error === undefined ? {} : { error })
    .max(4 * max, { error: tooLong, abort: true })
    .regex(pattern?.allowed ?? /^/, pattern?.error)
    .refine((text) => !tooManyMarks.test(text), { error: 'A letter has at most 30 accents', abort: true })
    .transform((text) => text.normalize(form))
}
