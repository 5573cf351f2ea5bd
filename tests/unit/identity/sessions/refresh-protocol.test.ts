import { describe, expect, it, test } from 'vitest'
import { decide, type SessionState } from '../../../../app/identity/sessions/refresh-protocol.ts'

const settings = { rotateAfterMs: 300_000, reuseGraceMs: 30_000, idleMs: 86_400_000, proofGraceMs: 10_000 }
const start = 1_800_000_000_000

/** Generation 5, replaced and confirmed at `start`, seen just then, good for a week. */
const settled: SessionState = {
  generation: 5,
  rotatedAt: start,
  confirmedAt: start,
  lastSeenAt: start,
  expiresAt: start + 7 * 86_400_000,
  revokedAt: null,
  revokedReason: null,
  successorId: null,
  userDisabledAt: null,
  proofNeededSince: null,
}
const unconfirmed: SessionState = { ...settled, confirmedAt: null }

function verdict(state: SessionState | null, presented: number, afterMs: number, prefetch = false) {
  return decide(state, presented, start + afterMs, settings, { prefetch })
}

describe('a session that is over', () => {
  const cases: [string, SessionState | null, number, string][] = [
    ['a missing row', null, 0, 'unknown'],
    ['a revoked session', { ...settled, revokedAt: start, revokedReason: 'signout' }, 0, 'revoked'],
    ['a session revoked for reuse', { ...settled, revokedAt: start, revokedReason: 'reuse' }, 0, 'reuse'],
    ['a session revoked with its account', { ...settled, revokedAt: start, revokedReason: 'disabled' }, 0, 'disabled'],
    ['a session met after its end', { ...settled, revokedAt: start, revokedReason: 'expired' }, 0, 'expired'],
    ['a session met when it was idle', { ...settled, revokedAt: start, revokedReason: 'idle' }, 0, 'idle'],
    ['the absolute end', { ...settled, lastSeenAt: start + 6.9 * 86_400_000 }, 7 * 86_400_000, 'expired'],
    ['a session not used for too long', settled, 86_400_000, 'idle'],
    ['a disabled account', { ...settled, userDisabledAt: start }, 0, 'disabled'],
  ]
  test.each(cases)('%s signs nobody in', (_, state, afterMs, reason) => {
    for (const presented of [0, 4, 5, 6]) {
      expect(verdict(state, presented, afterMs)).toEqual({ kind: 'refused', reason })
    }
  })

  it('is still good in the last millisecond of its idle time and of its absolute time', () => {
    expect(verdict(settled, 5, 86_400_000 - 1).kind).toBe('rotate')
    const used = { ...settled, lastSeenAt: start + 6.9 * 86_400_000 }
    expect(verdict(used, 5, 7 * 86_400_000 - 1).kind).toBe('rotate')
  })
})

describe('the current generation', () => {
  it('is confirmed the first time', () => {
    expect(verdict(unconfirmed, 5, 1_000)).toEqual({ kind: 'confirm' })
  })
  it('needs nothing while it is young', () => {
    expect(verdict(settled, 5, 299_999)).toEqual({ kind: 'current' })
  })
  it('is replaced once it is due', () => {
    expect(verdict(settled, 5, 300_000)).toEqual({ kind: 'rotate' })
  })
  it('is never replaced by a prefetch', () => {
    expect(verdict(settled, 5, 300_000, true)).toEqual({ kind: 'current' })
    expect(verdict({ ...unconfirmed, generation: 0 }, 0, 300_000, true)).toEqual({ kind: 'confirm' })
  })
  it('is replaced at its first use when it has no predecessor', () => {
    expect(verdict({ ...unconfirmed, generation: 0 }, 0, 300_000)).toEqual({ kind: 'rotate' })
  })
  it('is not replaced while a request may still be under way with its predecessor', () => {
    expect(verdict(unconfirmed, 5, 300_000)).toEqual({ kind: 'confirm' })
    const confirmedLate = { ...settled, confirmedAt: start + 300_000, lastSeenAt: start + 300_000 }
    expect(verdict(confirmedLate, 5, 330_000)).toEqual({ kind: 'current' })
    expect(verdict(confirmedLate, 5, 330_001)).toEqual({ kind: 'rotate' })
  })
  it('has its use noted when replacing it has to wait', () => {
    const waiting = { ...settled, confirmedAt: start + 299_999 }
    expect(verdict(waiting, 5, 300_000)).toEqual({ kind: 'touch' })
    expect(verdict(waiting, 5, 300_000, true)).toEqual({ kind: 'current' })
  })
})

