import * as z from 'zod'
import { type EventType, eventTypes } from '../kernel/index.ts'

export const eventOutcomes = ['success', 'failure', 'refused'] as const
export type EventOutcome = (typeof eventOutcomes)[number]

/** A security event as it stands in the store. Holds no name, no email address and no secret. */
export const storedEvent = z.object({
  /** Counts up; what a list goes on from. */
  id: z.number(),
  at: z.number(),
  type: z.string(),
  outcome: z.string(),
  actorId: z.string().nullable(),
  subjectId: z.string().nullable(),
  sessionId: z.string().nullable(),
  address: z.string().nullable(),
  agent: z.string().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
})
export type StoredEvent = z.infer<typeof storedEvent>

/** Part of a list, newest first. `next` is where the following part begins, null when there is none. */
export const eventSlice = z.object({ items: z.array(storedEvent), next: z.number().nullable() })
export type EventSlice = z.infer<typeof eventSlice>

/** The same for admins, with who the ids belong to, as far as these accounts still exist. */
export const adminEventSlice = eventSlice.extend({
  people: z.array(z.object({ id: z.string(), name: z.string(), email: z.string() })),
})
export type AdminEventSlice = z.infer<typeof adminEventSlice>

/** A field that was left empty asks for nothing. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

/** A moment as a form's `datetime-local` writes it, taken as UTC; milliseconds since the epoch. */
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?$/, 'A moment looks like 2026-11-21T12:00')
  .transform((text) => Date.parse(`${text.replace('Z', '')}Z`))
  .refine((at) => !Number.isNaN(at), 'There is no such moment')

const cursor = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

/** What an admin may look for among security events; the same for the page, its export and the API. */
export const eventQuery = z.object({
  type: optional(z.enum(eventTypes)),
  outcome: optional(z.enum(eventOutcomes)),
  /** An account's id or its email address. */
  person: optional(z.string().trim().max(254)),
  /** A network address, as it was recorded. */
  address: optional(z.string().trim().max(64)),
  from: optional(moment),
  until: optional(moment),
  /** Goes on below the event of this id. */
  before: optional(cursor),
})
export type EventQuery = z.infer<typeof eventQuery>

export type EventFilter = {
  /** Any of these; all when absent. */
  types?: readonly EventType[] | undefined
  outcome?: EventOutcome | undefined
  /** Who acted, or whom it concerns. */
  personId?: string | undefined
  sessionId?: string | undefined
  address?: string | undefined
  /** From this moment on. */
  fromAt?: number | undefined
  /** Up to, but not, this moment. */
  untilAt?: number | undefined
  before?: number | undefined
  limit: number
}

export type EventCount = { type: string; startsAt: number; count: number }

/** The read side of security events, for whom the composition root hands it to. */
export type EventReader = {
  list(filter: EventFilter): Promise<EventSlice>
  /** How many there were of each type since `fromAt`, in steps of `stepMs` that begin at multiples of it. */
  countByStep(types: readonly EventType[], fromAt: number, stepMs: number): Promise<EventCount[]>
}
