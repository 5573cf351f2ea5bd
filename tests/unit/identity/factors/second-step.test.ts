import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deriveKeyRing, deriveSecrets, encryptText } from '../../../../app/kernel/index.server.ts'
import { recoveryCodes, sessions, totpFactors, users } from '../../../../db/index.ts'
import { standingClock, testSettings } from '../../../support/issuer.ts'
import {
  ada,
  addApp,
  beginStep,
  bob,
  codeOf,
  factorsOf,
  finish,
  openTestIssuer,
  requireStep,
  type Settled,
  settle,
  signIn,
  type TestIssuer,
  visitor,
} from './factor-house.ts'

const minute = 60_000
const step = 30_000
const day = 86_400_000

let clock: ReturnType<typeof standingClock>
let house: TestIssuer
let settled: Settled
let key: string
let codes: readonly string[]

beforeEach(async () => {
  clock = standingClock()
  house = await openTestIssuer()
  settled = await settle(house)
  const added = await addApp(house, settled.actor)
  key = added.key
  codes = added.recoveryCodes
  clock.step(step)
})
afterEach(() => {
  house.close()
  clock.restore()
})

const kinds = (results: readonly { kind: string }[], kind: string) =>
  results.filter((each) => each.kind === kind).length
const sessionCount = () => house.database.select().from(sessions).all().length
async function beginSteps(count: number): Promise<string[]> {
  const tickets: string[] = []
  while (tickets.length < count) tickets.push(await beginStep(house))
  return tickets
}
const noticesOf = ({ mails }: TestIssuer) =>
  mails.flatMap((mail) => (mail.kind === 'second-factor' ? [mail.notice] : []))
const eventsOf = (type: string) => house.events.filter((event) => event.type === type)

describe('the password of an account with a second factor', () => {
  it('starts no session and gives no refresh token', async () => {
    const before = sessionCount()
    const result = await signIn(house)
    expect(Object.keys(result).sort()).toEqual(['expiresAt', 'kind', 'methods', 'ticket'])
    expect(requireStep(result).methods).toEqual({ totp: true, passkey: false, recoveryCode: true })
    expect(sessionCount()).toBe(before)
    expect(await house.issuer.present(requireStep(result).ticket, { prefetch: false, visitor })).toMatchObject({
      kind: 'refused',
      reason: 'malformed',
    })
  })

  it('goes on to a session that says how its person signed in', async () => {
    const result = await finish(house, await beginStep(house), codeOf(key))
    expect(result).toMatchObject({ kind: 'signed-in', trustMark: null, recoveryCodesLeft: null })
    expect(result.kind === 'signed-in' && result.principal.amr).toEqual(['pwd', 'otp', 'mfa'])
  })

  it('is as much as before for an account without one', async () => {
    await settle(house, bob)
    const result = await signIn(house, bob)
    expect(result.kind === 'signed-in' && result.principal.amr).toEqual(['pwd'])
  })
})

