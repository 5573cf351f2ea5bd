import {
  decide,
  isJustReplaced,
  isRecent,
  type SessionState,
  type Verdict,
} from '../../../app/identity/sessions/refresh-protocol.ts'

/** A session as renewals see it. `successor` is the number of the one that took its place. Times in milliseconds. */
export type Session = {
  readonly person: 0 | 1
  readonly revokedAt: number | null
  readonly revokedReason: 'replaced' | 'signout' | 'ended' | 'reuse' | null
  readonly successor: number | null
}
/** What is presented: a session's newest generation, or one that it has long replaced. */
export type Copy = { readonly session: number; readonly isOld: boolean }

export const settings = {
  ...{ rotateAfterMs: Number.POSITIVE_INFINITY, reuseGraceMs: 30_000 },
  ...{ idleMs: Number.POSITIVE_INFINITY, proofGraceMs: 10_000 },
}
/** The newest generation of every session of the model; it has been in use for long. */
const newest = 1

/** Everything that the explorer runs and that a mutant may change. */
export type RenewalProtocol = {
  readonly decide: (state: SessionState, presented: number, at: number) => Verdict
  readonly findSuccessor: (sessions: readonly Session[], replaced: number, at: number) => number | null
  /** Whether a refusal takes the cookie away, of a script's request or of a page that a person opens. */
  readonly clears: (endedAt: number | null, at: number, isVisit: boolean) => boolean
  /** Whether a request that a successor answers gets its ticket, and whether it may do what asks for a fresh proof. */
  readonly straggler: { readonly getsTicket: boolean; readonly isFresh: boolean; readonly mayRenew: boolean }
  /** A confirmation counts only while the session that it replaces lives. */
  readonly renewalNeedsLive: boolean
  readonly renewalEndsReplaced: boolean
  /** Signing out, or in, on the ticket of a replaced session means the one that goes on. */
  readonly signOutFollows: boolean
  readonly signInFollows: boolean
  /** A new password ends what is replaced in a way that nothing follows. */
  readonly passwordLeaves: 'ended' | 'replaced'
}

/** As shipped. Following is compared with the shipped one by `renewals.test.ts`. */
export const shippedRenewals: RenewalProtocol = {
  decide: (state, presented, at) => decide(state, presented, at, settings, { prefetch: false }),
  findSuccessor: findSuccessorModel,
  clears: (endedAt, at, isVisit) => isVisit && !isRecent(endedAt, at),
  straggler: { getsTicket: false, isFresh: false, mayRenew: false },
  renewalNeedsLive: true,
  renewalEndsReplaced: true,
  signOutFollows: true,
  signInFollows: true,
  passwordLeaves: 'ended',
}

export function findSuccessorModel(sessions: readonly Session[], replaced: number, at: number): number | null {
  let current = sessions[replaced]
  for (let hops = 0; hops < 8 && current; hops++) {
    if (current.successor === null || !isJustReplaced(stateOf(current, at), at)) return null
    const next: Session | undefined = sessions[current.successor]
    if (!next || next.person !== sessions[replaced]?.person) return null
    if (next.revokedAt === null) return current.successor
    current = next
  }
  return null
}

export function stateOf({ revokedAt, revokedReason, successor }: Session, at: number): SessionState {
  const longAgo = at - 600_000
  return {
    ...{ generation: newest, rotatedAt: longAgo, confirmedAt: longAgo, lastSeenAt: at, expiresAt: at + 86_400_000 },
    ...{ revokedAt, revokedReason, successorId: successor === null ? null : String(successor) },
    ...{ userDisabledAt: null, proofNeededSince: null },
  }
}

export type Served = { readonly kind: 'served'; readonly by: number; readonly isStraggler: boolean }
export type Judged = Served | { readonly kind: 'refused'; readonly endedAt: number | null } | { readonly kind: 'reuse' }

/** Who answers a ticket, or since when nobody does. */
export function judge(protocol: RenewalProtocol, sessions: readonly Session[], copy: Copy, at: number): Judged {
  const session = sessions[copy.session] as Session
  const { kind } = protocol.decide(stateOf(session, at), copy.isOld ? newest - 1 : newest, at)
  if (kind === 'reuse') return { kind }
  if (kind === 'succeeded') {
    const by = protocol.findSuccessor(sessions, copy.session, at)
    if (by !== null) return { kind: 'served', by, isStraggler: true }
  } else if (kind !== 'refused') return { kind: 'served', by: copy.session, isStraggler: false }
  return { kind: 'refused', endedAt: session.revokedAt }
}