describe('the generation before', () => {
  it('gets the successor again until somebody has used it, however late', () => {
    expect(verdict(unconfirmed, 4, 1_000)).toEqual({ kind: 'resend', touch: false })
    expect(verdict(unconfirmed, 4, 3_600_000)).toEqual({ kind: 'resend', touch: true })
    expect(verdict(unconfirmed, 4, 3_600_000, true)).toEqual({ kind: 'resend', touch: false })
  })
  it('is a straggler for the length of the grace', () => {
    expect(verdict(settled, 4, 0)).toEqual({ kind: 'straggler' })
    expect(verdict(settled, 4, 30_000)).toEqual({ kind: 'straggler' })
  })
  it('is a replay after the grace', () => {
    expect(verdict(settled, 4, 30_001)).toEqual({ kind: 'reuse' })
    expect(verdict(settled, 4, 30_001, true)).toEqual({ kind: 'reuse' })
  })
})

test.each([3, 2, 0])('generation %i of 5 is a replay at any time', (presented) => {
  expect(verdict(settled, presented, 0)).toEqual({ kind: 'reuse' })
  expect(verdict(unconfirmed, presented, 0)).toEqual({ kind: 'reuse' })
})

test.each([6, 9, Number.MAX_SAFE_INTEGER - 1])(
  'a generation ahead of the row (%i) moves the row forward',
  (presented) => {
    expect(verdict(settled, presented, 0)).toEqual({ kind: 'fast-forward' })
    expect(verdict(unconfirmed, presented, 86_399_999, true)).toEqual({ kind: 'fast-forward' })
  },
)

describe('a clock that stepped back', () => {
  it('makes nothing due, idle or expired', () => {
    expect(verdict(settled, 5, -50_000)).toEqual({ kind: 'current' })
    expect(verdict(unconfirmed, 5, -3_600_000)).toEqual({ kind: 'confirm' })
  })
  it('has the current generation confirmed anew, by the clock that is right', () => {
    expect(verdict(settled, 5, -3_600_000)).toEqual({ kind: 'confirm' })
    expect(verdict(settled, 5, -3_600_000, true)).toEqual({ kind: 'confirm' })
  })
  it('leaves a straggler a straggler', () => {
    expect(verdict(settled, 4, -3_600_000)).toEqual({ kind: 'straggler' })
    expect(verdict(unconfirmed, 4, -3_600_000)).toEqual({ kind: 'resend', touch: false })
  })
})

test('an idle limit below the rotation interval does not end a session in use', () => {
  const slow = { rotateAfterMs: 10_000, reuseGraceMs: 1_000, idleMs: 4_000, proofGraceMs: 10_000 }
  expect(decide(settled, 5, start + 2_000, slow, { prefetch: false })).toEqual({ kind: 'touch' })
})

describe('a session that is bound to a device', () => {
  const bound = { ...settled, proofNeededSince: start - 60_000 }
  const judge = (presented: number, provedUntil: number | null, afterMs = 1_000) =>
    decide(bound, presented, start + afterMs, settings, { prefetch: false, provedUntil }).kind

  it('is served with a ticket of its key, and for ten seconds after its end', () => {
    expect(judge(5, start + 2_000)).toBe('current')
    expect(judge(5, start - 9_000)).toBe('current')
    expect(judge(5, start - 9_001)).toBe('unproved')
  })
  it('is not served without one, whatever generation is shown, and a replay does not end it', () => {
    for (const presented of [0, 4, 5, 6]) expect(judge(presented, null)).toBe('unproved')
  })
  it('is served for ten seconds after it was bound', () => {
    const fresh = { ...bound, proofNeededSince: start }
    const at = (afterMs: number) => decide(fresh, 5, start + afterMs, settings, { prefetch: false }).kind
    expect([at(10_000), at(10_001)]).toEqual(['current', 'unproved'])
  })
  it('asks for it as well when the clock was set back since', () => {
    expect(judge(5, null, -3_600_000)).toBe('unproved')
  })
  it('is over when it is over, with a ticket or without', () => {
    expect(judge(5, start + 9e9, 8 * 86_400_000)).toBe('refused')
  })
})
