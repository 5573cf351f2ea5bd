import type { Plan, Row } from './protocol.ts'

/**
 * One state of the explored world, packed into `wordsPerState` integers. Times are ages in ticks, so that two states
 * that differ only by the hour are one; ages beyond every threshold are one age. Honest requests are kept sorted:
 * which tab sent one makes no difference to one jar.
 */
export const wordsPerState = 7
/** The present moment of every state; clocks of nodes differ from it by at most the bound. */
export const present = 100

export const maxTabs = 3
const none3 = 7
const none4 = 15
const none5 = 31
const bias = 8

const rotations = ['none', 'rotate', 'confirm', 'touch', 'fast-forward', 'reuse'] as const
export const writes = [...rotations, 'expired', 'idle'] as const satisfies Plan['write'][]
// Not among them: that a session was over. Clocks only go on here, so its times say that for good; leaving the write out
// allows more than is possible, never less.
const reasons = [null, 'signout', 'reuse', 'ended'] as const

/** `sent`: on its way there. `decided`: the row was read, the write is still to come. `answered`: on its way back. */
export type Phase = 'sent' | 'decided' | 'answered'
const phases = [null, 'sent', 'decided', 'answered'] as const

/** A request that is under way. `sends`: the generation that its answer brings, `clear`, or nothing. */
export type Flight = {
  phase: Phase
  op: 'present' | 'prefetch' | 'sign-out'
  generation: number
  travelled: number
  plan: Plan | null
  readGeneration: number
  sends: number | 'clear' | null
  /** How long the ticket of the device's key is good that it carries; negative once it is over, null without one. */
  ticket: number | null
}

export type World = {
  row: Row
  /** What the row was before its last write, while that write may still be lost. */
  before: Row | null
  hasLostWrite: boolean
  /** How far the second node's clock is ahead. */
  skew: number
  /** The generation in the browser's jar, or null once it was cleared. */
  jar: number | null
  flights: Flight[]
  /** Which generations the thief holds, as bits; 0 before the copy. */
  thiefHolds: number
  thiefFlight: Flight | null
  hasThiefPresented: boolean
  /** Which generations were replaced already, as bits. */
  replaced: number
  /** Ticks since the current generation was first accepted; null before. */
  usedFor: number | null
  /** Ticks since the owner was last accepted; kept only when the idle limit is explored. */
  ownerUnseenFor: number
  /** The person signed out or changed their password. */
  isEnded: boolean
  /** A replay was answered as one. */
  hasReplay: boolean
  /** How long the ticket of the device's key in the jar is good, and the thief's copy of it; null without one. */
  ticket: number | null
  thiefTicket: number | null
}

const age = (time: number) => present - time + bias
const time = (packed: number) => present + bias - packed

function packRow(row: Row): number {
  const confirmed = row.confirmedAt === null ? none5 : age(row.confirmedAt)
  const reason = Math.max(reasons.indexOf(row.revokedReason as (typeof reasons)[number]), 0)
  return row.generation | (age(row.rotatedAt) << 3) | (confirmed << 8) | (age(row.lastSeenAt) << 13) | (reason << 18)
}

function unpackRow(word: number, expiresAt: number, proofNeededSince: number | null): Row {
  const confirmed = (word >> 8) & 31
  const revokedReason = reasons[(word >> 18) & 3] ?? null
  return {
    generation: word & 7,
    rotatedAt: time((word >> 3) & 31),
    confirmedAt: confirmed === none5 ? null : time(confirmed),
    lastSeenAt: time((word >> 13) & 31),
    expiresAt,
    revokedAt: revokedReason === null ? null : 0,
    revokedReason,
    proofNeededSince,
  }
}

/** From -3 to 3 ticks, or none: three bits. */
const packLeft = (left: number | null) => (left === null ? 0 : left + 4)
const unpackLeft = (packed: number) => (packed === 0 ? null : packed - 4)

const packSince = (since: number | null) => (since === null ? 0 : present - since + 1)
const unpackSince = (packed: number) => (packed === 0 ? null : present - packed + 1)

const ops = ['present', 'prefetch', 'sign-out'] as const