describe('a code', () => {
  it('of twenty uses at once signs in one', async () => {
    const tickets = await beginSteps(20)
    const code = codeOf(key)
    const results = await Promise.all(tickets.map((ticket) => finish(house, ticket, code)))
    expect(kinds(results, 'signed-in')).toBe(1)
    expect(kinds(results, 'factor-refused') + kinds(results, 'throttled')).toBe(19)
  })

  it('does not work again, nor one of an earlier step, nor that of the enrolment', async () => {
    clock.step(step)
    const early = codeOf(key, -1)
    const code = codeOf(key)
    expect((await finish(house, await beginStep(house), code)).kind).toBe('signed-in')
    expect((await finish(house, await beginStep(house), code)).kind).toBe('factor-refused')
    expect((await finish(house, await beginStep(house), early)).kind).toBe('factor-refused')
    clock.step(step)
    expect((await finish(house, await beginStep(house), code)).kind).toBe('factor-refused')
    expect((await finish(house, await beginStep(house), codeOf(key))).kind).toBe('signed-in')
    expect(eventsOf('factor.refused').map(({ detail }) => detail?.reason)).toEqual(['used', 'used', 'used'])
  })

  it('of the step ahead uses up the present one too', async () => {
    expect((await finish(house, await beginStep(house), codeOf(key, 1))).kind).toBe('signed-in')
    expect((await finish(house, await beginStep(house), codeOf(key))).kind).toBe('factor-refused')
  })

  it('of another account is refused', async () => {
    const other = await addApp(house, (await settle(house, bob)).actor)
    clock.step(step)
    expect((await finish(house, await beginStep(house), codeOf(other.key))).kind).toBe('factor-refused')
    const [foreign = ''] = other.recoveryCodes
    expect((await finish(house, await beginStep(house), foreign)).kind).toBe('factor-refused')
    expect((await finish(house, await beginStep(house, bob), foreign)).kind).toBe('signed-in')
  })

  it('that is guessed is refused after five tries, whatever ticket is used, and the right one with it', async () => {
    for (let guess = 0; guess < 5; guess++) {
      expect((await finish(house, await beginStep(house), `00000${guess}`)).kind).toBe('factor-refused')
    }
    const blocked = await finish(house, await beginStep(house), codeOf(key))
    expect(blocked).toMatchObject({ kind: 'throttled', reason: 'account', retryAfterSeconds: 30 })
    expect(house.events.at(-1)).toMatchObject({ type: 'limit.reached', subjectId: settled.actor.userId })
    clock.step(31_000)
    expect((await finish(house, await beginStep(house), codeOf(key))).kind).toBe('signed-in')
  })

  it('gets no more tries in a burst than one after another', async () => {
    const ticket = await beginStep(house)
    const tries = Array.from({ length: 40 }, (_, guess) => finish(house, ticket, String(100_000 + guess)))
    const results = await Promise.all(tries)
    expect(kinds(results, 'throttled')).toBe(35)
  })

  it('can be tried anew by an owner who has another password', async () => {
    const ticket = await beginStep(house)
    for (let guess = 0; guess < 6; guess++) await finish(house, ticket, `00000${guess}`)
    expect((await finish(house, ticket, codeOf(key))).kind).toBe('throttled')
    // What a reset does to the account.
    const donor = await settle(house, bob)
    const [row] = house.database.select().from(users).where(eq(users.id, donor.actor.userId)).all()
    const passwordHash = row?.passwordHash ?? ''
    house.database.update(users).set({ passwordHash }).where(eq(users.id, settled.actor.userId)).run()
    const anew = await beginStep(house, { ...ada, password: bob.password })
    expect((await finish(house, anew, codeOf(key))).kind).toBe('signed-in')
    expect((await finish(house, ticket, codeOf(key, 1))).kind).toBe('step-expired')
  })
})

describe('a recovery code', () => {
  it('works once, of twenty at once too, and says how many are left', async () => {
    const [code = ''] = codes
    const tickets = await beginSteps(20)
    const results = await Promise.all(tickets.map((ticket) => finish(house, ticket, code)))
    expect(kinds(results, 'signed-in')).toBe(1)
    expect(results.find((each) => each.kind === 'signed-in')).toMatchObject({ recoveryCodesLeft: 9 })
    expect(eventsOf('recovery_code.used')).toMatchObject([{ actorId: settled.actor.userId, detail: { left: 9 } }])
    expect(noticesOf(house)).toEqual([{ what: 'totp-added' }, { what: 'code-used', left: 9 }])
    expect((await finish(house, await beginStep(house), code)).kind).toBe('factor-refused')
  })

  it('is dead once there are new ones', async () => {
    const [old = ''] = codes
    const anew = await factorsOf(house).renewRecoveryCodes(settled.actor, visitor)
    expect(anew).toHaveLength(10)
    expect((await finish(house, await beginStep(house), old)).kind).toBe('factor-refused')
    expect((await finish(house, await beginStep(house), anew?.[0] ?? '')).kind).toBe('signed-in')
  })

  it('is stored as a hash, and goes with the last factor', async () => {
    const stored = JSON.stringify(house.database.select().from(recoveryCodes).all())
    for (const code of codes) expect(stored).not.toContain(code)
    expect(await factorsOf(house).removeTotp(settled.actor, visitor)).toBe(true)
    expect(house.database.select().from(recoveryCodes).all()).toEqual([])
    expect(await factorsOf(house).renewRecoveryCodes(settled.actor, visitor)).toBeNull()
    expect((await signIn(house)).kind).toBe('signed-in')
  })
})

