import type { Role } from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import type { KeyRing, Settings } from '../kernel/index.server.ts'
import { type Clock, now, Problem, type RecordEvent } from '../kernel/index.ts'
import { decide, type ProtocolSettings, type Verdict } from './decide.ts'
import type { BindingPolicy } from './device-binding/device-binding.ts'
import { createSessionId, openRefreshToken } from './refresh-token.ts'
import { boundedOrigin, principalOf, signedIn, ticketFor } from './session-answers.ts'
import { type SessionBinding, type SessionRow, type SessionStore, unbound } from './session-store.ts'
import type { Presentation, Principal, StartedSession, Visitor } from './token-service.ts'
import { createVerdictRunner } from './verdict-runner.ts'

/** How often a present looks at its row anew before it gives up. Every loss means that somebody else got on. */
const maxLooks = 8
/** For requests that were under way when a session was bound, or when its ticket ran out. */
const proofGraceMs = 10_000

export type SessionSettings = Pick<
  Settings,
  'REFRESH_ROTATE_AFTER' | 'REUSE_GRACE' | 'SESSION_TTL' | 'SESSION_TTL_PERSISTENT' | 'SESSION_IDLE'
>

/** Who signs in, how, and which session of the same browser that ends. */
export type SessionStart = {
  user: { id: string; email: string; name: string; role: Role }
  amr: readonly string[]
  persistent: boolean
  visitor: Visitor
  /** The refresh token that this browser held until now. */
  replaces: string | null
  /** The person of that session has just proved who they are: the new one is good for the same key. */
  keepsKey?: boolean
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
  start(input: SessionStart): Promise<StartedSession>
  present(refreshToken: string, options: PresentOptions): Promise<Presentation>
  /** Who a session stands for now; null once it has ended. Writes nothing. */
  findPrincipal(sessionId: string): Promise<Principal | null>
  end(refreshToken: string, visitor: Visitor): Promise<void>
}

type Deps = {
  store: SessionStore
  ring: KeyRing
  settings: SessionSettings
  record: RecordEvent
  notifyReuse: (email: string, agent: string) => Promise<void>
  /** Without it no session is ever bound. */
  binding?: BindingPolicy
  /** Another time than the house's; only for sessions that are not of the house either. */
  clock?: Clock
}

/** Carries out what `decide` says: starts sessions, presents refresh tokens, ends sessions. */
export function createSessions(deps: Deps): Sessions {
  const { store, ring, settings, record, notifyReuse, binding, clock = now } = deps
  const protocol = protocolOf(settings)
  const adminsNeedProof = binding?.adminsNeedIt === true
  const carryOut = createVerdictRunner({ store, ring, record, notifyReuse, adminsNeedProof })

  async function revokeAs(
    reason: 'signout' | 'replaced',
    refreshToken: string,
    visitor: Visitor,
    successorId: string | null = null,
  ): Promise<void> {
    const claim = openRefreshToken(ring, refreshToken)
    if (!claim) return
    const userId = await store.revoke(claim.sessionId, clock(), reason, successorId)
    if (userId === null) return
    const about = { actorId: userId, sessionId: claim.sessionId, ...boundedOrigin(visitor) }
    if (reason === 'signout') record({ type: 'signout', outcome: 'success', ...about })
    else record({ type: 'session.revoked', outcome: 'success', ...about, detail: { reason } })
  }

  function refuse(reason: 'malformed' | 'unknown', visitor: Visitor): Presentation {
    record({ type: 'session.refused', outcome: 'refused', ...boundedOrigin(visitor), detail: { reason } })
    return { kind: 'refused', reason }
  }

  /** The key of the session that is replaced, for the one that takes its place; the caller has seen its ticket. */
  async function inheritKey(sessionId: string, { replaces, keepsKey }: SessionStart): Promise<SessionBinding | null> {
    const replaced = binding?.isOn && keepsKey && replaces !== null ? openRefreshToken(ring, replaces) : null
    return replaced && binding ? binding.store.inherit(replaced.sessionId, sessionId) : null
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
      const row = newSessionRow(input, settings, ring.newest.id, clock())
      await store.insert(row)
      const inherited = await inheritKey(row.id, input)
      if (input.replaces !== null) await revokeAs('replaced', input.replaces, input.visitor, row.id)
      const withholdsAdmin = adminsNeedProof && (inherited?.proofNeededSince ?? null) === null
      return signedIn({ ...row, ...inherited }, ticketFor(ring, row), { proof: null, withholdsAdmin })
    },

    async present(refreshToken, { prefetch, visitor, boundTicket = null, watch }) {
      const claim = openRefreshToken(ring, refreshToken)
      if (!claim) return refuse('malformed', visitor)
      for (let look = 0; look < maxLooks; look++) {
        const row = await store.find(claim.sessionId)
        const at = clock()
        const { proof, provedUntil } = await readProof(row, boundTicket, at)
        const verdict = decide(row, claim.generation, at, protocol, { prefetch, provedUntil })
        watch?.(verdict)
        if (!row) return refuse('unknown', visitor)
        const answer = await carryOut(verdict, { row, claim, at, visitor, proof })
        if (answer) return answer
      }
      throw new Problem('unavailable', { retryAfterSeconds: 1 })
    },

    async findPrincipal(sessionId) {
      const row = await store.find(sessionId)
      if (!row) return null
      const begun = { prefetch: true, provedUntil: Number.POSITIVE_INFINITY }
      return decide(row, row.generation, clock(), protocol, begun).kind === 'refused' ? null : principalOf(row)
    },

    end: (refreshToken, visitor) => revokeAs('signout', refreshToken, visitor),
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

function newSessionRow(
  { user, amr, persistent, visitor }: SessionStart,
  settings: SessionSettings,
  sealedWith: string,
  at: number,
): SessionRow {
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
    revokedAt: null,
    revokedReason: null,
    successorId: null,
    sealedWith,
    ...unbound,
    userEmail: user.email,
    userName: user.name,
    userRole: user.role,
    userDisabledAt: null,
  }
}
