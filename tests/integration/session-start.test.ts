import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Beginning, beginSession, type Verified } from '../../app/identity/sign-in/session-start.ts'
import type { StartedSession } from '../../app/identity/token-service.ts'
import { atomically, factorSets, sessions, users } from '../../db/index.ts'
import { ada, openIssuerOverStoreInUse, type StoreIssuer, visitor } from '../support/issuer.ts'

// What ends sessions is carried out wholly between the moment in which somebody was let in and the start of the session.

let house: StoreIssuer
let first: StartedSession
let verified: Verified

beforeEach(async () => {
  house = await openIssuerOverStoreInUse()
  const result = await house.issuer.register(ada, visitor, null)
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  first = result
  const [account] = await house.database.select().from(users)
  verified = { passwordHash: account?.passwordHash ?? '', factorVersion: 0 }
})
afterEach(() => house.close())

async function start(more: Partial<Beginning> = {}) {
  const at = Date.now()
  const { userId } = first.principal
  const session = {
    ...{ id: 'another-session-of-ada', userId, generation: 0, rotatedAt: at, confirmedAt: null, createdAt: at },
    ...{
      lastSeenAt: at,
      expiresAt: at + 60_000,
      persistent: false,
      agent: '',
      address: '',
      amr: 'pwd',
      secretId: '',
    },
  }
  const rules = { endsAs: 'replaced', keepsKey: false, idleMs: 60_000, limit: null } as const
  const begun = await atomically(house.database, (tx) =>
    beginSession(tx, { session, verified, replaces: null, renews: null, ...rules, ...more }),
  )
  const rows = await house.database.select().from(sessions).where(eq(sessions.id, session.id))
  return { begun, hasStarted: rows.length > 0 }
}

it('a session starts while everything holds', async () => {
  expect(await start()).toMatchObject({ begun: { kind: 'begun' }, hasStarted: true })
})

it.each([
  ['another password', { passwordHash: 'another' }],
  ['a disabled account', { disabledAt: 1 }],
  ['a password that has to be reset', { passwordResetRequiredAt: 1 }],
])('%s in between lets no session start', async (_what, change) => {
  await house.database.update(users).set(change)
  expect(await start()).toEqual({ begun: { kind: 'overtaken', by: 'account' }, hasStarted: false })
})

it('another factor in between lets no session start', async () => {
  await house.database.insert(factorSets).values({ userId: first.principal.userId, version: 1, updatedAt: 1 })
  expect(await start()).toEqual({ begun: { kind: 'overtaken', by: 'account' }, hasStarted: false })
})

it('an account that is gone lets no session start', async () => {
  await house.database.delete(users)
  expect(await start()).toEqual({ begun: { kind: 'overtaken', by: 'account' }, hasStarted: false })
})

it('a confirmation starts nothing once its session was signed out', async () => {
  await house.issuer.signOut(first.ticket.refreshToken, visitor)
  const renewal = { renews: first.session.id, verified: { passwordHash: null, factorVersion: null } }
  expect(await start(renewal)).toEqual({ begun: { kind: 'overtaken', by: 'session' }, hasStarted: false })
})
