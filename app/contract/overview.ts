import * as z from 'zod'

export const overviewSpans = ['day', 'month'] as const
export const overviewQuery = z.object({ span: z.enum(overviewSpans).default('day') })

/** What happened in one step of time, and how many sessions were alive within it. */
export const overviewStep = z.object({
  startsAt: z.number(),
  signIns: z.number(),
  failures: z.number(),
  lockouts: z.number(),
  activeSessions: z.number(),
})
export type OverviewStep = z.infer<typeof overviewStep>

/** The last two days by the hour, or the last thirty days by the day (UTC), oldest first. */
export const overview = z.object({
  stepMs: z.number(),
  steps: z.array(overviewStep),
  people: z.number(),
  admins: z.number(),
  disabled: z.number(),
})
export type Overview = z.infer<typeof overview>
