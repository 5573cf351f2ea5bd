import type { Verdict } from '../../app/identity/sessions/refresh-protocol.ts'
import type { Bounds } from './bounds.ts'
import { applyPlan, type Protocol, type Row, stateOf } from './protocol.ts'
import { type Flight, present, type World } from './world.ts'

/** `what` says in words how the state was reached, when somebody asks. */
export type Emit = (next: World, what: () => string) => void

/** Thrown where an invariant breaks; the state before and the step are known to the search. */
export class Violation extends Error {}

/** What the search learns besides the number of states. */
export type Findings = {
  /** The longest that a replaced generation was still accepted after its successor was first used. Ticks. */
  longestOverlap: number
}

type Presenter = 'owner' | 'thief'
const accepts = ({ kind }: Verdict) => kind !== 'refused' && kind !== 'reuse' && kind !== 'unproved'

export type Model = ReturnType<typeof createModel>

/** Every step that the world can take from a state, with the invariants checked on the way. */
export function createModel(protocol: Protocol, bounds: Bounds, findings: Findings) {
  const { settings } = bounds
  const largestSkew = Math.max(...bounds.skews.map(Math.abs))
  const exploresIdle = settings.idleMs < bounds.lifetime
  const oldest =
    Math.max(settings.rotateAfterMs, settings.reuseGraceMs + 1, exploresIdle ? settings.idleMs : 0) + largestSkew
  const longestGrace = settings.proofGraceMs + largestSkew
  const longestUse = settings.reuseGraceMs + largestSkew + 1
  const idleSlack = Math.min(settings.rotateAfterMs, settings.idleMs / 2) + largestSkew + bounds.travel

  function start(skew: number): World {
    return {
      row: {
        generation: 0,
        rotatedAt: present,
        confirmedAt: null,
        lastSeenAt: present,
        expiresAt: present + bounds.lifetime,
        revokedAt: null,
        revokedReason: null,
        proofNeededSince: null,
      },
      before: null,
      hasLostWrite: false,
      skew,
      jar: 0,
      flights: [],
      thiefHolds: 0,
      thiefFlight: null,
      hasThiefPresented: false,
      replaced: 0,
      usedFor: null,
      ownerUnseenFor: 0,
      isEnded: false,
      hasReplay: false,
      ticket: null,
      thiefTicket: null,
    }
  }

  function expand(world: World, emit: Emit): void {
    pass(world, emit)
    send(world, emit)
    for (const flight of world.flights) advance(world, flight, emit)
    steal(world, emit)
    if (bounds.hasPasswordChange && !world.isEnded) {
      emit(endSession(world, 'ended'), () => 'the owner changes the password in another browser')
    }
    if (world.before) loseWrite(world, world.before, emit)
    if (bounds.boundFor !== undefined) signWithKey(world, bounds.boundFor, emit)
    touchWithGarbage(world)
  }

  function pass(world: World, emit: Emit): void {
    if (world.row.expiresAt <= present - largestSkew - 1) return
    const flights = world.flights.filter((flight) => flight.travelled < bounds.travel).map(older)
    const lost = world.flights.length - flights.length
    const next: World = {
      ...world,
      flights,
      thiefFlight: world.thiefFlight && world.thiefFlight.travelled < bounds.travel ? older(world.thiefFlight) : null,
      row: olderRow(world.row),
      before: world.before && olderRow(world.before),
      // The browser drops a cookie whose time is over; a thief does not.
      ticket: world.ticket === null || world.ticket === 1 ? null : world.ticket - 1,
      thiefTicket: olderTicket(world.thiefTicket),
      usedFor: world.usedFor === null ? null : Math.min(world.usedFor + 1, longestUse),
      ownerUnseenFor: exploresIdle ? Math.min(world.ownerUnseenFor + 1, settings.idleMs + largestSkew) : 0,
    }
    emit(next, () => `a tick passes${lost > 0 ? `; ${lost} of the owner's requests took too long and are lost` : ''}`)
  }

  const older = (flight: Flight): Flight => ({
    ...flight,
    travelled: flight.travelled + 1,
    ticket: olderTicket(flight.ticket),
    plan: flight.plan && { ...flight.plan, at: flight.plan.at - 1, lastSeenAt: flight.plan.lastSeenAt - 1 },
  })
  const olderTicket = (left: number | null) => (left === null ? null : Math.max(left - 1, -longestGrace - 1))
  const olderTime = (at: number) => Math.max(at - 1, present - oldest)
  const olderRow = (row: Row): Row => ({
    ...row,
    rotatedAt: olderTime(row.rotatedAt),
    confirmedAt: row.confirmedAt === null ? null : olderTime(row.confirmedAt),
    lastSeenAt: olderTime(row.lastSeenAt),
    expiresAt: row.expiresAt - 1,
    proofNeededSince:
      row.proofNeededSince === null ? null : Math.max(row.proofNeededSince - 1, present - longestGrace - 1),
  })

  function send(world: World, emit: Emit): void {
    if (world.jar === null || world.flights.length >= bounds.tabs) return
    const generation = world.jar
    const flight: Flight = {
      phase: 'sent',
      op: 'present',
      generation,
      travelled: 0,
      plan: null,
      readGeneration: 0,
      sends: null,
      ticket: world.ticket,
    }
    const launch = (op: Flight['op'], what: string) =>
      emit(
        { ...world, flights: [...world.flights, { ...flight, op }] },
        () => `a tab sends ${what} with generation ${generation}`,
      )
    launch('present', 'a request')
    if (bounds.hasPrefetch) launch('prefetch', 'a prefetch')
    if (bounds.hasSignOut) launch('sign-out', 'the sign-out')
  }

  /** What may become of one request of the owner: it is read, carried out, delivered, or lost where it stands. */
  function advance(world: World, flight: Flight, emit: Emit): void {
    const away: World = { ...world, flights: world.flights.filter((other) => other !== flight) }
    emit(away, () => lossOf(flight))
    if (flight.phase === 'decided') write(away, flight, 'owner', emit)
    else if (flight.phase === 'answered') deliver(away, flight, emit)
    else if (flight.op === 'sign-out') signOut(away, flight, emit)
    else for (const clock of clocksOf(world)) read(away, flight, clock, 'owner', emit)
  }

  function deliver(world: World, { sends }: Flight, emit: Emit): void {
    const jar = sends === 'clear' ? null : (sends ?? world.jar)
    emit(
      { ...world, jar },
      () => `an answer arrives and ${sends === 'clear' ? 'clears the jar' : `brings generation ${sends}`}`,
    )
  }

  function signOut(world: World, flight: Flight, emit: Emit): void {
    const what = () => `the sign-out (generation ${flight.generation}) ends the session`
    emit(finish(endSession(world, 'signout'), flight, 'clear', 'owner'), what)
  }

  const clocksOf = ({ skew }: World) => (skew === 0 ? [0] : [0, skew])

  /** A node reads the row and decides. What writes nothing is done with that; the rest writes in a later step. */
  function read(before: World, flight: Flight, clock: number, who: Presenter, emit: Emit): void {
    const { row } = before
    const prefetch = flight.op === 'prefetch'
    const provedUntil = flight.ticket === null ? null : present + flight.ticket
    const given = { prefetch, provedUntil }
    const verdict = protocol.decide(stateOf(row), flight.generation, present + clock, settings, given)
    if (verdict.kind === 'rotate' && row.generation >= bounds.rotations) return
    if (who === 'thief') checkCopy(before, flight, verdict)
    // Without the key it is as if nobody had come.
    const isNoticed = who === 'thief' && verdict.kind !== 'unproved'
    const world = isNoticed ? { ...before, hasThiefPresented: true } : before
    if (accepts(verdict)) checkReplaced(world, flight)
    else checkRefusal(world, verdict, who, flight)
    const plan = protocol.plan(verdict, row, flight.generation, present + clock)
    const decided: Flight = { ...flight, phase: 'decided', plan, readGeneration: row.generation, sends: plan.sends }
    const isDone = plan.write === 'none'
    const done = () =>
      verdict.kind === 'unproved'
        ? finish(world, decided, null, who)
        : conclude(world, decided, verdict.kind === 'reuse', who)
    const next = isDone ? done() : keepFlight(world, decided, who)
    emit(
      next,
      () =>
        `${nodeText(clock)} reads ${rowText(row)} for the ${who}'s ${flight.op} of generation ${flight.generation}: ${verdictText(verdict)}`,
    )
  }

  function write(world: World, flight: Flight, who: Presenter, emit: Emit): void {
    const { plan, readGeneration } = flight
    if (!plan) return
    const row = applyPlan(protocol.store, plan, world.row, { generation: readGeneration }, flight.generation)
    if (row) checkWrite(world, row, flight)
    const next = row
      ? conclude(remember(world, row, flight), flight, plan.write === 'reuse', who)
      : lookAgain(world, flight, who)
    emit(next, () => `the ${who}'s ${plan.write} ${row ? `is written: ${rowText(row)}` : 'finds the row changed'}`)
  }

  function lookAgain(world: World, flight: Flight, who: Presenter): World {
    const again: Flight = { ...flight, phase: 'sent', plan: null, readGeneration: 0, sends: null }
    if (protocol.onLostRace === 'look-again') return keepFlight(world, again, who)
    if (who === 'owner' && !world.isEnded && !world.hasThiefPresented) throw new Violation(honestRefused('lost race'))
    return finish(world, flight, 'clear', who)
  }

  /** The request was carried out: accepted or refused, and answered. */
  function conclude(world: World, flight: Flight, isReplay: boolean, who: Presenter): World {
    if (flight.plan?.isAccepted) return finish(accept(world, flight, who), flight, flight.plan.sends, who)
    return finish(isReplay ? { ...world, hasReplay: true } : world, flight, 'clear', who)
  }

  function keepFlight(world: World, flight: Flight, who: Presenter): World {
    return who === 'thief' ? { ...world, thiefFlight: flight } : { ...world, flights: [...world.flights, flight] }
  }

  /** The row is what was written. While writes may be lost, what it was before is kept; a tombstone is kept for good. */
  function remember(world: World, row: Row, { plan, readGeneration }: Flight): World {
    const mayBeLost = bounds.losesWrite && !world.hasLostWrite && row.revokedReason === null
    const written = { ...world, row, before: mayBeLost ? world.row : null }
    return plan?.write === 'rotate'
      ? { ...written, replaced: world.replaced | (1 << readGeneration), usedFor: null }
      : written
  }

  /** The answer leaves. One that brings nothing cannot change the browser any more, so it is not followed. */
  function finish(world: World, flight: Flight, sends: Flight['sends'], who: Presenter): World {
    if (who === 'thief') {
      const holds = typeof sends === 'number' ? world.thiefHolds | (1 << sends) : world.thiefHolds
      return { ...world, thiefFlight: null, thiefHolds: holds }
    }
    if (sends === null) return world
    const answer: Flight = {
      ...flight,
      phase: 'answered',
      op: 'present',
      generation: 0,
      plan: null,
      readGeneration: 0,
      sends,
      ticket: null,
    }
    return { ...world, flights: [...world.flights, answer] }
  }

  function accept(world: World, { generation, op }: Flight, who: Presenter): World {
    if (world.isEnded) throw new Violation('a refresh token was accepted after the session had been ended')
    if (world.hasReplay) throw new Violation('a refresh token was accepted after a replay had been detected')
    if (world.row.expiresAt - present <= -largestSkew - bounds.travel)
      throw new Violation('a refresh token was accepted after the session had expired')
    const isFirstUse = generation === world.row.generation && world.usedFor === null
    return {
      ...world,
      usedFor: isFirstUse ? 0 : world.usedFor,
      // A prefetch is no use: nobody may ever look at it.
      ownerUnseenFor: who === 'owner' && op === 'present' ? 0 : world.ownerUnseenFor,
    }
  }

  function endSession(world: World, reason: 'signout' | 'ended'): World {
    const row = protocol.store.revoke(world.row, { generation: world.jar ?? 0 }, 0, reason) ?? world.row
    return { ...world, row, before: null, isEnded: true }
  }

  function loseWrite(world: World, row: Row, emit: Emit): void {
    const replaced = world.replaced & ((1 << row.generation) - 1)
    emit(
      { ...world, row, before: null, hasLostWrite: true, replaced, usedFor: null },
      () => `the store loses its last write: ${rowText(row)}`,
    )
  }

  /** The thief copies the jar once, at any moment, and presents whatever it holds; its network is perfect. */
  function steal(world: World, emit: Emit): void {
    if (!bounds.hasThief) return
    if (world.thiefHolds === 0) {
      const { jar } = world
      if (jar !== null)
        emit(
          { ...world, thiefHolds: 1 << jar, thiefTicket: world.ticket },
          () => `a thief copies the jar: generation ${jar}`,
        )
      return
    }
    if (world.thiefFlight) advanceThief(world, world.thiefFlight, emit)
    else presentStolen(world, emit)
  }

  function advanceThief(world: World, flight: Flight, emit: Emit): void {
    const away = { ...world, thiefFlight: null }
    if (flight.phase === 'decided') write(away, flight, 'thief', emit)
    else for (const clock of clocksOf(world)) read(away, flight, clock, 'thief', emit)
  }

  function presentStolen(world: World, emit: Emit): void {
    for (let generation = 0; generation <= bounds.rotations; generation++) {
      if (((world.thiefHolds >> generation) & 1) === 0) continue
      const attempt: Flight = {
        phase: 'sent',
        op: 'present',
        generation,
        travelled: 0,
        plan: null,
        readGeneration: 0,
        sends: null,
        ticket: world.thiefTicket,
      }
      for (const clock of clocksOf(world)) read(world, attempt, clock, 'thief', emit)
    }
  }

  /** The browser binds the session, or gets another ticket with its key. Nobody else can do either. */
  function signWithKey(world: World, boundFor: number, emit: Emit): void {
    const { row, before, ticket } = world
    if (row.revokedAt !== null || ticket !== null) return
    if (row.proofNeededSince !== null) {
      emit({ ...world, ticket: boundFor }, () => 'the browser uses its key')
      return
    }
    const bound = { proofNeededSince: present }
    const next = { ...world, row: { ...row, ...bound }, before: before && { ...before, ...bound }, ticket: boundFor }
    emit(next, () => 'the browser binds the session to its device')
  }

  /** A copy whose ticket of the key is over, or that never had one, in a session that has been bound for long enough. */
  function lacksKey({ row: { proofNeededSince: since } }: World, { ticket }: Flight): boolean {
    if (since === null || present - since <= longestGrace) return false
    return ticket === null || -ticket > longestGrace
  }

  function checkCopy(world: World, flight: Flight, verdict: Verdict): void {
    if (!lacksKey(world, flight)) return
    if (accepts(verdict)) throw new Violation('a copy without the key was served')
    if (verdict.kind === 'reuse') throw new Violation('a copy without the key ended the session')
  }

  /** Only where nothing was forgiven that should have been: the ticket was missing or over for longer than the grace. */
  function isUnproved({ row: { proofNeededSince: since } }: World, { ticket }: Flight): boolean {
    const isOver = ticket === null || largestSkew - ticket > settings.proofGraceMs
    return since !== null && present - since + largestSkew > settings.proofGraceMs && isOver
  }

  function touchWithGarbage({ row }: World): void {
    if (protocol.garbage(row, present) !== row)
      throw new Violation('something that is no refresh token changed the session')
  }

  function checkReplaced(world: World, { generation }: Flight): void {
    const { row, usedFor, hasLostWrite } = world
    if (hasLostWrite || generation >= row.generation) return
    if (generation < row.generation - 1)
      throw new Violation(`generation ${generation} was accepted while ${row.generation} was current`)
    if (usedFor === null) return
    findings.longestOverlap = Math.max(findings.longestOverlap, usedFor)
    if (usedFor > settings.reuseGraceMs + largestSkew)
      throw new Violation(`generation ${generation} was accepted ${usedFor} ticks after its successor had been used`)
  }

  /** The owner may be refused for these reasons, and only when they are true. */
  const isRightful: Record<string, (world: World, flight: Flight) => boolean> = {
    revoked: (world) => world.isEnded,
    reuse: (world) => world.hasThiefPresented,
    unproved: isUnproved,
    expired: (world) => world.row.expiresAt - present <= largestSkew,
    idle: (world) => exploresIdle && world.ownerUnseenFor >= settings.idleMs - idleSlack,
  }

  function checkRefusal(world: World, verdict: Verdict, who: Presenter, flight: Flight): void {
    const reason = verdict.kind === 'refused' ? verdict.reason : verdict.kind
    if (who === 'owner' && !isRightful[reason]?.(world, flight)) throw new Violation(honestRefused(reason))
  }

  function checkWrite(world: World, row: Row, { op, plan, readGeneration }: Flight): void {
    if (plan?.write === 'rotate' && (world.replaced >> readGeneration) & 1)
      throw new Violation(`generation ${readGeneration} was replaced twice`)
    if (op === 'prefetch' && plan?.write === 'rotate') throw new Violation('a prefetch replaced the refresh token')
    if (row.generation < world.row.generation) throw new Violation('the row went back to an earlier generation')
    if (row.expiresAt > world.row.expiresAt) throw new Violation('the absolute end of the session moved')
  }

  return { start, expand, bounds }
}

function honestRefused(reason: string): string {
  return `the owner was refused (${reason}) although nobody else had presented anything`
}

function lossOf(flight: Flight): string {
  if (flight.phase === 'sent') return 'a request is lost on its way'
  return flight.phase === 'decided'
    ? 'the node crashes between reading and writing'
    : 'an answer is lost (or the node crashed after writing)'
}

const nodeText = (clock: number) => (clock === 0 ? 'node A' : `node B (clock ${clock > 0 ? '+' : ''}${clock})`)

function rowText(row: Row): string {
  const ago = (at: number) => `${present - at}`
  const confirmed = row.confirmedAt === null ? 'unconfirmed' : `confirmed ${ago(row.confirmedAt)} ago`
  return `[generation ${row.generation}, rotated ${ago(row.rotatedAt)} ago, ${confirmed}${row.revokedReason ? `, ${row.revokedReason}` : ''}]`
}

function verdictText(verdict: Verdict): string {
  return verdict.kind === 'refused' ? `refused (${verdict.reason})` : verdict.kind
}
