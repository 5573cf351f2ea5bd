import type { SessionEnd } from '../../app/contract/index.ts'
import { decide, isAhead, type SessionState, type Verdict } from '../../app/identity/sessions/refresh-protocol.ts'

/** What the protocol keeps of a session. `revokedReason` is null exactly while it is not revoked. */
export type Row = {
  readonly generation: number
  readonly rotatedAt: number
  readonly confirmedAt: number | null
  readonly lastSeenAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly revokedReason: SessionEnd | null
  /** Since when the ticket of a key is asked for; null for a session that is not bound. */
  readonly proofNeededSince: number | null
}

/** What a presenter read when it decided. A write holds only while the row still has this generation. */
export type Read = Pick<Row, 'generation'>

/** A write that changes nothing returns null: the row is no longer what was read. */
type Written = Row | null

/**
 * The statements of `session-store.ts` as pure functions of a row. `conformance.test.ts` compares them with the shipped
 * statements over real SQLite.
 */
export const storeModel = {
  rotate: (row: Row, read: Read, at: number, lastSeenAt: number): Written =>
    isAsRead(row, read)
      ? { ...row, generation: read.generation + 1, rotatedAt: at, confirmedAt: null, lastSeenAt }
      : null,
  confirm: (row: Row, read: Read, confirmedAt: number, lastSeenAt: number): Written =>
    isAsRead(row, read) && (row.confirmedAt === null || isAhead(row.confirmedAt, confirmedAt))
      ? { ...row, rotatedAt: Math.min(row.rotatedAt, confirmedAt), confirmedAt, lastSeenAt }
      : null,
  touch: (row: Row, read: Read, lastSeenAt: number): Written => (isAsRead(row, read) ? { ...row, lastSeenAt } : null),
  fastForward: (row: Row, read: Read, presented: number, at: number, lastSeenAt: number): Written =>
    isAsRead(row, read) ? { ...row, generation: presented, rotatedAt: at, confirmedAt: at, lastSeenAt } : null,
  revokeForReuse: (row: Row, read: Read, at: number): Written =>
    isAsRead(row, read) ? { ...row, revokedAt: at, revokedReason: 'reuse' } : null,
  revoke: (row: Row, _read: Read, at: number, reason: SessionEnd): Written =>
    row.revokedAt === null ? { ...row, revokedAt: at, revokedReason: reason } : null,
}
export type StoreModel = typeof storeModel

function isAsRead(row: Row, read: Read): boolean {
  return row.revokedAt === null && row.generation === read.generation
}

/** What carrying out a verdict needs: which write with which times, and the generation of the cookie that is sent. */
export type Plan = {
  readonly write: 'none' | 'rotate' | 'confirm' | 'touch' | 'fast-forward' | 'reuse' | 'expired' | 'idle'
  /** The time that the write stores besides the last use: of rotating, of confirming. */
  readonly at: number
  readonly lastSeenAt: number
  /** The generation of the refresh token that is sent; null when none is. */
  readonly sends: number | null
  readonly isAccepted: boolean
}

/** The effects of `apply-verdict.ts` as data; compared with the shipped ones by `conformance.test.ts`. */
export function planModel(verdict: Verdict, row: Row, presented: number, at: number): Plan {
  const lastSeenAt = Math.max(row.lastSeenAt, at)
  const plan = { write: 'none', at, lastSeenAt, sends: null, isAccepted: true } as const
  switch (verdict.kind) {
    case 'refused': {
      const isOver = row.revokedAt === null && (verdict.reason === 'expired' || verdict.reason === 'idle')
      return { ...plan, write: isOver ? (verdict.reason as 'expired' | 'idle') : 'none', isAccepted: false }
    }
    case 'unproved':
      return { ...plan, isAccepted: false }
    // Who answers then is no matter of this row alone: `renewals/` explores it.
    case 'succeeded':
      return plan
    case 'reuse':
      return { ...plan, write: 'reuse', isAccepted: false }
    case 'rotate':
      return { ...plan, write: 'rotate', sends: presented + 1 }
    case 'confirm':
      return { ...plan, write: 'confirm', at: row.confirmedAt === null ? Math.max(row.rotatedAt, at) : at }
    case 'resend':
      return { ...plan, write: verdict.touch ? 'touch' : 'none', sends: row.generation }
    case 'touch':
    case 'fast-forward':
      return { ...plan, write: verdict.kind }
    case 'current':
    case 'straggler':
      return plan
  }
}

/** Everything that the explorer runs and that a mutant may change. */
export type Protocol = {
  readonly decide: (...given: Parameters<typeof decide>) => Verdict
  readonly store: StoreModel
  readonly plan: typeof planModel
  /** What a request does whose ticket is no ticket: bad form, bad mac, unknown key. */
  readonly garbage: (row: Row, at: number) => Row
  /** What a lost race leads to. Shipped: look again. */
  readonly onLostRace: 'look-again' | 'refuse'
}

/** The protocol as it is shipped: its own decision function, and the models that are proved equal to its statements. */
export const shipped: Protocol = {
  decide,
  store: storeModel,
  plan: planModel,
  garbage: (row) => row,
  onLostRace: 'look-again',
}

/** Carries out the write of a plan; null when the race was lost. */
export function applyPlan(store: StoreModel, plan: Plan, row: Row, read: Read, presented: number): Row | null {
  switch (plan.write) {
    case 'none':
      return row
    case 'rotate':
      return store.rotate(row, read, plan.at, plan.lastSeenAt)
    case 'confirm':
      return store.confirm(row, read, plan.at, plan.lastSeenAt)
    case 'touch':
      return store.touch(row, read, plan.lastSeenAt)
    case 'fast-forward':
      return store.fastForward(row, read, presented, plan.at, plan.lastSeenAt)
    case 'reuse':
      return store.revokeForReuse(row, read, plan.at)
    case 'expired':
    case 'idle':
      return store.revoke(row, read, plan.at, plan.write)
  }
}

/** The row as `decide` takes it. Disabling an account revokes its sessions; the model knows it as a revocation. */
export function stateOf(row: Row, successorId: string | null = null): SessionState {
  return { ...row, successorId, userDisabledAt: null }
}
