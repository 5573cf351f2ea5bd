import { decide } from '../../app/identity/sessions/refresh-protocol.ts'
import type { smallBounds } from './bounds.ts'
import { type Plan, type Protocol, type Row, shipped, storeModel } from './protocol.ts'

export type Mutant = {
  readonly name: string
  readonly protocol: Protocol
  /** The small bound within which it shows, and the invariant that it breaks. */
  readonly within: (typeof smallBounds)[number]['name']
  readonly expected: RegExp
}

type Decide = Protocol['decide']
const replaced = /was replaced twice|went back to an earlier generation/
const honest = /the owner was refused/

/** The shipped decision with one of its verdicts changed. */
function deciding(change: (...given: [ReturnType<Decide>, ...Parameters<Decide>]) => ReturnType<Decide>): Protocol {
  return { ...shipped, decide: (...given) => change(decide(...given), ...given) }
}

function planning(change: (plan: Plan, kind: string, presented: number) => Plan): Protocol {
  return {
    ...shipped,
    plan: (verdict, row, presented, at) => change(shipped.plan(verdict, row, presented, at), verdict.kind, presented),
  }
}

const rotateBlindly = (row: Row, read: { generation: number }, at: number, lastSeenAt: number) =>
  row.revokedAt === null
    ? { ...row, generation: read.generation + 1, rotatedAt: at, confirmedAt: null, lastSeenAt }
    : null

