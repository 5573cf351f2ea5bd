import { isRecent } from '../../../app/identity/sessions/refresh-protocol.ts'
import { type RenewalProtocol, type Session, shippedRenewals, stateOf } from './renewal-protocol.ts'

export type RenewalMutant = { readonly name: string; readonly protocol: RenewalProtocol; readonly expected: RegExp }

const { decide } = shippedRenewals
const changing = (change: Partial<RenewalProtocol>): RenewalProtocol => ({ ...shippedRenewals, ...change })
const straggling = (change: Partial<RenewalProtocol['straggler']>) =>
  changing({ straggler: { ...shippedRenewals.straggler, ...change } })

/** Follows every link, whoever the session is and whenever it was replaced. */
function follow(sessions: readonly Session[], replaced: number): number | null {
  let at: number | null = replaced
  while (at !== null && sessions[at]?.revokedAt !== null) at = sessions[at]?.successor ?? null
  return at
}

/** Faults that somebody could plant, or ship. Each must be found. */
export const renewalMutants: readonly RenewalMutant[] = [
  {
    name: 'a replaced ticket is refused and clears the cookie (what was shipped before)',
    protocol: changing({ findSuccessor: () => null, clears: () => true }),
    expected: /although its session goes on|signed out by its own other tab/,
  },
  {
    name: 'a refusal always clears the cookie',
    protocol: changing({ clears: () => true }),
    expected: /signed out by its own other tab/,
  },
  {
    name: 'a refusal clears only when its session ended a minute ago, also of what scripts ask',
    protocol: changing({ clears: (endedAt, at) => !isRecent(endedAt, at) }),
    expected: /signed out by its own other tab/,
  },
  {
    name: 'a replaced ticket is refused',
    protocol: changing({ findSuccessor: () => null }),
    expected: /although its session goes on/,
  },
  {
    name: 'a straggler gets the ticket of the successor',
    protocol: straggling({ getsTicket: true }),
    expected: /never copied/,
  },
  { name: 'a straggler has the fresh proof', protocol: straggling({ isFresh: true }), expected: /never gave/ },
  { name: 'a straggler may renew', protocol: straggling({ mayRenew: true }), expected: /never gave/ },
  {
    name: 'the minute never ends',
    protocol: changing({
      decide: (state, presented, at) =>
        decide({ ...state, revokedAt: state.revokedAt === null ? null : at }, presented, at),
      findSuccessor: follow,
    }),
    expected: /longer than a minute/,
  },
  {
    name: 'an old generation is answered by the successor too',
    protocol: changing({
      decide: (state, presented, at) => decide(state, state.revokedAt === null ? presented : state.generation, at),
    }),
    expected: /long been replaced/,
  },
  {
    name: 'the session of another person answers',
    protocol: changing({ findSuccessor: (sessions, replaced) => follow(sessions, replaced) }),
    expected: /another person/,
  },
  {
    name: 'a renewal that comes after the sign-out begins a session',
    protocol: changing({ renewalNeedsLive: false }),
    expected: /after the person had signed out/,
  },
  {
    name: 'a renewal does not end what it replaces',
    protocol: changing({ renewalEndsReplaced: false }),
    expected: /longer than a minute|after the person had ended it/,
  },
  {
    name: 'signing out with the ticket from before ends nothing',
    protocol: changing({ signOutFollows: false }),
    expected: /after the person had ended it/,
  },
  {
    name: 'a new password leaves the ticket from before its minute',
    protocol: changing({ passwordLeaves: 'replaced' }),
    expected: /after the person had ended it/,
  },
  {
    name: 'only one renewal is followed',
    protocol: changing({
      findSuccessor: (sessions, replaced, at) => {
        const next = sessions[replaced]?.successor ?? null
        const isLive = next !== null && stateOf(sessions[next] as Session, at).revokedAt === null
        return isLive && sessions[next]?.person === sessions[replaced]?.person ? next : null
      },
    }),
    expected: /although its session goes on/,
  },
]
