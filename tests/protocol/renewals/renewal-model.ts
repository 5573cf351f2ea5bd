import { type Copy, judge, type RenewalProtocol, type Session } from './renewal-protocol.ts'

/** A tick is half of the grace; a request and its answer travel for one tick at most. Every state is at the same moment. */
export const tickMs = 30_000
export const present = 1_000_000_000_000
const longestAge = 3

/** What brings another session, and its cookie. */
const renewals = ['confirm', 'password', 'sign-in', 'sign-in-other'] as const
type Renewal = (typeof renewals)[number]
/** `ask`: a script of a page, of its own accord. `visit`: the person opens a page. */
type Op = Renewal | 'ask' | 'visit' | 'sign-out'

type Flight = {
  readonly op: Op
  /** The session whose ticket it carries; null for none. */
  readonly ticket: number | null
  /** `read`: the server has decided, and the write is still to come. */
  readonly phase: 'sent' | 'read' | 'answered'
  /** Of a write to come: the session that it ends. Of an answer: whose ticket it brings. */
  readonly target: number | null
  readonly clears: boolean
  readonly travelled: number
}

type Known = Session & {
  /** Ticks since something took its place, whatever the store says of it; null before. */
  readonly leftFor: number | null
  /** It was there when its person signed out, or when its password changed, and belongs to what that ended. */
  readonly isOver: boolean
}

export type Renewing = {
  readonly sessions: readonly Known[]
  readonly jar: number | null
  readonly flights: readonly Flight[]
  /** What the thief copied, once, at any moment. */
  readonly stolen: number | null
  /** A thief has ended something: what the owner meets from then on is not their own tabs' doing. */
  readonly isDisturbed: boolean
  /** The owner pressed "Sign out", so that the jar may be empty. */
  readonly hasSignedOut: boolean
}

export type RenewalBounds = {
  readonly name: string
  readonly tabs: number
  readonly sessions: number
  readonly hasThief: boolean
  readonly hasSignOut: boolean
  readonly kinds: readonly Renewal[]
}
const all: RenewalBounds = {
  ...{ name: 'everything at once', tabs: 2, sessions: 3, hasThief: true, hasSignOut: true, kinds: renewals },
}

/** For every `npm test`: seconds. */
export const smallRenewals: readonly RenewalBounds[] = [
  { ...all, name: 'two tabs, one renewal, sign-out', sessions: 2, hasThief: false },
  { ...all, name: 'two tabs, confirmations', hasThief: false, hasSignOut: false, kinds: ['confirm'] },
  { ...all, name: 'a thief, one renewal, sign-out', tabs: 1, sessions: 2 },
]
export const fullRenewals: readonly RenewalBounds[] = [
  { ...all, name: 'two tabs and a thief, two renewals, sign-out' },
  {
    ...all,
    name: 'three tabs, two renewals, sign-out',
    tabs: 3,
    hasThief: false,
    kinds: ['confirm', 'password', 'sign-in'],
  },
  { ...all, name: 'three tabs and a thief, one renewal, sign-out', tabs: 3, sessions: 2 },
  { ...all, name: 'one tab and a thief, three renewals, sign-out', tabs: 1, sessions: 4 },
]

export class RenewalViolation extends Error {}
export type EmitRenewing = (next: Renewing, what: string) => void

export const renewalStart: Renewing = {
  sessions: [newSession(0)],
  ...{ jar: 0, flights: [], stolen: null, isDisturbed: false, hasSignedOut: false },
}

function newSession(person: 0 | 1): Known {
  return { person, revokedAt: null, revokedReason: null, successor: null, leftFor: null, isOver: false }
}

/** Every step that the world can take from a state, with what must hold checked on the way. */
export function expandRenewals(protocol: RenewalProtocol, bounds: RenewalBounds, world: Renewing, emit: EmitRenewing) {
  pass(world, emit)
  send(bounds, world, emit)
  for (const flight of new Set(world.flights)) advance(protocol, world, flight, emit)
  if (bounds.hasThief) steal(protocol, bounds, world, emit)
}