describe('a ticket for the second step', () => {
  it('is dead after ten minutes, and a clock set back makes none live longer', async () => {
    const ticket = await beginStep(house)
    clock.step(10 * minute)
    expect((await finish(house, ticket, codeOf(key))).kind).toBe('step-expired')
    clock.step(-20 * minute)
    expect((await finish(house, ticket, codeOf(key))).kind).toBe('step-expired')
  })

  it('is good for one sign-in', async () => {
    const ticket = await beginStep(house)
    expect((await finish(house, ticket, codeOf(key))).kind).toBe('signed-in')
    expect((await finish(house, ticket, codes[0] ?? '')).kind).toBe('step-expired')
  })

  it('that is forged, cut, bent or made by another installation is none', async () => {
    const ticket = await beginStep(house)
    const claim = {
      id: 'x',
      userId: settled.actor.userId,
      password: 'x',
      persistent: false,
      expiresAt: clock.now() + 1,
    }
    const foreign = deriveKeyRing(deriveSecrets([Buffer.alloc(32, 'other')]), 'factors')
    const own = deriveKeyRing(testSettings.secrets, 'factors')
    const forged = [
      '',
      ticket.slice(0, -2),
      `${ticket.slice(0, 30)}${ticket[30] === 'A' ? 'B' : 'A'}${ticket.slice(31)}`,
      encryptText(foreign, JSON.stringify(claim), 'sign-in step'),
      encryptText(own, JSON.stringify(claim), 'trusted browser'),
    ]
    for (const each of forged) {
      expect(await factorsOf(house).describeStep(each)).toBeNull()
      expect((await finish(house, each, codeOf(key))).kind).toBe('step-expired')
    }
    expect(await factorsOf(house).describeStep(ticket)).toMatchObject({ email: ada.email })
  })

  it('of a disabled account signs nobody in', async () => {
    const ticket = await beginStep(house)
    house.database.update(users).set({ disabledAt: 1 }).run()
    expect((await finish(house, ticket, codeOf(key))).kind).toBe('account-disabled')
  })
})

describe('a trusted browser', () => {
  async function trust(): Promise<string> {
    const result = await finish(house, await beginStep(house), codeOf(key), true)
    const mark = result.kind === 'signed-in' ? result.trustMark : null
    if (mark === null) throw new Error('no mark of trust')
    return mark
  }

  it('needs no second step for thirty days', async () => {
    const mark = await trust()
    clock.step(30 * day - step)
    expect((await signIn(house, ada, mark)).kind).toBe('signed-in')
    clock.step(step)
    expect((await signIn(house, ada, mark)).kind).toBe('second-factor-required')
  })

  it('is trusted for its own account only', async () => {
    const mark = await trust()
    await addApp(house, (await settle(house, bob)).actor)
    expect((await signIn(house, bob, mark)).kind).toBe('second-factor-required')
    const ticket = await beginStep(house)
    expect((await signIn(house, ada, ticket)).kind).toBe('second-factor-required')
  })

  it.each([
    ['the password changes', () => house.database.update(users).set({ passwordHash: '' }).run()],
    ['recovery codes are renewed', () => factorsOf(house).renewRecoveryCodes(settled.actor, visitor)],
    ['its owner wants it so', () => factorsOf(house).forgetTrustedBrowsers(settled.actor, visitor)],
    [
      'the app is removed and added anew',
      async () => {
        await factorsOf(house).removeTotp(settled.actor, visitor)
        await addApp(house, settled.actor)
      },
    ],
  ])('is trusted no more when %s', async (what, change) => {
    const mark = await trust()
    const [before] = house.database.select().from(users).all()
    await change()
    if (what.startsWith('the password')) {
      // Another salt is another password, even where the words are the same.
      const donor = await settle(house, { ...bob, password: ada.password })
      const [row] = house.database.select().from(users).where(eq(users.id, donor.actor.userId)).all()
      const passwordHash = row?.passwordHash ?? ''
      expect(passwordHash).not.toBe(before?.passwordHash)
      house.database.update(users).set({ passwordHash }).where(eq(users.id, settled.actor.userId)).run()
    }
    expect((await signIn(house, ada, mark)).kind).toBe('second-factor-required')
  })
})

