import { randomBytes } from 'node:crypto'
import { inArray } from 'drizzle-orm'
import { signRefreshToken } from '../../app/identity/sessions/refresh-token.ts'
import { createSessionStore, type RevokedReason } from '../../app/identity/sessions/session-store.ts'
import { createSessions, type Sessions } from '../../app/identity/sessions/sessions.ts'
import { deriveKeyRing, type KeyRing, loadSettings } from '../../app/kernel/index.server.ts'
import { closeStore, type Database, openStore, sessions, users } from '../../db/index.ts'
import type { DeadTicket } from './crowd.ts'
import { Guest } from './guest.ts'

/** The suite's own way into a house's store, through the issuer's code: makes sessions without a password for each. */
export type Books = {
  readonly database: Database
  /** People with one session each. */
  admit(count: number, options?: { persistent?: boolean }): Promise<Guest[]>
  /** Tickets that are good for nothing: signed out, ended after a replay, expired, forged, of nobody. */
  makeDeadTickets(): Promise<DeadTicket[]>
  /** How many of these people's sessions have been ended. */
  countEnded(guests: readonly Guest[]): Promise<number>
  /** Puts every session a generation back, as a store that lost its last writes would. */
  loseRotation(guest: Guest): Promise<void>
  close(): Promise<void>
}

const visitor = { address: '127.0.0.1', agent: 'a guest' }
const rowsAtOnce = 200

/** Opens the store that `env` names. `clock` is the time of the house. */
export async function openBooks(env: Record<string, string>, clock: () => number): Promise<Books> {
  const settings = loadSettings({ NODE_ENV: 'test', ...env })
  const database = await openStore({ url: settings.DATABASE_URL })
  const ring = deriveKeyRing(settings.secrets, 'refresh-token')
  const store = createSessionStore(database)
  const issuer = createSessions({ store, ring, settings, record: () => {}, notifyReuse: async () => {}, clock })
  const admit: Books['admit'] = async (count, { persistent = true } = {}) => {
    const people = Array.from({ length: count }, () => newUser(clock()))
    for (let from = 0; from < count; from += rowsAtOnce) {
      await database.insert(users).values(people.slice(from, from + rowsAtOnce))
    }
    const guests: Guest[] = []
    for (let from = 0; from < count; from += rowsAtOnce) {
      const started = people.slice(from, from + rowsAtOnce).map((user) => start(issuer, user, persistent))
      guests.push(...(await Promise.all(started)))
    }
    return guests
  }

  const endAs = async (guest: Guest, reason: RevokedReason) => store.revoke(sessionIdOf(guest), clock(), reason)

  return {
    database,
    admit,
    async makeDeadTickets() {
      const [left, copied, ended, over, forged] = await admit(5)
      if (!left || !copied || !ended || !over || !forged) throw new Error('nobody came')
      await issuer.end(left.ticket ?? '', visitor)
      await endAs(copied, 'reuse')
      await endAs(ended, 'ended')
      const times = { createdAt: 1, rotatedAt: 1, lastSeenAt: 1, expiresAt: 2 }
      await database
        .update(sessions)
        .set(times)
        .where(inArray(sessions.id, [sessionIdOf(over)]))
      const dead = { 'signed out': left, 'ended after a replay': copied, 'ended by its person': ended, expired: over }
      return [
        ...Object.entries(dead).map(([why, { ticket }]) => ({ why, ticket: ticket ?? '' })),
        { why: 'forged: another generation', ticket: forgeGeneration(forged.ticket ?? '') },
        { why: 'of a session that never was', ticket: signNobody(ring) },
      ]
    },
    async countEnded(guests) {
      let ended = 0
      for (let from = 0; from < guests.length; from += rowsAtOnce) {
        const ids = guests.slice(from, from + rowsAtOnce).map(sessionIdOf)
        const rows = await database
          .select({ revokedAt: sessions.revokedAt })
          .from(sessions)
          .where(inArray(sessions.id, ids))
        ended += ids.length - rows.filter(({ revokedAt }) => revokedAt === null).length
      }
      return ended
    },
    async loseRotation(guest) {
      const id = sessionIdOf(guest)
      const [row] = await database
        .select()
        .from(sessions)
        .where(inArray(sessions.id, [id]))
      if (!row) throw new Error('there is no such session')
      await database
        .update(sessions)
        .set({ generation: row.generation - 1 })
        .where(inArray(sessions.id, [id]))
    },
    close: () => closeStore(database),
  }
}

function newUser(at: number) {
  const id = randomBytes(12).toString('base64url')
  const email = `guest.${id}@example.com`
  const mark = { email, emailKey: email.toLowerCase(), name: 'A guest', passwordHash: 'nobody signs in with this' }
  return { id, ...mark, role: 'user' as const, createdAt: at, updatedAt: at, emailVerifiedAt: at }
}

async function start(issuer: Sessions, user: ReturnType<typeof newUser>, persistent: boolean): Promise<Guest> {
  const verified = { passwordHash: null, factorVersion: null }
  const started = await issuer.start({ user, amr: ['pwd'], persistent, visitor, verified, replaces: null })
  if (started.kind !== 'signed-in') throw new Error(`a guest could not be admitted: ${started.by}`)
  return new Guest(user.id, started.ticket.refreshToken)
}

/** The id of the session that a guest's ticket names. */
export function sessionIdOf({ ticket }: Guest): string {
  return ticket?.split('.')[1] ?? ''
}

function forgeGeneration(ticket: string): string {
  const [kid, id, , mac] = ticket.split('.')
  return `${kid}.${id}.7.${mac}`
}

function signNobody(ring: KeyRing): string {
  return signRefreshToken(ring, { sessionId: randomBytes(16).toString('base64url'), generation: 0 })
}