/** Faults that somebody could plant, or ship. Each must be found. */
export const mutants: readonly Mutant[] = [
  {
    name: 'the replacing UPDATE asks for no generation',
    protocol: { ...shipped, store: { ...storeModel, rotate: rotateBlindly } },
    within: 'one tab, everything at once',
    expected: replaced,
  },
  {
    name: 'the replacing UPDATE asks for no living session',
    protocol: {
      ...shipped,
      store: {
        ...storeModel,
        rotate: (row, read, at, lastSeenAt) =>
          row.generation === read.generation
            ? { ...row, generation: row.generation + 1, rotatedAt: at, confirmedAt: null, lastSeenAt }
            : null,
      },
    },
    within: 'one tab, everything at once',
    expected: /after the session had been ended|after a replay/,
  },
  {
    name: 'the generation before the previous one is a straggler too',
    protocol: deciding((verdict, state, presented) =>
      verdict.kind === 'reuse' && state && presented === state.generation - 2 ? { kind: 'straggler' } : verdict,
    ),
    within: 'two tabs and a thief',
    expected: /was accepted while/,
  },
  {
    name: 'nothing is ever confirmed',
    protocol: deciding((verdict) => (verdict.kind === 'confirm' ? { kind: 'current' } : verdict)),
    within: 'two tabs and a thief',
    expected: /after its successor had been used/,
  },
  {
    name: 'the grace runs from replacing, not from the first use',
    protocol: deciding((verdict, state, presented, at, settings) =>
      verdict.kind === 'straggler' &&
      state &&
      presented < state.generation &&
      at - state.rotatedAt > settings.reuseGraceMs
        ? { kind: 'reuse' }
        : verdict,
    ),
    within: 'two tabs, one jar',
    expected: honest,
  },
  {
    name: 'the grace never ends',
    protocol: deciding((verdict, state, presented) =>
      verdict.kind === 'reuse' && state && presented === state.generation - 1 ? { kind: 'straggler' } : verdict,
    ),
    within: 'two tabs and a thief',
    expected: /after its successor had been used/,
  },
  {
    name: 'garbage revokes the session that it names',
    protocol: { ...shipped, garbage: (row, at) => ({ ...row, revokedAt: at, revokedReason: 'reuse' }) },
    within: 'one tab, everything at once',
    expected: /no refresh token changed/,
  },
  {
    name: 'a straggler is sent its own generation',
    protocol: planning((plan, kind, presented) => (kind === 'straggler' ? { ...plan, sends: presented } : plan)),
    within: 'two tabs, one jar',
    expected: honest,
  },
  {
    name: 'the end of a session is not looked at',
    protocol: {
      ...shipped,
      decide: (state, ...rest) => decide(state && { ...state, revokedAt: null, revokedReason: null }, ...rest),
    },
    within: 'one tab, everything at once',
    expected: /after the session had been ended|after a replay/,
  },
  {
    name: 'ending a session asks for a generation',
    protocol: {
      ...shipped,
      store: {
        ...storeModel,
        revoke: (row, read, at, reason) =>
          row.generation === read.generation ? storeModel.revoke(row, read, at, reason) : null,
      },
    },
    within: 'one tab, everything at once',
    expected: /after the session had been ended/,
  },
  {
    name: 'the absolute end is not looked at',
    protocol: {
      ...shipped,
      decide: (state, ...rest) => decide(state && { ...state, expiresAt: Number.MAX_SAFE_INTEGER }, ...rest),
    },
    within: 'one tab, everything at once',
    expected: /after the session had expired/,
  },
  {
    name: 'a generation ahead of the row is a replay',
    protocol: deciding((verdict) => (verdict.kind === 'fast-forward' ? { kind: 'reuse' } : verdict)),
    within: 'one tab, everything at once',
    expected: honest,
  },
  {
    name: 'a time in the future is a replay',
    protocol: deciding((verdict, state, _, at) =>
      verdict.kind === 'straggler' && state?.confirmedAt && at < state.confirmedAt ? { kind: 'reuse' } : verdict,
    ),
    within: 'two tabs, one jar',
    expected: honest,
  },
  {
    name: 'a prefetch replaces',
    protocol: {
      ...shipped,
      decide: (state, presented, at, settings) => decide(state, presented, at, settings, { prefetch: false }),
    },
    within: 'one tab, everything at once',
    expected: /prefetch/,
  },
  {
    name: 'a replay is refused but ends nothing',
    protocol: planning((plan, kind) => (kind === 'reuse' ? { ...plan, write: 'none' } : plan)),
    within: 'two tabs and a thief',
    expected: /after a replay/,
  },
  {
    name: 'strict: the previous generation is never answered',
    protocol: deciding((verdict) =>
      verdict.kind === 'resend' || verdict.kind === 'straggler' ? { kind: 'reuse' } : verdict,
    ),
    within: 'one tab, everything at once',
    expected: honest,
  },
  {
    name: 'replacing does not wait for the grace of the generation before (our first design)',
    protocol: deciding((verdict, state, presented, at, settings, { prefetch }) => {
      if (!state || presented !== state.generation || prefetch) return verdict
      const isDue = at - state.rotatedAt >= settings.rotateAfterMs
      return isDue && (verdict.kind === 'confirm' || verdict.kind === 'current' || verdict.kind === 'touch')
        ? { kind: 'rotate' }
        : verdict
    }),
    within: 'two tabs, one jar',
    expected: honest,
  },
  {
    name: 'whoever loses a race is refused',
    protocol: { ...shipped, onLostRace: 'refuse' },
    within: 'one tab, everything at once',
    expected: honest,
  },
  {
    name: 'the last use is noted by nothing',
    protocol: {
      ...shipped,
      store: {
        ...storeModel,
        touch: (row, read) => storeModel.touch(row, read, row.lastSeenAt),
        confirm: (row, read, at) => storeModel.confirm(row, read, at, row.lastSeenAt),
        rotate: (row, read, at) => storeModel.rotate(row, read, at, row.lastSeenAt),
      },
    },
    within: 'one tab, idle sessions',
    expected: honest,
  },
  {
    name: 'the ticket of the key is not looked at',
    protocol: {
      ...shipped,
      decide: (state, presented, at, settings, given) =>
        decide(state, presented, at, settings, { ...given, provedUntil: Number.POSITIVE_INFINITY }),
    },
    within: 'one tab and a thief, bound to a device',
    expected: /a copy without the key was served/,
  },
  {
    name: 'a replay is judged before the key is asked for',
    protocol: deciding((verdict, state, ...rest) => {
      const unbound =
        verdict.kind === 'unproved' && state ? decide({ ...state, proofNeededSince: null }, ...rest) : verdict
      return unbound.kind === 'reuse' ? unbound : verdict
    }),
    within: 'one tab and a thief, bound to a device',
    expected: /a copy without the key ended the session/,
  },
  {
    name: 'nothing is forgiven around the end of a ticket',
    protocol: {
      ...shipped,
      decide: (state, presented, at, settings, given) =>
        decide(state, presented, at, { ...settings, proofGraceMs: -1 }, given),
    },
    within: 'one tab and a thief, bound to a device',
    expected: honest,
  },
]
