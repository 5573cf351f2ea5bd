import type { BoundProof } from '../device-binding/bound-ticket.ts'
import { decide, isJustReplaced, type ProtocolSettings } from './refresh-protocol.ts'
import type { SessionRow } from './session-row.ts'
import type { SessionStore } from './session-store.ts'

/** How many renewals in a row are followed; within a minute nobody confirms as often. */
const maxHops = 8

type ReadProof = (
  row: SessionRow,
  ticket: string | null,
  at: number,
) => Promise<{ proof: BoundProof | null; provedUntil: number | null }>

type Succeeded =
  | { kind: 'lives'; row: SessionRow; proof: BoundProof | null }
  /** It lives, and is bound to a key that was not shown. */
  | { kind: 'unproved' }
  | { kind: 'over' }

export type FindSucceeded = (replaced: SessionRow, boundTicket: string | null, at: number) => Promise<Succeeded>

/**
 * The session that goes on where `replaced` was, as long as each on the way was replaced within the grace and all are the
 * same person's; null when one of them was ended in another way. Sessions whose time is over are not left out.
 */
export async function findSuccessor(
  store: Pick<SessionStore, 'find'>,
  replaced: SessionRow,
  at: number,
): Promise<SessionRow | null> {
  let current = replaced
  for (let hops = 0; hops < maxHops; hops++) {
    if (current.successorId === null || !isJustReplaced(current, at)) return null
    const next = await store.find(current.successorId)
    if (!next || next.userId !== replaced.userId) return null
    if (next.revokedAt === null) return next
    current = next
  }
  return null
}

/** What answers a request that still carries the ticket of a replaced session: its successor, if that would be served. */
export function createSuccession(
  store: Pick<SessionStore, 'find'>,
  settings: ProtocolSettings,
  readProof: ReadProof,
): FindSucceeded {
  return async (replaced, boundTicket, at) => {
    const row = await findSuccessor(store, replaced, at)
    if (!row) return { kind: 'over' }
    // A copy from before the binding has no key either.
    const { proof, provedUntil } = await readProof(row, boundTicket, at)
    const { kind } = decide(row, row.generation, at, settings, { prefetch: true, provedUntil })
    if (kind === 'unproved') return { kind }
    return kind === 'refused' ? { kind: 'over' } : { kind: 'lives', row, proof }
  }
}
