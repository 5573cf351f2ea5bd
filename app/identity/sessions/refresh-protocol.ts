import type { SessionEnd } from '../../contract/index.ts'
import type { RefusalReason } from '../token-service.ts'

/** The part of a session's row (and of its user's) that the protocol decides on. Times in milliseconds. */
export type SessionState = {
  readonly generation: number
  readonly rotatedAt: number
  readonly confirmedAt: number | null
  readonly lastSeenAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly revokedReason: SessionEnd | null
  /** The session that a confirmation or another sign-in put in the place of this one. */
  readonly successorId: string | null
  readonly userDisabledAt: number | null
  /** Since when the session is known to be bound to a key; null while it is not. */
  readonly proofNeededSince: number | null
}

export type ProtocolSettings = {
  /** Age at which the current generation is replaced. */
  readonly rotateAfterMs: number
  /** How long after the first use of a generation its predecessor is still answered. */
  readonly reuseGraceMs: number
  /** A session not used for this long ends. */
  readonly idleMs: number
  /** Around the binding of a session and the end of its ticket: for requests that were under way at that moment. */
  readonly proofGraceMs: number
}

/** A time of a row that is so far ahead was written by a clock that has been set back since; clocks of nodes differ by less. */
export const clockToleranceMs = 60_000

/**
 * For requests that left before the answer which brought the cookie of another session: so long a replaced session's ticket is
 * answered by the session that follows it, and so long no refusal takes the cookie of a session away that has ended.
 */
export const replacedGraceMs = 60_000

/**
 * What to do about a presented generation.
 *
 * - `current`: valid, nothing to write
 * - `touch`: valid, and its last use is to be noted
 * - `confirm`: valid, and this is the first time that the current generation is seen, as far as the clock can tell
 * - `rotate`: valid, and the generation is to be replaced
 * - `resend`: valid, and the browser needs the current generation (again)
 * - `straggler`: valid for this request only; the browser already has the current generation
 * - `fast-forward`: valid, and the row is behind: it is to be set to what was presented
 * - `succeeded`: was valid when another session took the place of this one, just now; valid for this request only, if that
 *   session is the same person's and lives. What it may do is less: nothing that asks for a fresh proof
 * - `reuse`: a replay; the session is to be revoked
 * - `unproved`: bound to a key, and nothing shows that this browser has it: not served, and nothing is written
 * - `refused`: signs nobody in
 */
export type Verdict =
  | { readonly kind: 'current' | 'touch' | 'confirm' | 'rotate' | 'straggler' | 'fast-forward' }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'reuse' }
  | { readonly kind: 'unproved' }
  | { readonly kind: 'resend'; readonly touch: boolean }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

/** How a refresh token is presented. */
export type Presenting = {
  /** May never be looked at by anybody: replaces nothing. */
  readonly prefetch: boolean
  /** Until when the ticket of the session's key is good that came along; null or missing when none of it did. */
  readonly provedUntil?: number | null
}

/**
 * The refresh protocol as a pure function of a session's row, the generation that an authentic refresh token names,
 * the clock and the settings (RFC 9700, 4.14.2; ASVS 10.4.5). Writes nothing; `sessions.ts` carries the verdict out.
 *
 * A clock that steps back makes differences negative: then nothing is due, nothing is idle, and a predecessor counts
 * as recent, until the current generation is presented and confirmed anew.
 */
export function decide(
  state: SessionState | null,
  presented: number,
  nowMs: number,
  settings: ProtocolSettings,
  { prefetch, provedUntil = null }: Presenting,
): Verdict {
  if (!state) return { kind: 'refused', reason: 'unknown' }
  if (isJustReplaced(state, nowMs)) return decideReplaced(state, presented, nowMs, settings, provedUntil)
  const reason = findRefusal(state, nowMs, settings)
  if (reason) return { kind: 'refused', reason }
  // Before anything that writes: a copy without the key must not even end the session.
  if (isProofMissing(state, nowMs, settings, provedUntil)) return { kind: 'unproved' }
  if (presented > state.generation) return { kind: 'fast-forward' }
  if (presented === state.generation) return decideCurrent(state, nowMs, settings, prefetch)
  if (presented === state.generation - 1) return decidePrevious(state, nowMs, settings, prefetch)
  return { kind: 'reuse' }
}

