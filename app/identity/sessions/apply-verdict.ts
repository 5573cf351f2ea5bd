import type { KeyRing } from '../../kernel/index.server.ts'
import type { EventType, RecordEvent } from '../../kernel/index.ts'
import type { BoundProof } from '../device-binding/bound-ticket.ts'
import type { Presentation, RefusalReason, Visitor } from '../token-service.ts'
import { isRecent, type Verdict } from './refresh-protocol.ts'
import type { RefreshClaim } from './refresh-token.ts'
import { boundedOrigin, servedBy, signedIn, ticketFor } from './session-answers.ts'
import type { SessionRow } from './session-row.ts'
import type { SessionStore } from './session-store.ts'
import type { FindSucceeded } from './succession.ts'

type Deps = {
  store: SessionStore
  ring: KeyRing
  record: RecordEvent
  /** Tells the session's person; never fails. */
  notifyReuse: (owner: { id: string; email: string }, agent: string) => Promise<void>
  /** Admins whose session did not show its key are users. */
  adminsNeedProof: boolean
  findSucceeded: FindSucceeded
}
type Situation = {
  row: SessionRow
  claim: RefreshClaim
  at: number
  visitor: Visitor
  proof: BoundProof | null
  boundTicket: string | null
}

/** What an accepted present does: the one write it needs, what the row is afterwards, and what is sent and told. */
type Effect = {
  write?: () => Promise<boolean>
  after?: Partial<SessionRow>
  event?: EventType
  sendsTicket?: true
}

/** Carries out a verdict: one write, its event, the answer. Null means that the row moved meanwhile: look again. */
export function createVerdictRunner({ store, ring, record, notifyReuse, adminsNeedProof, findSucceeded }: Deps) {
  return async (verdict: Verdict, situation: Situation): Promise<Presentation | null> => {
    if (verdict.kind === 'refused') return await refuse(verdict.reason, situation)
    if (verdict.kind === 'unproved') return holdBack(situation)
    if (verdict.kind === 'succeeded') return await answerBySuccessor(situation)
    if (verdict.kind === 'reuse') return await endForReuse(situation)
    return await accept(verdict, situation)
  }

  async function accept(verdict: Accepted, situation: Situation): Promise<Presentation | null> {
    const { row, claim, proof } = situation
    const effect = effectOf(verdict, situation, store, ring.newest.id)
    if (effect.write && !(await effect.write())) return null
    if (effect.event) note(effect.event, situation, { presented: claim.generation, generation: row.generation })
    const after = { ...row, ...effect.after }
    const ticket = effect.sendsTicket ? ticketFor(ring, after) : null
    return signedIn(after, ticket, { proof, withholdsAdmin: adminsNeedProof && proof === null })
  }

  function holdBack(situation: Situation): Presentation {
    note('session.unproved', situation, { presented: situation.claim.generation })
    return { kind: 'unproved' }
  }

  /** Writes nothing and sends nothing: the browser gets the successor's ticket from the answer that made it, or not at all. */
  async function answerBySuccessor(situation: Situation): Promise<Presentation | null> {
    const { row, claim, at, proof, boundTicket } = situation
    const found = await findSucceeded(row, boundTicket, at)
    if (found.kind === 'unproved') return holdBack(situation)
    if (found.kind === 'over') return await refuse('revoked', situation)
    note('session.straggler', situation, { presented: claim.generation, generation: row.generation })
    const withholdsAdmin = adminsNeedProof && (proof === null || found.proof === null)
    return servedBy(found.row, row, { proof: found.proof, withholdsAdmin })
  }

  async function endForReuse(situation: Situation): Promise<Presentation | null> {
    const { row, claim, at } = situation
    if (!(await store.revokeForReuse(row, at))) return null
    note('session.reuse', situation, { presented: claim.generation, generation: row.generation })
    note('session.revoked', situation, { reason: 'reuse' })
    await notifyReuse({ id: row.userId, email: row.userEmail }, row.agent)
    return { kind: 'refused', reason: 'reuse', isRecent: true }
  }

  async function refuse(reason: RefusalReason, situation: Situation): Promise<Presentation | null> {
    const { row, at } = situation
    // Or a clock that is set back later would bring the session back.
    const isOver = reason === 'expired' || reason === 'idle'
    if (isOver && row.revokedAt === null && (await store.revoke(row.id, at, reason)) === null) return null
    // Or an account that is enabled again would bring its old sessions back.
    if (reason === 'disabled' && row.revokedAt === null && (await store.revoke(row.id, at, 'disabled')) !== null) {
      note('session.revoked', situation, { reason })
    }
    note('session.refused', situation, { reason })
    // One that was just met after its end has just been ended.
    return { kind: 'refused', reason, ...(isRecent(row.revokedAt ?? at, at) ? { isRecent: true } : {}) }
  }

  function note(type: EventType, { row, visitor }: Situation, detail: Record<string, string | number>): void {
    const outcome = refusals.includes(type) ? 'refused' : 'success'
    record({ type, outcome, subjectId: row.userId, sessionId: row.id, ...boundedOrigin(visitor), detail })
  }
}

const refusals: readonly EventType[] = ['session.reuse', 'session.refused', 'session.unproved']

type Accepted = Exclude<Verdict, { kind: 'refused' | 'reuse' | 'unproved' | 'succeeded' }>

function effectOf(verdict: Accepted, { row, claim, at }: Situation, store: SessionStore, secretId: string): Effect {
  // Never back: a clock that was wrong for a while must not make a used session look idle afterwards.
  const lastSeenAt = Math.max(row.lastSeenAt, at)
  const touch: Effect = { write: () => store.touch(row, lastSeenAt), after: { lastSeenAt } }
  switch (verdict.kind) {
    case 'current':
      return {}
    case 'touch':
      return touch
    case 'confirm': {
      // Anew: a clock that was ahead has been set back, and replacing and the predecessor's grace go by the one that is right.
      const confirmedAt = row.confirmedAt === null ? Math.max(row.rotatedAt, at) : at
      const rotatedAt = Math.min(row.rotatedAt, confirmedAt)
      return { write: () => store.confirm(row, confirmedAt, lastSeenAt), after: { rotatedAt, confirmedAt, lastSeenAt } }
    }
    case 'rotate':
      return {
        write: () => store.rotate(row, secretId, at, lastSeenAt),
        after: { generation: row.generation + 1, rotatedAt: at, confirmedAt: null, lastSeenAt, secretId },
        event: 'session.rotated',
        sendsTicket: true,
      }
    case 'resend':
      return { ...(verdict.touch ? touch : {}), sendsTicket: true }
    case 'straggler':
      return { event: 'session.straggler' }
    case 'fast-forward':
      return {
        write: () => store.fastForward(row, claim.generation, at, lastSeenAt),
        after: { generation: claim.generation, rotatedAt: at, confirmedAt: at, lastSeenAt },
        event: 'session.fast_forward',
      }
  }
}
