import { setTimeout as delay } from 'node:timers/promises'
import { desc, eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { endLongestUnused } from '../../app/identity/sessions/session-cap.ts'
import type { StartedSession } from '../../app/identity/token-service.ts'
import { atomically, holdPerson, isPostgres, run, sessions, type Work } from '../../db/index.ts'
import { ada, openIssuerOverStoreInUse, type StoreIssuer, standingClock, visitor } from '../support/issuer.ts'

// Over the store of this run: two sign-ins at once really are two on PostgreSQL.

const most = 4
let clock: ReturnType<typeof standingClock>
let house: StoreIssuer

beforeEach(async () => {
  clock = standingClock()
  house = await openIssuerOverStoreInUse({ settings: { SESSIONS_PER_ACCOUNT: most } })
})
afterEach(async () => {
  await house.close()
  clock.restore()
})

async function register(): Promise<StartedSession> {
  const result = await house.issuer.register(ada, visitor, null)
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  return result
}

async function signIn(replaces: string | null = null): Promise<StartedSession> {
  clock.step(1)
  const result = await house.issuer.signIn({ ...ada, remember: false }, visitor, replaces)
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  return result
}

const rows = async () => await house.database.select().from(sessions).orderBy(desc(sessions.lastSeenAt))
const live = async () => (await rows()).filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id)
const present = ({ ticket }: StartedSession) => house.issuer.present(ticket.refreshToken, { prefetch: false, visitor })

it('a sign-in beyond the cap ends the session that was not used for longest, and says why', async () => {
  const [first, second] = [await register(), await signIn()]
  for (let count = 2; count < most; count++) await signIn()
  // The oldest one is in use, so the second oldest is the longest unused.
  clock.step(6 * 60_000)
  expect(await present(first)).toMatchObject({ kind: 'signed-in' })
  const newest = await signIn()
  expect(await live()).toHaveLength(most)
  expect(await present(second)).toMatchObject({ kind: 'refused', reason: 'too-many' })
  expect(await present(newest)).toMatchObject({ kind: 'signed-in' })
  const [ended] = await house.database.select().from(sessions).where(eq(sessions.id, second.session.id))
  expect(ended?.revokedReason).toBe('too-many')
  expect(house.events).toContainEqual({
    ...{ type: 'session.revoked', outcome: 'success', actorId: second.principal.userId, ...visitor },
    ...{ sessionId: second.session.id, detail: { reason: 'too-many' } },
  })
})

it('a sign-in that replaces the session of its own browser ends no other', async () => {
  const others = [await register()]
  while (others.length < most - 1) others.push(await signIn())
  let own = await signIn()
  for (let count = 0; count < 3; count++) own = await signIn(own.ticket.refreshToken)
  expect(new Set(await live())).toEqual(new Set([...others, own].map(({ session }) => session.id)))
})

it('sign-ins at once leave exactly as many sessions as may be alive', async () => {
  await register()
  while ((await live()).length < most) await signIn()
  clock.step(1)
  // No more than an account may fail in a row: each counts as a failure until its password was found right.
  const started = await Promise.all(
    Array.from({ length: 4 }, () => house.issuer.signIn({ ...ada, remember: false }, visitor, null)),
  )
  expect(started.map(({ kind }) => kind)).toEqual(Array(4).fill('signed-in'))
  expect(await live()).toHaveLength(most)
})

it('somebody who has far more sessions than may be alive is brought down to the cap by one sign-in', async () => {
  const { session } = await register()
  const [row] = await house.database.select().from(sessions).where(eq(sessions.id, session.id))
  if (!row) throw new Error('no session')
  for (let from = 0; from < 1_000; from += 100) {
    const batch = Array.from({ length: 100 }, (_, index) => ({ ...row, id: `copy ${from + index}` }))
    await house.database.insert(sessions).values(batch)
  }
  const newest = await signIn()
  expect(await live()).toHaveLength(most)
  expect(await live()).toContain(newest.session.id)
})

it('sessions that are over are kept for a while, and not any number of them', async () => {
  let own = await register()
  for (let count = 0; count < 20 * most; count++) own = await signIn(own.ticket.refreshToken)
  expect((await rows()).length).toBeLessThanOrEqual(most + 10 * most)
  expect(await live()).toEqual([own.session.id])
})

it('starts that are a transaction each, at once, leave exactly as many sessions as may be alive', async () => {
  const { session, principal } = await register()
  while ((await live()).length < most) await signIn()
  const [row] = await house.database.select().from(sessions).where(eq(sessions.id, session.id))
  if (!row) throw new Error('no session')
  const limit = { most, idleMs: 1_000_000 }
  let arrived = 0
  let openGate = () => {}
  const gate = new Promise<void>((open) => {
    openGate = open
  })
  // Both have inserted before either counts, unless one has to wait for the other, as it should; SQLite never waits.
  const meet = () => {
    if (++arrived === 2) openGate()
    return isPostgres(house.database) ? Promise.race([gate, delay(1_000)]) : undefined
  }
  const start = async (sessionId: string) =>
    await atomically(house.database, function* (tx): Work<string[]> {
      yield* holdPerson(tx, principal.userId)
      yield* run(tx.insert(sessions).values({ ...row, id: sessionId }))
      yield meet
      return yield* endLongestUnused(tx, { userId: principal.userId, sessionId, at: clock.now() }, limit)
    })
  await Promise.all([start('one'), start('other')])
  expect(await live()).toHaveLength(most)
})
