import * as z from 'zod'

export const themes = ['light', 'dark'] as const
export const preferredLanguages = ['en', 'de'] as const

/** What somebody chose for this browser; null follows the system and the browser. */
export type Preferences = {
  theme: (typeof themes)[number] | null
  language: (typeof preferredLanguages)[number] | null
}

/** A change of it; what is left out stays as it is. */
export const preferencesInput = z.object({
  theme: z.enum(['system', ...themes]).optional(),
  language: z.enum(['browser', ...preferredLanguages]).optional(),
})
