import { hash } from '@node-rs/argon2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAccountStore } from '../../../../app/identity/accounts/account-store.ts'
import { createAccounts } from '../../../../app/identity/accounts/accounts.ts'
import { createPasswords } from '../../../../app/identity/accounts/passwords.ts'
import { sessions, users } from '../../../../db/index.ts'
import { ada, fastHashing, openTestIssuer, type TestIssuer, visitor } from '../../../support/issuer.ts'

let house: TestIssuer
beforeEach(async () => {
  house = await openTestIssuer()
})
afterEach(() => house.close())

const people = () => house.database.select().from(users).all()
const signIn = (input: Partial<typeof ada> = {}) =>
  house.issuer.signIn({ ...ada, ...input, remember: false }, visitor, null)
const types = () => house.events.map((event) => event.type)

describe('registering', () => {
  it('creates a user and signs in', async () => {
    const result = await house.issuer.register(ada, visitor, null)
    expect(result).toMatchObject({
      kind: 'signed-in',
      principal: { email: 'ada@example.com', name: 'Ada', roles: ['user'], amr: ['pwd'] },
      session: { generation: 0, persistent: false, address: visitor.address, agent: 'An unknown browser' },
    })
    expect(types().slice(-2)).toEqual(['account.registered', 'signin.succeeded'])
  })

  it.each(['ada@example.com', 'ADA@Example.COM', '\uff41da@example.com'])(
    'refuses %s when it is taken',
    async (email) => {
      await house.issuer.register(ada, visitor, null)
      expect(await house.issuer.register({ ...ada, email }, visitor, null)).toEqual({ kind: 'email-taken' })
      expect(people()).toHaveLength(1)
      expect(house.database.select().from(sessions).all()).toHaveLength(1)
    },
  )

  it('lets one of many at once have the address and leaves nothing of the others', async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => house.issuer.register(ada, visitor, null)))
    expect(results.filter((result) => result.kind === 'signed-in')).toHaveLength(1)
    expect(results.filter((result) => result.kind === 'email-taken')).toHaveLength(9)
    expect(people()).toHaveLength(1)
    expect(house.database.select().from(sessions).all()).toHaveLength(1)
  })

  it('takes no role, id or time from outside', async () => {
    const input = { ...ada, role: 'admin', id: 'chosen', disabledAt: 1, createdAt: 1 } as typeof ada
    await house.issuer.register(input, visitor, null)
    expect(people()[0]).toMatchObject({ role: 'user', disabledAt: null })
    expect(people()[0]?.id).toMatch(/^[\w-]{22}$/)
    expect(people()[0]?.createdAt).toBeGreaterThan(1)
  })

  it('keeps the password as a hash only', async () => {
    await house.issuer.register(ada, visitor, null)
    expect(JSON.stringify(people())).not.toContain(ada.password)
    expect(people()[0]?.passwordHash).toMatch(/^\$argon2id\$/)
  })
})

describe('signing in', () => {
  beforeEach(() => house.issuer.createAccount(ada))

  it('works with the address in any case', async () => {
    expect((await signIn({ email: 'Ada@EXAMPLE.com' })).kind).toBe('signed-in')
  })

  it('answers an unknown address and a wrong password alike', async () => {
    const [unknown, wrong] = [await signIn({ email: 'bob@example.com' }), await signIn({ password: 'something else' })]
    expect(unknown).toEqual({ kind: 'invalid-credentials' })
    expect(wrong).toEqual(unknown)
    expect(types().filter((type) => type === 'signin.failed')).toHaveLength(2)
  })

  it('hashes as much for an unknown address as for a wrong password', async () => {
    const verified: string[] = []
    const passwords = createPasswords(fastHashing)
    const observed = {
      ...passwords,
      verify: (phc: string, password: string) => {
        verified.push(phc)
        return passwords.verify(phc, password)
      },
    }
    const store = createAccountStore(house.database)
    const accounts = createAccounts({ store, passwords: observed, record: () => undefined, pseudonymOf: String })
    await accounts.authenticate({ email: 'bob@example.com', password: 'x' }, visitor)
    await accounts.authenticate({ email: ada.email, password: 'x' }, visitor)
    expect(verified).toEqual([passwords.decoy, people()[0]?.passwordHash])
  })

  it('tells that an account is disabled only to who knows its password', async () => {
    house.database.update(users).set({ disabledAt: 1 }).run()
    expect(await signIn({ password: 'something else' })).toEqual({ kind: 'invalid-credentials' })
    expect(await signIn()).toEqual({ kind: 'account-disabled' })
    expect(house.database.select().from(sessions).all()).toEqual([])
    expect(types()).toContain('signin.disabled')
  })

  it('renews a hash of other parameters, once, and only with the right password', async () => {
    const old = await hash(ada.password, { memoryCost: 16, timeCost: 1, parallelism: 1 })
    house.database.update(users).set({ passwordHash: old }).run()
    await signIn({ password: 'something else' })
    expect(people()[0]?.passwordHash).toBe(old)
    expect((await signIn()).kind).toBe('signed-in')
    const renewed = people()[0]?.passwordHash
    expect(renewed).toContain('$m=8,t=1,p=1$')
    expect((await signIn()).kind).toBe('signed-in')
    expect(people()[0]?.passwordHash).toBe(renewed)
    expect(types().filter((type) => type === 'account.password_rehashed')).toHaveLength(1)
  })

  it('says nothing of passwords or refresh tokens in its events', async () => {
    const result = await signIn()
    await signIn({ password: 'something else entirely' })
    const said = JSON.stringify(house.events)
    expect(said).not.toMatch(/something else|ordinary sentence/)
    expect(said).not.toContain(result.kind === 'signed-in' ? result.ticket.refreshToken : 'x')
  })
})

describe('promoting', () => {
  it('makes an existing account an admin, once', async () => {
    await house.issuer.createAccount(ada)
    expect(await house.issuer.promote(' ADA@example.com ')).toBe('promoted')
    expect(people()[0]?.role).toBe('admin')
    expect(await house.issuer.promote('ada@example.com')).toBe('already-admin')
    expect(types().filter((type) => type === 'account.role_changed')).toHaveLength(1)
  })
  it('does nothing about an address that has no account', async () => {
    expect(await house.issuer.promote('nobody@example.com')).toBe('unknown')
  })
  it('passes over, where that is asked, one whose address nobody confirmed', async () => {
    await house.issuer.register(ada, visitor, null)
    expect(await house.issuer.promote(ada.email, { onlyConfirmed: true })).toBe('unconfirmed')
    expect(people()[0]?.role).toBe('user')
    expect(await house.issuer.promote(ada.email)).toBe('promoted-unconfirmed')
  })
})

it('creates accounts for seeds, with a role, once per address', async () => {
  const created = await house.issuer.createAccount({ ...ada, role: 'admin' })
  expect(created).toEqual({ kind: 'created', userId: people()[0]?.id })
  expect(people()[0]?.role).toBe('admin')
  expect(await house.issuer.createAccount(ada)).toEqual({ kind: 'email-taken' })
})