describe('the factors of an account', () => {
  it('end its other sessions when they change, and tell its owner', async () => {
    const other = await finish(house, await beginStep(house), codeOf(key))
    if (other.kind !== 'signed-in') throw new Error(other.kind)
    await factorsOf(house).removeTotp(settled.actor, visitor)
    const present = (ticket: { refreshToken: string }) =>
      house.issuer.present(ticket.refreshToken, { prefetch: false, visitor })
    expect(await present(other.ticket)).toMatchObject({ kind: 'refused', reason: 'revoked' })
    expect(await present(settled.signedIn.ticket)).toMatchObject({ kind: 'signed-in' })
    expect(noticesOf(house)).toEqual([{ what: 'totp-added' }, { what: 'totp-removed' }])
    expect(eventsOf('factor.removed')).toMatchObject([{ detail: { factor: 'totp' } }])
  })

  it('keep the key of an app encrypted, for its account only, and under the newest secret', async () => {
    const [row] = house.database.select().from(totpFactors).all()
    expect(row?.secret).not.toContain(key.replaceAll(' ', ''))
    const renewed = deriveSecrets([Buffer.alloc(32, 'new'), Buffer.alloc(32, 'test')])
    expect(await house.issuer.reencryptFactors(deriveKeyRing(renewed, 'factors'))).toEqual([renewed[0]?.id])
    const successor = await openTestIssuer({ store: house, settings: { secrets: renewed.slice(0, 1) } })
    expect((await finish(successor, await beginStep(successor), codeOf(key))).kind).toBe('signed-in')

    const thief = await settle(successor, bob)
    const [resealed] = house.database.select().from(totpFactors).all()
    house.database
      .insert(totpFactors)
      .values({ ...(resealed ?? row), userId: thief.actor.userId, lastStep: 0 } as typeof totpFactors.$inferInsert)
      .run()
    clock.step(step)
    expect((await finish(successor, await beginStep(successor, bob), codeOf(key))).kind).toBe('factor-refused')
  })

  it('take one app: the second of two tabs is told', async () => {
    await factorsOf(house).removeTotp(settled.actor, visitor)
    const tabs = [await factorsOf(house).startTotp(settled.actor), await factorsOf(house).startTotp(settled.actor)]
    const results = await Promise.all(
      tabs.map(({ encrypted, key: shown }) =>
        factorsOf(house).confirmTotp(settled.actor, { encrypted, code: codeOf(shown) }, visitor),
      ),
    )
    expect(results.map(({ kind }) => kind).sort()).toEqual(['added', 'already-there'])
  })

  it('take no key that was made for somebody else, or long ago', async () => {
    const { actor } = await settle(house, bob)
    const { encrypted, key: shown } = await factorsOf(house).startTotp(settled.actor)
    const confirm = () => factorsOf(house).confirmTotp(actor, { encrypted, code: codeOf(shown) }, visitor)
    expect(await confirm()).toEqual({ kind: 'enrolment-expired' })
    const own = await factorsOf(house).startTotp(actor)
    clock.step(15 * minute)
    const late = { encrypted: own.encrypted, code: codeOf(own.key) }
    expect(await factorsOf(house).confirmTotp(actor, late, visitor)).toEqual({ kind: 'enrolment-expired' })
  })

  it('can be proved again by somebody who is signed in', async () => {
    const prove = (code: string) => factorsOf(house).prove(settled.actor.userId, { kind: 'code', code }, visitor, null)
    expect(await prove('000000')).toEqual({ kind: 'factor-refused' })
    expect(await prove(codeOf(key))).toMatchObject({ kind: 'proved', amr: ['otp', 'mfa'] })
    expect(await prove(codeOf(key))).toEqual({ kind: 'factor-refused' })
  })
})
