import type { Database, Work } from '../../../db/index.ts'
import type { Role } from '../../contract/index.ts'
import { agentName } from '../../http/index.server.ts'
import type { KeyRing, Settings } from '../../kernel/index.server.ts'
import { type Clock, now, Problem, type RecordEvent } from '../../kernel/index.ts'
import type { BindingPolicy } from '../device-binding/device-binding.ts'
import { type Beginning, type Begun, beginSession, type Overtaken, type Verified } from '../sign-in/session-start.ts'
import type { Presentation, Principal, StartedSession, Visitor } from '../token-service.ts'
import { createVerdictRunner } from './apply-verdict.ts'
import { decide, isJustReplaced, type ProtocolSettings, type Verdict } from './refresh-protocol.ts'
import { createSessionId, verifyRefreshToken } from './refresh-token.ts'
import { boundedOrigin, principalOf, signedIn, ticketFor } from './session-answers.ts'
import { recordBeyondCap, type SessionLimit } from './session-cap.ts'
import { type NewSession, type SessionRow, unbound } from './session-row.ts'
import type { SessionStore } from './session-store.ts'
import { createSuccession, findSuccessor } from './succession.ts'

/** How often a present looks at its row anew before it gives up. Every loss means that somebody else got on. */
const maxLooks = 8
/** For requests that were under way when a session was bound, or when its ticket ran out. */
export const proofGraceMs = 10_000

export type SessionSettings = Pick<
  Settings,
  'REFRESH_ROTATE_AFTER' | 'REUSE_GRACE' | 'SESSION_TTL' | 'SESSION_TTL_PERSISTENT' | 'SESSION_IDLE'
>

/** Who signs in, how, by what that was verified, and which session of the same browser that ends. */
export type SessionStart = {
  user: { id: string; email: string; name: string; role: Role }
  amr: readonly string[]
  persistent: boolean
  visitor: Visitor
  verified: Verified
  /** The refresh token that this browser held until now. */
  replaces: string | null
  /**
   * The id of the session whose person has just proved who they are. It must live; the new one has its key and its tie to
   * a provider.
   */
  renews?: string
  /** Why the session before ends: `replaced` unless something else is said. */
  endsAs?: Beginning['endsAs']
}

/** A start as a part of somebody's transaction, and its answer once that is done. */
export type PreparedStart = {
  id: string
  /** Throws `OvertakenFault` when what was verified no longer holds. */
  work: (tx: Database) => Work<Begun>
  answer: (begun: Extract<Begun, { kind: 'begun' }>) => StartedSession
}

export type PresentOptions = {
  prefetch: boolean
  visitor: Visitor
  /** What the key of a bound session got for its last use. */
  boundTicket?: string | null
  /** Is told each verdict as it falls; a present that loses a race hears of more than one. */
  watch?: (verdict: Verdict) => void
}

export type Sessions = {
  /** The one way in which sessions start. */
  start(input: SessionStart): Promise<StartedSession | Overtaken>
  prepare(input: SessionStart): PreparedStart
  present(refreshToken: string, options: PresentOptions): Promise<Presentation>
  /** Who a session stands for now; null once it has ended. Writes nothing. */
  findPrincipal(sessionId: string): Promise<Principal | null>
  /** Ends the session or what has just taken its place, so that no answer under way brings it back. */
  end(refreshToken: string, visitor: Visitor): Promise<void>
}

type Deps = {
  store: SessionStore
  ring: KeyRing
  settings: SessionSettings
  record: RecordEvent
  notifyReuse: (owner: { id: string; email: string }, agent: string) => Promise<void>
  /** Without it no session is ever bound. */
  binding?: BindingPolicy
  /** Without it an account may have any number of sessions. */
  limit?: SessionLimit
  /** Another time than the house's; only for sessions that are not of the house either. */
  clock?: Clock
}

