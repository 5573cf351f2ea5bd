import type { sessions } from '../../../db/index.ts'
import type { Role } from '../../contract/index.ts'

type StoredSession = Omit<typeof sessions.$inferSelect, 'userNumber' | 'endNotedAt' | 'bindingKey' | 'bindingUses'> & {
  readonly userId: string
}

/** What a session is bound to, and since when it has to be shown; all null for one that is not bound. */
export type SessionBinding = Pick<StoredSession, 'bindingId' | 'boundAt' | 'proofNeededSince'>

export const unbound: SessionBinding = { bindingId: null, boundAt: null, proofNeededSince: null }

export type NewSession = Omit<StoredSession, 'revokedAt' | 'revokedReason' | 'successorId' | keyof SessionBinding>

/** A session with what a principal needs of its user: one row, one read. */
export type SessionRow = StoredSession & {
  readonly userEmail: string
  readonly userName: string
  readonly userRole: Role
  readonly userDisabledAt: number | null
}