function pass(world: Renewing, emit: EmitRenewing): void {
  const older = (age: number) => Math.min(age + 1, longestAge)
  const sessions = world.sessions.map((each) => ({
    ...each,
    revokedAt: each.revokedAt === null ? null : present - older((present - each.revokedAt) / tickMs) * tickMs,
    leftFor: each.leftFor === null ? null : older(each.leftFor),
  }))
  const flights = world.flights.filter(({ travelled }) => travelled < 1).map((each) => ({ ...each, travelled: 1 }))
  emit({ ...world, sessions, flights }, 'half a minute passes')
}

function send({ tabs, sessions, hasSignOut, kinds }: RenewalBounds, world: Renewing, emit: EmitRenewing): void {
  if (world.flights.length >= tabs) return
  const launch = (op: Op) => {
    const flight = { op, ticket: world.jar, phase: 'sent', target: null, clears: false, travelled: 0 } as const
    emit({ ...world, flights: [...world.flights, flight] }, `a tab sends: ${op}, with ${textOf(world.jar)}`)
  }
  // A person does one thing after the other; pages ask whenever they like.
  const isBusy = world.flights.some(({ op }) => op !== 'ask')
  if (!isBusy && world.sessions.length < sessions) {
    for (const kind of kinds) if (world.jar !== null || kind.startsWith('sign-in')) launch(kind)
  }
  if (world.jar === null) return
  launch('ask')
  if (!isBusy) launch('visit')
  // Who presses "Sign out" may do so while a renewal is under way in another tab.
  if (hasSignOut && !world.flights.some(({ op }) => op === 'sign-out')) launch('sign-out')
}

function advance(protocol: RenewalProtocol, world: Renewing, flight: Flight, emit: EmitRenewing): void {
  const index = world.flights.indexOf(flight)
  const away: Renewing = { ...world, flights: world.flights.filter((_, place) => place !== index) }
  emit(away, `lost: ${flight.op}`)
  if (flight.phase === 'answered') {
    deliver(away, flight, emit)
    return
  }
  if (flight.phase === 'read') {
    write(protocol, away, flight, emit)
    return
  }
  if (flight.op === 'ask' || flight.op === 'visit') {
    ask(protocol, away, flight, emit)
    return
  }
  if (flight.op === 'sign-out') {
    findSignedOut(protocol, away, flight, emit)
    return
  }
  admitRenewal(protocol, away, flight, emit)
}

function answer(world: Renewing, flight: Flight, what: { target?: number | null; clears?: boolean }): Renewing {
  const { target = null, clears = false } = what
  // An answer that brings nothing is not followed.
  if (target === null && !clears) return world
  return { ...world, flights: [...world.flights, { ...flight, phase: 'answered', ticket: null, target, clears }] }
}

function deliver(world: Renewing, { op, target, clears }: Flight, emit: EmitRenewing): void {
  if (!clears) {
    emit({ ...world, jar: target }, `the answer to ${op} brings ${textOf(target)}`)
    return
  }
  const held = world.jar === null ? null : world.sessions[world.jar]
  if (op !== 'sign-out' && held?.revokedAt === null)
    throw new RenewalViolation('an honest browser was signed out by its own other tab')
  emit({ ...world, jar: null }, `the answer to ${op} clears the jar`)
}

function ask(protocol: RenewalProtocol, world: Renewing, flight: Flight, emit: EmitRenewing): void {
  const ticket = flight.ticket as number
  const judged = judge(protocol, world.sessions, { session: ticket, isOld: false }, present)
  if (judged.kind === 'served') {
    checkServed(world, { session: ticket, isOld: false }, judged.by)
    const target = judged.isStraggler && protocol.straggler.getsTicket ? judged.by : null
    emit(answer(world, flight, { target }), `${textOf(ticket)} is answered by ${textOf(judged.by)}`)
    return
  }
  checkRefused(world, ticket)
  emit(
    answer(world, flight, {
      clears: judged.kind === 'refused' && protocol.clears(judged.endedAt, present, flight.op === 'visit'),
    }),
    `${textOf(ticket)} is refused`,
  )
}

