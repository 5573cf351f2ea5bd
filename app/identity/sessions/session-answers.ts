import type { Role } from '../../contract/index.ts'
import type { KeyRing } from '../../kernel/index.server.ts'
import type { BoundProof } from '../device-binding/bound-ticket.ts'
import type { Principal, SessionFacts, Ticket, Visitor } from '../token-service.ts'
import { signRefreshToken } from './refresh-token.ts'
import type { SessionRow } from './session-row.ts'

const maxAgentLength = 256

/** The refresh token of a session's current generation, for the browser to keep. */
export function ticketFor(ring: KeyRing, row: SessionRow): Ticket {
  const refreshToken = signRefreshToken(ring, { sessionId: row.id, generation: row.generation })
  return { refreshToken, expiresAt: row.expiresAt, persistent: row.persistent }
}

/** What came of the key that a session may be bound to. */
export type Shown = { proof: BoundProof | null; withholdsAdmin: boolean }

/** A session's row as the answer to a sign-in or a present. */
export function signedIn<T extends Ticket | null>(row: SessionRow, ticket: T, shown: Shown) {
  const isWithheld = shown.withholdsAdmin && row.userRole === 'admin'
  const role = isWithheld ? 'user' : row.userRole
  const session = { ...factsOf(row, shown.proof), isAdminWithheld: isWithheld }
  return { kind: 'signed-in' as const, principal: principalOf({ ...row, userRole: role }), session, ticket }
}

/**
 * A request that still carries the ticket of a session whose place `row` has taken: who it acts for is said by the session
 * that goes on, how they proved it by the one that was replaced. It gets no ticket.
 */
export function servedBy(row: SessionRow, replaced: SessionRow, shown: Shown) {
  const answer = signedIn(row, null, shown)
  const proved = { amr: replaced.amr.split(' '), authenticatedAt: replaced.createdAt }
  return { ...answer, principal: { ...answer.principal, ...proved, replacedSessionId: replaced.id } }
}

/** Bounded, so that a browser cannot fill the store with its own description. */
export function boundedOrigin({ agent, address }: Visitor): Visitor {
  return { agent: agent.slice(0, maxAgentLength), address }
}

/** Who the session of a row stands for. */
export function principalOf(row: SessionRow): Principal {
  return {
    userId: row.userId,
    email: row.userEmail,
    name: row.userName,
    roles: rolesOf(row.userRole),
    sessionId: row.id,
    amr: row.amr.split(' '),
    authenticatedAt: row.createdAt,
  }
}

function factsOf(row: SessionRow, proof: BoundProof | null): Omit<SessionFacts, 'isAdminWithheld'> {
  const { id, generation, createdAt, rotatedAt, confirmedAt, lastSeenAt, expiresAt, persistent, agent, address } = row
  const binding = row.boundAt === null ? null : { boundAt: row.boundAt, proof }
  return {
    id,
    generation,
    createdAt,
    rotatedAt,
    confirmedAt,
    lastSeenAt,
    expiresAt,
    persistent,
    agent,
    address,
    binding,
  }
}

/** An admin is a user too. */
function rolesOf(role: Role): readonly Role[] {
  return role === 'admin' ? ['user', 'admin'] : ['user']
}