/** Another session took the place of this one, and requests that left before that may still be under way. */
export function isJustReplaced(
  { revokedAt, revokedReason, successorId }: Pick<SessionState, 'revokedAt' | 'revokedReason' | 'successorId'>,
  nowMs: number,
): boolean {
  return revokedReason === 'replaced' && successorId !== null && isRecent(revokedAt, nowMs)
}

/** Within the grace of a session's end, whichever way the clock has stepped since. */
export function isRecent(endedAt: number | null, nowMs: number): boolean {
  return endedAt !== null && Math.abs(nowMs - endedAt) <= replacedGraceMs
}

/** What would be served if nothing had taken the session's place, key included; all else is as dead as it ever was. */
function decideReplaced(
  state: SessionState,
  presented: number,
  nowMs: number,
  settings: ProtocolSettings,
  provedUntil: number | null,
): Verdict {
  const before = { ...state, revokedAt: null, revokedReason: null }
  const reason = findRefusal(before, nowMs, settings)
  if (reason) return { kind: 'refused', reason }
  if (isProofMissing(before, nowMs, settings, provedUntil)) return { kind: 'unproved' }
  if (presented >= state.generation) return { kind: 'succeeded' }
  const isPrevious = presented === state.generation - 1
  if (isPrevious && decidePrevious(before, nowMs, settings, true).kind !== 'reuse') return { kind: 'succeeded' }
  return { kind: 'refused', reason: 'revoked' }
}

/** Ends that a refusal calls by their own name. */
const ownReasons = ['reuse', 'disabled', 'expired', 'idle', 'too-many'] as const

function findRefusal(state: SessionState, nowMs: number, { idleMs }: ProtocolSettings): RefusalReason | null {
  if (state.revokedAt !== null) {
    return ownReasons.find((reason) => reason === state.revokedReason) ?? 'revoked'
  }
  if (nowMs >= state.expiresAt) return 'expired'
  if (nowMs - state.lastSeenAt >= idleMs) return 'idle'
  return state.userDisabledAt === null ? null : 'disabled'
}

/** W3C DBSC: once bound, a session is good only with the short ticket that its key gets. */
function isProofMissing(
  { proofNeededSince }: SessionState,
  nowMs: number,
  { proofGraceMs }: ProtocolSettings,
  provedUntil: number | null,
): boolean {
  if (proofNeededSince === null) return false
  const isNew = nowMs - proofNeededSince <= proofGraceMs && !isAhead(proofNeededSince, nowMs)
  if (isNew) return false
  return provedUntil === null || nowMs - provedUntil > proofGraceMs
}

function decideCurrent(state: SessionState, nowMs: number, settings: ProtocolSettings, prefetch: boolean): Verdict {
  if (!prefetch && isRotationDue(state, nowMs, settings)) return { kind: 'rotate' }
  if (state.confirmedAt === null || isAhead(state.confirmedAt, nowMs)) return { kind: 'confirm' }
  return { kind: !prefetch && isTouchDue(state, nowMs, settings) ? 'touch' : 'current' }
}

function decidePrevious(state: SessionState, nowMs: number, settings: ProtocolSettings, prefetch: boolean): Verdict {
  if (state.confirmedAt === null) return { kind: 'resend', touch: !prefetch && isTouchDue(state, nowMs, settings) }
  return { kind: nowMs - state.confirmedAt <= settings.reuseGraceMs ? 'straggler' : 'reuse' }
}

/**
 * A generation with a predecessor is replaced only after the predecessor's grace has run out. Otherwise one tab could
 * confirm and replace it while another tab's request is still under way with the predecessor, which by then would be
 * two generations old: an honest browser would be taken for a thief.
 */
function isRotationDue(state: SessionState, nowMs: number, settings: ProtocolSettings): boolean {
  if (nowMs - state.rotatedAt < settings.rotateAfterMs) return false
  if (state.generation === 0) return true
  return state.confirmedAt !== null && nowMs - state.confirmedAt > settings.reuseGraceMs
}

/** True for a time that only a clock which has been set back since can have written. */
export function isAhead(at: number, nowMs: number): boolean {
  return at > nowMs + clockToleranceMs
}

/** The last use is noted no oftener than rotation would, and often enough that a used session never turns idle. */
function isTouchDue(state: SessionState, nowMs: number, { rotateAfterMs, idleMs }: ProtocolSettings): boolean {
  return nowMs - state.lastSeenAt >= Math.min(rotateAfterMs, idleMs / 2)
}