/** The owner's request: it may be refused only where the person has ended the session, or somebody else has. */
function checkRefused(world: Renewing, ticket: number): void {
  if (world.isDisturbed) return
  let at: Known | undefined = world.sessions[ticket]
  const { person } = at as Known
  while (at && at.person === person && !at.isOver) {
    if (at.leftFor === null) throw new RenewalViolation('an honest tab was refused although its session goes on')
    if (at.leftFor * tickMs > 60_000 || at.successor === null) return
    at = world.sessions[at.successor]
  }
}

/** Whoever it is that was served. */
function checkServed({ sessions }: Renewing, copy: Copy, by: number): void {
  const [shown, server] = [sessions[copy.session], sessions[by]] as [Known, Known]
  if (shown.person !== server.person)
    throw new RenewalViolation('a ticket was answered by the session of another person')
  if (shown.isOver || server.isOver) throw new RenewalViolation('a ticket was accepted after the person had ended it')
  if (copy.isOld) throw new RenewalViolation('a generation was accepted that had long been replaced')
  if (shown.leftFor !== null && shown.leftFor * tickMs > 60_000)
    throw new RenewalViolation('a ticket was accepted for longer than a minute after its session had been replaced')
}

function admitRenewal(protocol: RenewalProtocol, world: Renewing, flight: Flight, emit: EmitRenewing): void {
  const { op, ticket } = flight
  if (op === 'sign-in' || op === 'sign-in-other') {
    const held = ticket === null ? null : heldBy(protocol, world, ticket)
    emit(
      { ...world, flights: [...world.flights, { ...flight, phase: 'read', target: held }] },
      `${op}: the password is right; ${textOf(held)} is to be replaced`,
    )
    return
  }
  const judged = judge(protocol, world.sessions, { session: ticket as number, isOld: false }, present)
  const isAllowed = judged.kind === 'served' && (!judged.isStraggler || protocol.straggler.mayRenew)
  if (!isAllowed) {
    emit(world, `${op} is turned away`)
    return
  }
  emit(
    { ...world, flights: [...world.flights, { ...flight, phase: 'read', target: ticket }] },
    `${op}: the proof is right; ${textOf(ticket)} is to be replaced`,
  )
}

function heldBy(protocol: RenewalProtocol, { sessions }: Renewing, ticket: number): number {
  const isLive = sessions[ticket]?.revokedAt === null
  return isLive || !protocol.signInFollows ? ticket : (protocol.findSuccessor(sessions, ticket, present) ?? ticket)
}

function write(protocol: RenewalProtocol, world: Renewing, flight: Flight, emit: EmitRenewing): void {
  if (flight.op === 'sign-out') {
    endSignedOut(protocol, world, flight, emit)
    return
  }
  const { op, target } = flight
  const replaced = target === null ? null : (world.sessions[target] as Known)
  const isOwn = op === 'confirm' || op === 'password'
  if (isOwn && protocol.renewalNeedsLive && replaced?.revokedAt !== null) {
    emit(world, `${op} comes too late`)
    return
  }
  if (isOwn && replaced?.isOver) throw new RenewalViolation('a renewal began after the person had signed out')
  const person = op === 'sign-in-other' ? 1 : isOwn ? (replaced as Known).person : 0
  const started = world.sessions.length
  const sessions = world.sessions.map((each, number) => {
    if (op === 'password' && each.person === person && each.revokedAt === null)
      return { ...leave(protocol, each, protocol.passwordLeaves, started), isOver: true }
    return number === target && each.revokedAt === null ? leave(protocol, each, 'replaced', started) : each
  })
  const next = { ...world, sessions: [...sessions, newSession(person)] }
  emit(answer(next, flight, { target: started }), `${op}: ${textOf(started)} takes the place of ${textOf(target)}`)
}

function leave(protocol: RenewalProtocol, each: Known, how: 'ended' | 'replaced', started: number): Known {
  const ghost = { leftFor: each.leftFor ?? 0, isOver: each.isOver }
  if (!protocol.renewalEndsReplaced) return { ...each, ...ghost }
  const successor = how === 'replaced' ? started : null
  return { ...each, ...ghost, revokedAt: present, revokedReason: how, successor }
}

