import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signBoundTicket } from '../../app/identity/device-binding/bound-ticket.ts'
import { type BindingPolicy, createDeviceBinding } from '../../app/identity/device-binding/device-binding.ts'
import type { Presenting } from '../../app/identity/sessions/refresh-protocol.ts'
import { signRefreshToken } from '../../app/identity/sessions/refresh-token.ts'
import { createSessionStore, type SessionStore } from '../../app/identity/sessions/session-store.ts'
import { createSessions } from '../../app/identity/sessions/sessions.ts'
import { deriveKeyRing } from '../../app/kernel/index.server.ts'
import { sessions } from '../../db/index.ts'
import { inDepth } from '../support/depth.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../support/issuer.ts'
import { applyPlan, type Row, shipped, stateOf, storeModel } from './protocol.ts'

// The explorer runs models of the statements and of what a verdict does. Here they meet the shipped ones.

const start = Date.UTC(2026, 10, 21, 12)
const grace = testSettings.REUSE_GRACE
const proofGraceMs = 10_000
const protocolSettings = {
  rotateAfterMs: testSettings.REFRESH_ROTATE_AFTER,
  reuseGraceMs: grace,
  idleMs: testSettings.SESSION_IDLE,
  proofGraceMs,
}
const ring = deriveKeyRing(testSettings.secrets, 'refresh-token')
const ticketRing = deriveKeyRing(testSettings.secrets, 'device-binding')
const bindingId = 'the-binding-of-the-row'

let clock: ReturnType<typeof standingClock>
let house: TestIssuer
let id: string
let store: SessionStore
let policy: BindingPolicy

beforeAll(async () => {
  clock = standingClock(start)
  house = await openTestIssuer()
  const signedIn = await house.issuer.register(ada, visitor, null)
  if (signedIn.kind !== 'signed-in') throw new Error(signedIn.kind)
  id = signedIn.session.id
  store = createSessionStore(house.database)
  const { database } = house
  const refreshKeys = ring
  policy = createDeviceBinding({ database, settings: testSettings, refreshKeys, record: () => undefined }).policy
})
afterAll(() => {
  house.close()
  clock.restore()
})

const spans = [
  0,
  1,
  grace - 1,
  grace,
  grace + 1,
  protocolSettings.rotateAfterMs,
  protocolSettings.idleMs - 1,
  protocolSettings.idleMs,
]
const moment = fc.tuple(fc.constantFrom(...spans), fc.constantFrom(-1, 1)).map(([span, sign]) => start + sign * span)
const row: fc.Arbitrary<Row> = fc
  .record({
    generation: fc.nat({ max: 4 }),
    rotatedAt: moment,
    confirmedAt: fc.option(moment),
    lastSeenAt: moment,
    expiresAt: fc.constantFrom(start - 1, start, start + 1, start + 600_000_000),
    proofNeededSince: fc.option(fc.oneof(moment, fc.constantFrom(start - proofGraceMs, start - proofGraceMs - 1))),
    ended: fc.constantFrom(null, null, null, 'signout', 'reuse', 'ended', 'disabled', 'replaced'),
    endedAt: moment,
  })
  .map(({ ended, endedAt, ...rest }) => ({ ...rest, revokedReason: ended, revokedAt: ended === null ? null : endedAt }))

/** Until when the ticket that comes along is good; null for none. */
const provedUntil = fc.option(fc.constantFrom(start + 60_000, start, start - proofGraceMs, start - proofGraceMs - 1))

function put({ revokedReason, ...times }: Row): void {
  const reason = revokedReason as (typeof sessions.$inferInsert)['revokedReason']
  house.database
    .update(sessions)
    .set({ ...times, ...bindingOf(times), revokedReason: reason })
    .where(eq(sessions.id, id))
    .run()
}

function bindingOf({ proofNeededSince }: Pick<Row, 'proofNeededSince'>) {
  return proofNeededSince === null ? { bindingId: null, boundAt: null } : { bindingId, boundAt: proofNeededSince }
}

function stored(): Row {
  const found = house.database.select().from(sessions).where(eq(sessions.id, id)).get()
  if (!found) throw new Error('the session is gone')
  const { generation, rotatedAt, confirmedAt, lastSeenAt, expiresAt, revokedAt, revokedReason, proofNeededSince } =
    found
  return { generation, rotatedAt, confirmedAt, lastSeenAt, expiresAt, revokedAt, revokedReason, proofNeededSince }
}

/** One seed, so that which cases were met does not hang on luck. */
const seed = 20_261_121

const operations = ['rotate', 'confirm', 'touch', 'fastForward', 'revokeForReuse', 'revoke'] as const

