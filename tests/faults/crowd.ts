import { setTimeout as delay } from 'node:timers/promises'
import { type Door, Guest, type Outcome } from './guest.ts'

/** A ticket that must sign nobody in any more, and why. */
export type DeadTicket = { readonly why: string; readonly ticket: string }

/** Which door the next request takes. */
export type PickDoor = () => Door

/** What a crowd has met so far. */
export type Tally = { asked: number; affected: number; lost: number; admitted: number; problems: string[] }

const longestWaitMs = 120_000

/**
 * Honest browsers and dead tickets before the doors of a house. Counts requests that were not served, honest browsers that
 * were signed out, and whoever was let in wrongly: a dead ticket, or a browser as somebody else.
 */
export class Crowd {
  readonly guests: Guest[]
  readonly deadTickets: DeadTicket[]
  readonly leavers: Guest[] = []
  readonly #lost = new Set<Guest>()
  readonly #problems = new Set<string>()
  /** Requests of a load that are under way. */
  readonly #underWay = new Set<Promise<Outcome>>()
  /** Until it is fulfilled no load sends another request. */
  #way: Promise<void> = Promise.resolve()
  #asked = 0
  #affected = 0
  #admitted = 0

  constructor(guests: Guest[], deadTickets: DeadTicket[]) {
    this.guests = guests
    this.deadTickets = deadTickets
  }

  get tally(): Tally {
    const [asked, affected, admitted] = [this.#asked, this.#affected, this.#admitted]
    return { asked, affected, lost: this.#lost.size, admitted, problems: [...this.#problems] }
  }

  /** Guests that are still signed in as far as they know. */
  get present(): Guest[] {
    return this.guests.filter((guest) => !this.#lost.has(guest))
  }

  /** Something that the fault's own expectations found. */
  complain(problem: string): void {
    this.#problems.add(problem)
  }

  /** This guest's session is over, and rightly so: its ticket is dead from now on. */
  dismiss(guest: Guest, ticket: string, why: string): void {
    const at = this.guests.indexOf(guest)
    if (at >= 0) this.guests.splice(at, 1)
    this.deadTickets.push({ why, ticket })
  }

  /** From now on this guest wants to sign out, and nobody expects it to go on. */
  seeOut(guest: Guest): void {
    this.guests.splice(this.guests.indexOf(guest), 1)
    this.leavers.push(guest)
  }

  /** Signs a leaver out. Once it was told that it is done, no copy of its ticket is good for anything. */
  async leave(leaver: Guest, door: Door): Promise<void> {
    const { ticket } = leaver
    const isTold = await leaver.leave(door)
    if (!isTold) return
    this.leavers.splice(this.leavers.indexOf(leaver), 1)
    if (ticket !== null) this.deadTickets.push({ why: 'signed out, and told so', ticket })
  }

  /** One request of one guest. */
  async ask(guest: Guest, door: Door): Promise<Outcome> {
    const outcome = await guest.ask(door)
    this.#note(guest, outcome)
    return outcome
  }

  /** One request of every guest, a few at a time. */
  async askAll(pick: PickDoor, guests: readonly Guest[] = this.present, atOnce = 8): Promise<Outcome[]> {
    const outcomes: Outcome[] = []
    const waiting = [...guests]
    await inParallel(atOnce, async () => {
      for (let guest = waiting.pop(); guest; guest = waiting.pop()) outcomes.push(await this.ask(guest, pick()))
    })
    return outcomes
  }

  /** Keeps asking, several tabs at once, until the returned function is called; it waits for the last answers. */
  startLoad(pick: PickDoor, atOnce = 8): () => Promise<void> {
    let isOver = false
    const done = inParallel(atOnce, async () => {
      while (!isOver) {
        const present = this.present
        const guest = present[Math.floor(Math.random() * present.length)]
        if (!guest) return
        await this.#way
        const { kind } = await this.#follow(this.ask(guest, pick()))
        // A person does not hammer a site that is down.
        if (kind !== 'served') await delay(20 + Math.random() * 60)
      }
    })
    return async () => {
      isOver = true
      await done
    }
  }

  /** Does this while no request of a load is under way; those that were have been answered before. */
  async betweenRequests(work: () => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#way = promise
    try {
      await Promise.all(this.#underWay)
      await work()
    } finally {
      resolve()
    }
  }

  /** Everybody asks until they are served. Who is told that they are signed out, or is never served, is lost. */
  async settle(pick: PickDoor, guests: readonly Guest[] = this.present): Promise<void> {
    const deadline = performance.now() + longestWaitMs
    const waiting = [...guests]
    await inParallel(8, async () => {
      for (let guest = waiting.pop(); guest; guest = waiting.pop()) await this.#settleOne(guest, pick, deadline)
    })
  }

  /** Presents every dead ticket. */
  async crash(pick: PickDoor): Promise<void> {
    for (const { why, ticket } of this.deadTickets) {
      const outcome = await new Guest('nobody', ticket).ask(pick())
      if (outcome.kind !== 'served') continue
      this.#admitted++
      this.#problems.add(`a ticket was let in: ${why}`)
    }
  }

  async #settleOne(guest: Guest, pick: PickDoor, deadline: number): Promise<void> {
    for (;;) {
      const outcome = await this.ask(guest, pick())
      if (outcome.kind === 'served' || this.#lost.has(guest)) return
      if (performance.now() > deadline) {
        this.#lose(guest, `it was never served again: ${JSON.stringify(outcome)}`)
        return
      }
      await delay(50)
    }
  }

  async #follow(asked: Promise<Outcome>): Promise<Outcome> {
    this.#underWay.add(asked)
    try {
      return await asked
    } finally {
      this.#underWay.delete(asked)
    }
  }

  #note(guest: Guest, outcome: Outcome): void {
    this.#asked++
    if (outcome.kind !== 'served') this.#affected++
    if (outcome.kind === 'served' && outcome.userId !== guest.userId) {
      this.#admitted++
      this.#problems.add(`somebody was served as somebody else: ${outcome.userId}`)
    }
    if (outcome.kind === 'signed-out') this.#lose(guest, outcome.why)
    else if (guest.ticket === null) this.#lose(guest, 'its cookie was cleared')
    if (outcome.kind === 'odd') this.#problems.add(`an odd answer: ${outcome.status} ${outcome.text}`)
  }

  #lose(guest: Guest, why: string): void {
    this.#lost.add(guest)
    this.#problems.add(`an honest browser was signed out: ${why}; its requests: ${guest.diary.join('; ')}`)
  }
}

/** Runs as many of the same at once. */
export async function inParallel(count: number, work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, work))
}
