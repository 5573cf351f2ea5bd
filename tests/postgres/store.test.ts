import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUserStore } from '../../app/api/user-store.ts'
import { createAccountStore } from '../../app/identity/accounts/account-store.ts'
import { createOwnAccount } from '../../app/identity/accounts/own-account.ts'
import { createSigningKeyStore } from '../../app/identity/keys/signing-key-store.ts'
import { createRecoveryStore } from '../../app/identity/recovery/recovery-store.ts'
import { Problem } from '../../app/kernel/index.ts'
import {
  all,
  atomically,
  createCleanup,
  oneTimeCodes,
  run,
  securityEvents,
  signingKeys,
  spentMarks,
  users,
} from '../../db/index.ts'
import { openPostgres } from '../support/postgres/sync-client.ts'
import { openOwnStore } from './own-database.ts'

let store: Awaited<ReturnType<typeof openOwnStore>>
beforeAll(async () => {
  store = await openOwnStore({ poolSize: 8 })
})
afterAll(() => store.close())

let added = 0
function person(given: Partial<typeof users.$inferInsert> = {}) {
  added += 1
  const email = `person-${added}@example.com`
  const times = { createdAt: added, updatedAt: added }
  return {
    id: `person-${added}`,
    email,
    emailKey: email,
    name: `Person ${added}`,
    passwordHash: '',
    ...times,
    ...given,
  }
}

async function addPerson(given: Partial<typeof users.$inferInsert> = {}) {
  const [row] = await store.database.insert(users).values(person(given)).returning()
  if (!row) throw new Error('nobody was added')
  return row
}

describe('the last admin', () => {
  const enabledAdmins = () => store.database.select().from(users).where(eq(users.role, 'admin'))

  /** Holds the lock that such statements queue for until all of them do, so that none has begun before another. */
  async function atOnce<Result>(works: (() => Promise<Result>)[]): Promise<Result[]> {
    const gate = openPostgres(store.url)
    gate.exec('begin')
    gate.exec("select pg_advisory_xact_lock(hashtextextended('admins', 0))")
    const results = works.map((work) => work())
    const waiting = "select count(*) as count from pg_locks where locktype = 'advisory' and not granted"
    const queued = () => (gate.prepare(waiting).get() as { count: number }).count
    await expect.poll(queued).toBe(works.length)
    gate.exec('commit')
    gate.close()
    return Promise.all(results)
  }

  test('stays when two admins are demoted in the same moment', async () => {
    await store.database.update(users).set({ role: 'user' })
    const accounts = createUserStore(store.database)
    const { id: one } = await addPerson({ role: 'admin' })
    const { id: other } = await addPerson({ role: 'admin' })
    const seen = [await accounts.find(one), await accounts.find(other)].filter((account) => account !== null)
    const wanted = { role: 'user' as const, disabledAt: null, disabledReason: null, requiresReset: false }
    const changed = await atOnce(seen.map((account) => () => accounts.change(account, wanted)))
    expect(changed.filter((account) => account !== null)).toHaveLength(1)
    expect(await enabledAdmins()).toHaveLength(1)
  })

  test('stays when one admin is deleted by another who leaves in the same moment', async () => {
    await store.database.update(users).set({ role: 'user' })
    const accounts = createUserStore(store.database)
    const own = createOwnAccount({ database: store.database, record: () => {} })
    const { id: one } = await addPerson({ role: 'admin' })
    const { id: other } = await addPerson({ role: 'admin' })
    const visitor = { address: '192.0.2.1', agent: 'a test' }
    const leave = async () => (await own.delete(other, visitor)) === 'deleted'
    const gone = await atOnce([async () => (await accounts.delete(one)) !== null, leave])
    expect(gone.filter(Boolean)).toHaveLength(1)
    expect(await enabledAdmins()).toHaveLength(1)
  })
})