test('each modelled statement does to a row what the shipped one does in SQLite', async () => {
  const changed = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      row,
      fc.constantFrom(...operations),
      fc.nat({ max: 4 }),
      moment,
      moment,
      async (before, operation, generation, at, lastSeenAt) => {
        put(before)
        const read = { id, generation }
        const [done, expected] = await {
          rotate: async () =>
            [
              await store.rotate(read, 'a0a0a0a0', at, lastSeenAt),
              storeModel.rotate(before, read, at, lastSeenAt),
            ] as const,
          confirm: async () =>
            [await store.confirm(read, at, lastSeenAt), storeModel.confirm(before, read, at, lastSeenAt)] as const,
          touch: async () => [await store.touch(read, lastSeenAt), storeModel.touch(before, read, lastSeenAt)] as const,
          fastForward: async () =>
            [
              await store.fastForward(read, 9, at, lastSeenAt),
              storeModel.fastForward(before, read, 9, at, lastSeenAt),
            ] as const,
          revokeForReuse: async () =>
            [await store.revokeForReuse(read, at), storeModel.revokeForReuse(before, read, at)] as const,
          revoke: async () =>
            [(await store.revoke(id, at, 'ended')) !== null, storeModel.revoke(before, read, at, 'ended')] as const,
        }[operation]()
        expect(done).toBe(expected !== null)
        expect(stored()).toEqual(expected ?? before)
        changed.add(`${operation} ${done}`)
      },
    ),
    { numRuns: inDepth(3_000, 1_000), seed },
  )
  expect(changed.size).toBe(operations.length * 2)
})

/** What the model makes of one present whose row is replaced by `meanwhile` after it was read for the first time. */
function presentInModel(first: Row, meanwhile: Row | null, presented: number, given: Presenting) {
  let current = first
  for (let look = 0; look < 8; look++) {
    const verdict = shipped.decide(stateOf(current), presented, start, protocolSettings, given)
    const plan = shipped.plan(verdict, current, presented, start)
    const read = current
    if (look === 0 && meanwhile) current = meanwhile
    const after = applyPlan(shipped.store, plan, current, read, presented)
    if (after) return { after, isAccepted: plan.isAccepted, sends: plan.sends, verdict }
    current = meanwhile ?? current
  }
  throw new Error('the model never came to an end')
}

/** The shipped store, whose row changes right after it was read for the first time. */
function storeThatMoves(meanwhile: Row | null): SessionStore {
  let isFirst = true
  return {
    ...store,
    find: async (sessionId) => {
      const found = await store.find(sessionId)
      if (isFirst && meanwhile) put(meanwhile)
      isFirst = false
      return found
    },
  }
}

test('a modelled present decides, writes and sends what the shipped one does, also when the row moves meanwhile', async () => {
  const met = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      row,
      fc.option(row),
      fc.nat({ max: 5 }),
      fc.boolean(),
      provedUntil,
      async (before, meanwhile, presented, prefetch, until) => {
        put(before)
        const shippedSessions = createSessions({
          store: storeThatMoves(meanwhile),
          ring,
          settings: testSettings,
          record: () => undefined,
          notifyReuse: async () => undefined,
          binding: policy,
        })
        const proof = until === null ? null : { issuedAt: start - 600_000, expiresAt: until }
        const boundTicket = proof && signBoundTicket(ticketRing, bindingId, proof)
        const token = signRefreshToken(ring, { sessionId: id, generation: presented })
        const answer = await shippedSessions.present(token, { prefetch, visitor, boundTicket })
        const expected = presentInModel(before, meanwhile, presented, { prefetch, provedUntil: until })
        met.add(expected.verdict.kind)
        const sent = answer.kind === 'signed-in' ? (answer.ticket?.refreshToken ?? null) : null
        const expectedSent =
          expected.sends === null ? null : signRefreshToken(ring, { sessionId: id, generation: expected.sends })
        expect({ isAccepted: answer.kind === 'signed-in', sent }).toEqual({
          isAccepted: expected.isAccepted,
          sent: expectedSent,
        })
        if (answer.kind === 'refused') {
          expect(answer.reason).toBe(expected.verdict.kind === 'refused' ? expected.verdict.reason : 'reuse')
        }
        expect(stored()).toEqual(expected.after)
      },
    ),
    { numRuns: 3_000, seed },
  )
  expect([...met].sort()).toEqual(
    [
      'confirm',
      'current',
      'fast-forward',
      'refused',
      'resend',
      'reuse',
      'rotate',
      'straggler',
      'touch',
      'unproved',
    ].sort(),
  )
})