export function packFlight(flight: Flight | null): number {
  if (!flight) return 0
  const { phase, op, generation, travelled, plan, readGeneration, sends, ticket } = flight
  const head = phases.indexOf(phase) | (generation << 2) | (travelled << 5) | (ops.indexOf(op) << 7)
  const sent = sends === 'clear' ? none3 : sends === null ? 0 : sends + 1
  const tail = (sent << 25) | ((plan?.isAccepted ? 1 : 0) << 28) | (packLeft(ticket) << 29)
  if (!plan) return head | tail
  const decided =
    writes.indexOf(plan.write) | (readGeneration << 3) | (age(plan.at) << 6) | (age(plan.lastSeenAt) << 11)
  return head | tail | (decided << 9)
}

export function unpackFlight(word: number): Flight | null {
  const phase = phases[word & 3] ?? null
  if (phase === null) return null
  const sent = (word >> 25) & 7
  const sends = sent === none3 ? ('clear' as const) : sent === 0 ? null : sent - 1
  const plan: Plan | null =
    phase === 'decided'
      ? {
          write: writes[(word >> 9) & 7] ?? 'none',
          at: time((word >> 15) & 31),
          lastSeenAt: time((word >> 20) & 31),
          sends: sends === 'clear' ? null : sends,
          isAccepted: ((word >> 28) & 1) === 1,
        }
      : null
  return {
    phase,
    op: ops[(word >> 7) & 3] ?? 'present',
    generation: (word >> 2) & 7,
    travelled: (word >> 5) & 3,
    plan,
    readGeneration: (word >> 12) & 7,
    sends,
    ticket: unpackLeft((word >>> 29) & 7),
  }
}

export function packWorld(world: World, into: Int32Array, offset = 0): void {
  const remaining = world.row.expiresAt - present + bias
  into[offset] = packRow(world.row) | (remaining << 20) | ((world.skew + 2) << 26)
  into[offset + 1] =
    (world.before ? packRow(world.before) | (1 << 20) : 0) |
    (world.hasLostWrite ? 1 << 21 : 0) |
    (packSince(world.row.proofNeededSince) << 22) |
    (packLeft(world.ticket) << 25) |
    (packLeft(world.thiefTicket) << 28)
  into[offset + 2] =
    (world.jar ?? none3) |
    (world.thiefHolds << 3) |
    (world.replaced << 9) |
    ((world.usedFor ?? none4) << 15) |
    (world.ownerUnseenFor << 19) |
    (world.hasThiefPresented ? 1 << 24 : 0) |
    (world.isEnded ? 1 << 25 : 0) |
    (world.hasReplay ? 1 << 26 : 0)
  const { flights } = world
  const a = packFlight(flights[0] ?? null)
  const b = packFlight(flights[1] ?? null)
  const c = packFlight(flights[2] ?? null)
  const largest = Math.max(a, b, c)
  const least = Math.min(a, b, c)
  into[offset + 3] = largest
  into[offset + 4] = a + b + c - largest - least
  into[offset + 5] = least
  into[offset + 6] = packFlight(world.thiefFlight)
}

export function unpackWorld(words: Int32Array, offset = 0): World {
  const first = words[offset] as number
  const second = words[offset + 1] as number
  const third = words[offset + 2] as number
  const expiresAt = present + ((first >> 20) & 63) - bias
  const since = unpackSince((second >> 22) & 7)
  const flights: Flight[] = []
  for (let index = 3; index < 6; index++) {
    const flight = unpackFlight(words[offset + index] ?? 0)
    if (flight) flights.push(flight)
  }
  const jar = third & 7
  const usedFor = (third >> 15) & 15
  return {
    row: unpackRow(first, expiresAt, since),
    before: (second >> 20) & 1 ? unpackRow(second, expiresAt, since) : null,
    hasLostWrite: ((second >> 21) & 1) === 1,
    skew: ((first >> 26) & 7) - 2,
    jar: jar === none3 ? null : jar,
    flights,
    thiefHolds: (third >> 3) & 63,
    thiefFlight: unpackFlight(words[offset + 6] ?? 0),
    hasThiefPresented: ((third >> 24) & 1) === 1,
    replaced: (third >> 9) & 63,
    usedFor: usedFor === none4 ? null : usedFor,
    ownerUnseenFor: (third >> 19) & 31,
    isEnded: ((third >> 25) & 1) === 1,
    hasReplay: ((third >> 26) & 1) === 1,
    ticket: unpackLeft((second >> 25) & 7),
    thiefTicket: unpackLeft((second >> 28) & 7),
  }
}