/** Reads which session it is that goes on; the write comes in a later step. */
function findSignedOut(protocol: RenewalProtocol, world: Renewing, flight: Flight, emit: EmitRenewing): void {
  const ticket = flight.ticket as number
  const isLive = world.sessions[ticket]?.revokedAt === null
  const next = protocol.signOutFollows ? protocol.findSuccessor(world.sessions, ticket, present) : null
  const target = isLive ? ticket : next
  const cleared = answer(world, flight, { clears: true })
  if (target === null) {
    emit(over(cleared, ticket), `${textOf(ticket)} is over already`)
    return
  }
  emit(
    { ...world, flights: [...world.flights, { ...flight, phase: 'read', target }] },
    `the sign-out finds ${textOf(target)}`,
  )
}

function endSignedOut(protocol: RenewalProtocol, world: Renewing, flight: Flight, emit: EmitRenewing): void {
  const target = flight.target as number
  const found = world.sessions[target] as Known
  if (found.revokedAt !== null) {
    findSignedOut(protocol, world, { ...flight, phase: 'sent', target: null }, emit)
    return
  }
  const ended = { ...found, revokedAt: present, revokedReason: 'signout', leftFor: found.leftFor ?? 0 } as const
  const sessions = world.sessions.map((each, number) => (number === target ? ended : each))
  const next = over({ ...world, sessions }, flight.ticket as number)
  emit(answer(next, flight, { clears: true }), `the sign-out ends ${textOf(target)}`)
}

/** All that the person meant: the session of the ticket, and those that took its place within the minute. */
function over(world: Renewing, ticket: number): Renewing {
  const meant = new Set<number>()
  const { person } = world.sessions[ticket] as Known
  for (let at: number | null = ticket; at !== null && !meant.has(at); ) {
    const each: Known | undefined = world.sessions[at]
    if (!each || each.person !== person) break
    meant.add(at)
    at = each.revokedReason === 'replaced' && (each.leftFor ?? 0) * tickMs <= 60_000 ? each.successor : null
  }
  const sessions = world.sessions.map((each, number) => (meant.has(number) ? { ...each, isOver: true } : each))
  return { ...world, sessions, hasSignedOut: true }
}

/** The thief copies the jar once, at any moment, and uses that and the generation before it. */
function steal(protocol: RenewalProtocol, bounds: RenewalBounds, world: Renewing, emit: EmitRenewing): void {
  const { stolen, jar } = world
  if (stolen === null) {
    if (jar !== null) emit({ ...world, stolen: jar }, `a thief copies the jar: ${textOf(jar)}`)
    return
  }
  for (const isOld of [false, true]) presentCopy(protocol, bounds, world, { session: stolen, isOld }, emit)
}

function presentCopy(
  protocol: RenewalProtocol,
  bounds: RenewalBounds,
  world: Renewing,
  copy: Copy,
  emit: EmitRenewing,
): void {
  const judged = judge(protocol, world.sessions, copy, present)
  if (judged.kind === 'reuse') emit(disturb(world, copy.session, 'reuse'), 'the thief shows an old generation: reuse')
  if (judged.kind !== 'served') return
  checkServed(world, copy, judged.by)
  if (judged.isStraggler) checkGain(protocol)
  if (bounds.hasSignOut) emit(disturb(world, judged.by, 'signout'), `the thief signs ${textOf(judged.by)} out`)
}

function checkGain({ straggler: { getsTicket, isFresh, mayRenew } }: RenewalProtocol): void {
  if (getsTicket) throw new RenewalViolation('a thief got the ticket of a session it never copied')
  if (isFresh || mayRenew) throw new RenewalViolation('a thief used a proof that it never gave')
}

function disturb(world: Renewing, session: number, revokedReason: 'reuse' | 'signout'): Renewing {
  const end = (each: Known): Known => ({ ...each, revokedAt: present, revokedReason, isOver: true })
  const sessions = world.sessions.map((each, number) => (number === session ? end(each) : each))
  return { ...world, sessions, isDisturbed: true }
}

const textOf = (session: number | null) => (session === null ? 'no session' : `session ${session}`)