/** Carries out what `decide` says: starts sessions, presents refresh tokens, ends sessions. */
export function createSessions(deps: Deps): Sessions {
  const { store, ring, settings, record, notifyReuse, binding, limit = null, clock = now } = deps
  const protocol = protocolOf(settings)
  const adminsNeedProof = binding?.adminsNeedIt === true
  const findSucceeded = createSuccession(store, protocol, readProof)
  const carryOut = createVerdictRunner({ store, ring, record, notifyReuse, adminsNeedProof, findSucceeded })

  function refuse(reason: 'malformed' | 'unknown', visitor: Visitor): Presentation {
    record({ type: 'session.refused', outcome: 'refused', ...boundedOrigin(visitor), detail: { reason } })
    return { kind: 'refused', reason }
  }

  function prepare(input: SessionStart): PreparedStart {
    const { user, verified, visitor, renews = null, endsAs = 'replaced' } = input
    const session = newSession(input, settings, ring.newest.id, clock())
    const replaces = input.replaces === null ? null : (verifyRefreshToken(ring, input.replaces)?.sessionId ?? null)
    const beginning: Beginning = {
      ...{ session, verified, replaces, renews, endsAs },
      ...{ keepsKey: binding?.isOn === true, idleMs: settings.SESSION_IDLE, limit },
    }
    return {
      id: session.id,
      work: (tx) => beginSession(tx, beginning),
      answer({ ended, carriedOn, beyondCap }) {
        recordBeyondCap(record, user.id, beyondCap, visitor)
        if (ended && endsAs === 'replaced') {
          const about = { actorId: ended.userId, sessionId: ended.id, ...boundedOrigin(visitor) }
          record({ type: 'session.revoked', outcome: 'success', ...about, detail: { reason: endsAs } })
        }
        const row = { ...rowOf(session, user), ...carriedOn }
        const withholdsAdmin = adminsNeedProof && row.proofNeededSince === null
        return signedIn(row, ticketFor(ring, row), { proof: null, withholdsAdmin })
      },
    }
  }

  /**
   * Signs out of the session or, where its place was taken so lately that requests with its ticket are still under way, of the
   * one that goes on. An old copy of a ticket is no good for that.
   */
  async function endLine(id: string): Promise<{ id: string; userId: string } | null> {
    const userId = await store.revoke(id, clock(), 'signout')
    if (userId !== null) return { id, userId }
    const row = await store.find(id)
    // Where a new password took its place, a copy of the ticket from before must not end what follows.
    return row !== null && isJustReplaced(row, clock()) ? store.revokeLine(id, clock(), 'signout') : null
  }

  /** What the ticket says, and until when it counts. The first one that is seen makes it needed from then on. */
  async function readProof(row: SessionRow | null, ticket: string | null, at: number) {
    if (!row || row.boundAt === null || !binding) return { proof: null, provedUntil: null }
    if (!binding.isOn) return { proof: null, provedUntil: Number.POSITIVE_INFINITY }
    const proof = binding.readProof(row.bindingId, ticket, at)
    if (proof && row.proofNeededSince === null && at < proof.expiresAt) await binding.store.needProof(row.id, at)
    // One that has run out shows nothing, not even where none was ever seen in time and the session goes on without.
    const isInTime = proof !== null && at - proof.expiresAt <= proofGraceMs
    return { proof: isInTime ? proof : null, provedUntil: proof?.expiresAt ?? null }
  }

  return {
    async start(input) {
      const { work, answer } = prepare(input)
      const begun = await store.begin(work)
      return begun.kind === 'begun' ? answer(begun) : begun
    },
    prepare,

    async present(refreshToken, { prefetch, visitor, boundTicket = null, watch }) {
      const claim = verifyRefreshToken(ring, refreshToken)
      if (!claim) return refuse('malformed', visitor)
      for (let look = 0; look < maxLooks; look++) {
        const row = await store.find(claim.sessionId)
        const at = clock()
        const { proof, provedUntil } = await readProof(row, boundTicket, at)
        const verdict = decide(row, claim.generation, at, protocol, { prefetch, provedUntil })
        watch?.(verdict)
        if (!row) return refuse('unknown', visitor)
        const answer = await carryOut(verdict, { row, claim, at, visitor, proof, boundTicket })
        if (answer) return answer
      }
      throw new Problem('unavailable', { retryAfterSeconds: 1 })
    },

    async findPrincipal(sessionId) {
      const row = await store.find(sessionId)
      const at = clock()
      const serving = row && isJustReplaced(row, at) ? await findSuccessor(store, row, at) : row
      if (!row || !serving) return null
      const begun = { prefetch: true, provedUntil: Number.POSITIVE_INFINITY }
      const { kind } = decide(serving, serving.generation, at, protocol, begun)
      if (kind === 'refused') return null
      const principal = principalOf({ ...row, userRole: serving.userRole })
      return serving === row ? principal : { ...principal, replacedSessionId: row.id }
    },

    async end(refreshToken, visitor) {
      const claim = verifyRefreshToken(ring, refreshToken)
      if (!claim) return
      const ended = await endLine(claim.sessionId)
      if (!ended) return
      const about = { actorId: ended.userId, sessionId: ended.id, ...boundedOrigin(visitor) }
      record({ type: 'signout', outcome: 'success', ...about })
    },
  }
}

/** The part of the settings that the protocol decides by. */
export function protocolOf(settings: SessionSettings): ProtocolSettings {
  return {
    rotateAfterMs: settings.REFRESH_ROTATE_AFTER,
    reuseGraceMs: settings.REUSE_GRACE,
    idleMs: settings.SESSION_IDLE,
    proofGraceMs,
  }
}

function newSession(
  { user, amr, persistent, visitor }: SessionStart,
  settings: SessionSettings,
  secretId: string,
  at: number,
): NewSession {
  return {
    id: createSessionId(),
    userId: user.id,
    generation: 0,
    rotatedAt: at,
    confirmedAt: null,
    createdAt: at,
    lastSeenAt: at,
    expiresAt: at + (persistent ? settings.SESSION_TTL_PERSISTENT : settings.SESSION_TTL),
    persistent,
    agent: agentName(visitor.agent),
    address: visitor.address,
    amr: amr.join(' '),
    secretId,
  }
}

/** The row as it is read from now on. */
function rowOf(session: NewSession, { email, name, role }: SessionStart['user']): SessionRow {
  const user = { userEmail: email, userName: name, userRole: role, userDisabledAt: null }
  return { ...session, ...unbound, revokedAt: null, revokedReason: null, successorId: null, ...user }
}
