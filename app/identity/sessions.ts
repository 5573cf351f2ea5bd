import type { Role } from '../contract/index.ts'
import type { KeyRing, Settings } from '../kernel/index.server.ts'
import { type Clock, now, Problem, type RecordEvent } from '../kernel/index.ts'
import { decide, type ProtocolSettings, type Verdict } from './decide.ts'
import { createSessionId, openRefreshToken } from './refresh-token.ts'
import { boundedOrigin, signedIn, ticketFor } from './session-answers.ts'
import { type SessionRow, type SessionStore, unbound } from './session-store.ts'
import type { Presentation, StartedSession, Visitor } from './token-service.ts'
import { createVerdictRunner } from './verdict-runner.ts'

/** How often a present looks at its row anew before it gives up. Every loss means that somebody else got on. */
const maxLooks = 8

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
}

export type PresentOptions = {
  prefetch: boolean
  visitor: Visitor
  /** Is told each verdict as it falls; a present that loses a race hears of more than one. */
  watch?: (verdict: Verdict) => void
}

export type Sessions = {
  start(input: SessionStart): Promise<StartedSession>
  present(refreshToken: string, options: PresentOptions): Promise<Presentation>
  end(refreshToken: string, visitor: Visitor): Promise<void>
}

type Deps = {
  store: SessionStore
  ring: KeyRing
  settings: SessionSettings
  record: RecordEvent
  notifyReuse: (email: string, agent: string) => Promise<void>
  /** Another time than the house's; only for sessions that are not of the house either. */
  clock?: Clock
}

/** Carries out what `decide` says: starts sessions, presents refresh tokens, ends sessions. */
export function createSessions({ store, ring, settings, record, notifyReuse, clock = now }: Deps): Sessions {
  const protocol = protocolOf(settings)
  const carryOut = createVerdictRunner({ store, ring, record, notifyReuse })

  async function revokeAs(reason: 'signout' | 'replaced', refreshToken: string, visitor: Visitor): Promise<void> {
    const claim = openRefreshToken(ring, refreshToken)
    if (!claim) return
    const userId = await store.revoke(claim.sessionId, clock(), reason)
    if (userId === null) return
    const about = { actorId: userId, sessionId: claim.sessionId, ...boundedOrigin(visitor) }
    if (reason === 'signout') record({ type: 'signout', outcome: 'success', ...about })
    else record({ type: 'session.revoked', outcome: 'success', ...about, detail: { reason } })
  }

  function refuse(reason: 'malformed' | 'unknown', visitor: Visitor): Presentation {
    record({ type: 'session.refused', outcome: 'refused', ...boundedOrigin(visitor), detail: { reason } })
    return { kind: 'refused', reason }
  }

  return {
    async start(input) {
      const row = newSessionRow(input, settings, ring.newest.id, clock())
      await store.insert(row)
      if (input.replaces !== null) await revokeAs('replaced', input.replaces, input.visitor)
      return signedIn(row, ticketFor(ring, row))
    },

    async present(refreshToken, { prefetch, visitor, watch }) {
      const claim = openRefreshToken(ring, refreshToken)
      if (!claim) return refuse('malformed', visitor)
      for (let look = 0; look < maxLooks; look++) {
        const row = await store.find(claim.sessionId)
        const at = clock()
        const verdict = decide(row, claim.generation, at, protocol, { prefetch })
        watch?.(verdict)
        if (!row) return refuse('unknown', visitor)
        const answer = await carryOut(verdict, { row, claim, at, visitor })
        if (answer) return answer
      }
      throw new Problem('unavailable', { retryAfterSeconds: 1 })
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
    ...boundedOrigin(visitor),
    amr: amr.join(' '),
    authenticatedAt: at,
    revokedAt: null,
    revokedReason: null,
    sealedWith,
    ...unbound,
    userEmail: user.email,
    userName: user.name,
    userRole: user.role,
    userDisabledAt: null,
  }
}