describe('what depends on other rows', () => {
  test('of processes that start at once one writes the first keys', async () => {
    const key = (kid: string): typeof signingKeys.$inferSelect => ({
      ...{ kid, alg: 'ES256', publicJwk: '{}', privateJwk: '', createdAt: 1, signsFrom: 1, retiredAt: null },
    })
    const keys = createSigningKeyStore(store.database)
    const written = await Promise.all(['a', 'b', 'c', 'd'].map((name) => keys.insertAfter(0, [key(name)])))
    expect(written.filter(Boolean)).toHaveLength(1)
    expect(await keys.list()).toHaveLength(1)
  })

  test('the last published key stays, whoever retires keys at once', async () => {
    await store.database.delete(signingKeys)
    const keys = createSigningKeyStore(store.database)
    const row = { alg: 'ES256' as const, publicJwk: '{}', privateJwk: '', createdAt: 1, signsFrom: 1 }
    await store.database.insert(signingKeys).values([
      { ...row, kid: 'one' },
      { ...row, kid: 'two' },
    ])
    const retired = await Promise.all([keys.retire('one', 2), keys.retire('two', 2)])
    expect(retired.filter(Boolean)).toHaveLength(1)
  })

  test('an address that two people confirm at once goes to one, and the other is told', async () => {
    const recovery = createRecoveryStore(store.database)
    const accounts = [person({ emailKey: 'wanted@example.com' }), person({ emailKey: 'wanted@example.com' })]
    const code = { purpose: 'register' as const, subject: '', userId: null, payload: '{}', createdAt: 1, tries: 0 }
    await store.database
      .insert(oneTimeCodes)
      .values(
        accounts.map(({ id }) => ({ ...code, id, codeHash: id, expiresAt: Number.MAX_SAFE_INTEGER, usedAt: null })),
      )
    const outcomes = await Promise.all(
      accounts.map((account) => recovery.completeRegistration(account.id, account as typeof users.$inferSelect)),
    )
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['done', 'taken'])
  })

  test('an address that is taken is an outcome, not a fault', async () => {
    const accounts = createAccountStore(store.database)
    const { emailKey } = await addPerson()
    expect(await accounts.insert(person({ emailKey }) as typeof users.$inferSelect)).toBe(false)
  })
})

describe('a transaction', () => {
  test('that fails leaves nothing behind', async () => {
    const { id, name } = await addPerson()
    const work = atomically(store.database, function* (tx) {
      yield* run(tx.update(users).set({ name: 'Half done' }).where(eq(users.id, id)))
      throw new Error('no further')
    })
    await expect(work).rejects.toThrow('no further')
    expect(await store.database.select({ name: users.name }).from(users).where(eq(users.id, id))).toEqual([{ name }])
  })

  test('that lost to another one begins anew', async () => {
    let tries = 0
    const found = await atomically(store.database, function* (tx) {
      tries += 1
      if (tries < 3) yield () => tx.run(sql.raw("do $$ begin raise exception using errcode = '40001'; end $$"))
      return yield* all(tx.select({ id: users.id }).from(users).limit(1))
    })
    expect([tries, found.length]).toEqual([3, 1])
  })
})

test('nodes that clean at once remove every dead row, and none stands in the way of another', async () => {
  const marks = Array.from({ length: 50 }, (_, index) => ({ id: `mark-${index}`, expiresAt: index < 40 ? 1 : 8e15 }))
  await store.database.insert(spentMarks).values(marks)
  const faults: unknown[] = []
  const clean = () =>
    createCleanup(store.database, { idleMs: 1_000, batch: 20, onFault: (fault) => faults.push(fault) })()
  const removed = await Promise.all([clean(), clean(), clean()])
  const rest = await clean()
  expect(faults).toEqual([])
  expect([...removed, rest].reduce((sum, { spent_marks: count = 0 }) => sum + count, 0)).toBe(40)
  expect(await store.database.select().from(spentMarks)).toHaveLength(10)
})

describe('security events', () => {
  const event = { createdAt: 1, type: 'signout', outcome: 'success' }

  test('are never changed, and only removed when their time is over', async () => {
    const [kept] = await store.database
      .insert(securityEvents)
      .values({ ...event, id: 1_000_001, keepUntil: Number.MAX_SAFE_INTEGER })
      .returning()
    await store.database.insert(securityEvents).values({ ...event, id: 1_000_002, keepUntil: 1 })
    await expect(store.database.update(securityEvents).set({ type: 'x' })).rejects.toThrow('never changed')
    await expect(store.database.delete(securityEvents)).rejects.toThrow('until their time is over')
    await expect(store.database.run(sql`truncate security_events`)).rejects.toThrow('until their time is over')
    await store.database.delete(securityEvents).where(eq(securityEvents.id, 1_000_002))
    expect(await store.database.select().from(securityEvents)).toEqual([kept])
  })
})

test('text that PostgreSQL cannot store is a bad request, and no fault', async () => {
  const accounts = createAccountStore(store.database)
  const refused = accounts.findByEmailKey('a\0b@example.com')
  await expect(refused).rejects.toThrow(Problem)
  await expect(refused).rejects.toMatchObject({ code: 'malformed_request', status: 400 })
})

test('what PostgreSQL says of a row reaches neither message nor log', async () => {
  const { email, ...row } = await addPerson({ passwordHash: 'a secret hash' })
  const error = await store.database
    .insert(users)
    .values({ ...row, email, id: 'another', role: 'owner' as never })
    .then(
      () => null,
      (fault) => fault,
    )
  expect(error).toMatchObject({ name: 'PostgresFault', code: expect.stringMatching(/^23/) })
  expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('a secret hash')
})
