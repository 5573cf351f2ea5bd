import {
  expandRenewals,
  present,
  type RenewalBounds,
  RenewalViolation,
  type Renewing,
  renewalStart,
  tickMs,
} from './renewal-model.ts'
import type { RenewalProtocol } from './renewal-protocol.ts'

export type RenewalExploration = {
  readonly states: number
  readonly steps: number
  readonly counterExample: { readonly broken: string; readonly timeline: readonly string[] } | null
}

type Met = { readonly world: Renewing; readonly from: number; readonly what: string }

/** Breadth first over everything within the bounds; two states are one when all that is kept of them is the same. */
export function exploreRenewals(protocol: RenewalProtocol, bounds: RenewalBounds): RenewalExploration {
  const met: Met[] = []
  const known = new Set<string>()
  let [steps, current] = [0, -1]
  const meet = (world: Renewing, what: string) => {
    steps++
    const key = keyOf(world)
    if (known.has(key)) return
    known.add(key)
    met.push({ world, from: current, what })
  }
  meet(renewalStart, 'the owner is signed in')
  try {
    for (current = 0; current < met.length; current++)
      expandRenewals(protocol, bounds, (met[current] as Met).world, meet)
  } catch (fault) {
    if (!(fault instanceof RenewalViolation)) throw fault
    return { states: met.length, steps, counterExample: { broken: fault.message, timeline: wayTo(met, current) } }
  }
  return { states: met.length, steps, counterExample: null }
}

function wayTo(met: readonly Met[], last: number): string[] {
  const lines: string[] = []
  for (let at = last; at >= 0; at = (met[at] as Met).from) lines.unshift((met[at] as Met).what)
  return lines
}

const ops = ['ask', 'visit', 'sign-out', 'confirm', 'password', 'sign-in', 'sign-in-other']
const phases = ['sent', 'read', 'answered']
const reasons = [null, 'replaced', 'signout', 'ended', 'reuse']

/** Every field of a state, as letters: tabs of one jar are alike, so their requests are sorted. */
function keyOf({ sessions, jar, flights, stolen, isDisturbed, hasSignedOut }: Renewing): string {
  const code = (...numbers: (number | null)[]) =>
    String.fromCharCode(...numbers.map((each) => (each === null ? 32 : each + 33)))
  const rows = sessions.map(({ person, revokedAt, revokedReason, successor, leftFor, isOver }) =>
    code(
      ...[person, revokedAt === null ? null : (present - revokedAt) / tickMs, reasons.indexOf(revokedReason)],
      ...[successor, leftFor, isOver ? 1 : 0],
    ),
  )
  const sent = flights.map(({ op, ticket, phase, target, clears, travelled }) =>
    code(ops.indexOf(op), ticket, phases.indexOf(phase), target, clears ? 1 : 0, travelled),
  )
  const rest = code(jar, stolen, isDisturbed ? 1 : 0, hasSignedOut ? 1 : 0, sessions.length)
  return rest + rows.join('') + sent.sort().join('')
}
