import type { StoredEvent } from './event.ts'
import type { VerifiedAccess } from './user.ts'

/** What can be shown in a sandbox. */
export const sandboxScenarios = ['two-tabs', 'lost-answer', 'stolen-copy', 'early-thief', 'made-up'] as const
export type SandboxScenario = (typeof sandboxScenarios)[number]

/** Who shows a ticket. Tabs share one cookie jar; a thief has a copy of its own. */
export type SandboxActor = 'browser' | 'tab-a' | 'tab-b' | 'thief' | 'stranger'

/** A ticket by its generation, as it was once given out, or one that was never given out. */
export type ShownTicket = number | 'made-up'

/** One ticket shown, and all that came of it. Holds generations, never a ticket. */
export type SandboxStep = {
  /** Since the session of the sandbox began, by its own clock. */
  readonly afterMs: number
  readonly who: SandboxActor
  readonly ticket: ShownTicket
  /** Every verdict that fell; more than one when somebody else was faster. Empty for a ticket that is not authentic. */
  readonly verdicts: readonly string[]
  /** Why the bearer was not let in; null when they were. */
  readonly refusal: string | null
  /** The generation that was sent for the browser to keep; `isRepeated` when the same text had been sent before. */
  readonly sent: { readonly generation: number; readonly isRepeated: boolean } | null
  /** The answer never arrived. */
  readonly isLost: boolean
  /** The session's row afterwards. */
  readonly row: { readonly generation: number; readonly isConfirmed: boolean; readonly endedFor: string | null }
}

export type SandboxRun = { kind: 'ran'; scenario: SandboxScenario; steps: readonly SandboxStep[] }

/** One of our cookies, without its value. `bytes` is null when the request did not carry it. */
export type InspectedCookie = {
  key: string
  name: string
  purpose: string
  attributes: readonly string[]
  /** The longest life that it is given, or null when it ends with the browser. */
  maxAgeMs: number | null
  bytes: number | null
}

/** What a browser sent along with a request. `otherBytes` are cookies that are not ours. */
export type BrowserInspection = { cookies: InspectedCookie[]; otherBytes: number }

/** A session's row and its history, newest first. Times in milliseconds. */
export type SessionInspection = {
  at: number
  session: {
    id: string
    generation: number
    createdAt: number
    rotatedAt: number
    confirmedAt: number | null
    lastSeenAt: number
    expiresAt: number
    persistent: boolean
    binding: { boundAt: number; proof: { issuedAt: number; expiresAt: number } | null } | null
  }
  /** When it ends if it is not used any more. */
  idleEndsAt: number
  /** From when on the next request that is more than looking replaces the ticket. */
  rotatesAt: number
  events: StoredEvent[]
}

/** What an API read from the access token of one request. Times in milliseconds. */
export type AccessInspection = VerifiedAccess & { issuedAt: number; expiresAt: number; at: number }
