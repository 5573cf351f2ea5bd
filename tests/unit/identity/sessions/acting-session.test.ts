import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ada, openTestIssuer, standingClock, type TestIssuer, visitor } from '../../../support/issuer.ts'
import { codeOf, factorsOf, settle } from '../factors/factor-house.ts'

// Whoever was signed out changes nothing: also not by a request that was let in before, with the ticket from before a confirmation.

let house: TestIssuer
let clock: ReturnType<typeof standingClock>
beforeEach(async () => {
  clock = standingClock()
  house = await openTestIssuer()
})
afterEach(() => {
  clock.restore()
  house.close()
})

async function begin() {
  const first = await settle(house)
  const held = { refreshToken: first.signedIn.ticket.refreshToken, deviceMark: null, persistent: false }
  // A request of the first session is let in here, and takes a while (the enrolment stands for it).
  const { encrypted, key } = await factorsOf(house).startTotp(first.actor)
  clock.step(1_000)
  // Another tab confirms: the second session takes the place of the first.
  const second = await house.issuer.reauthenticate(first.signedIn.principal, ada.password, visitor, held)
  if (second.kind !== 'signed-in') throw new Error(second.kind)
  clock.step(1_000)
  return {
    first,
    second,
    change: () => factorsOf(house).confirmTotp(first.actor, { encrypted, code: codeOf(key) }, visitor),
    held,
  }
}

describe('a change by the session before, once the one that followed has ended', () => {
  it.each([
    ['by signing out', async ({ second }) => house.issuer.signOut(second.ticket.refreshToken, visitor)],
    [
      'by a new password',
      async ({ second, held }) => {
        const input = { current: ada.password, password: 'ninety grey geese in a row' }
        const changed = await house.issuer.recovery.changePassword(input, second.principal, visitor, held)
        expect(changed.kind).toBe('signed-in')
      },
    ],
    [
      'by its person, elsewhere',
      async ({ second, first }) =>
        expect(
          await house.issuer.accountService.devices.end(first.actor.userId, second.principal.sessionId, visitor),
        ).toBe(true),
    ],
  ] as [string, (given: Awaited<ReturnType<typeof begin>>) => Promise<unknown>][])(
    '%s, is not carried out',
    async (_how, end) => {
      const given = await begin()
      await end(given)
      clock.step(1_000)
      expect(await house.issuer.findPrincipal(given.first.actor.sessionId), 'the session is over').toBeNull()
      await expect(given.change()).rejects.toMatchObject({ code: 'sign_in_required' })
      expect((await factorsOf(house).overview(given.first.actor.userId)).totp).toBeNull()
    },
  )

  it('nor once somebody else has signed in to the same browser', async () => {
    const first = await settle(house)
    const { encrypted, key } = await factorsOf(house).startTotp(first.actor)
    const bob = { name: 'Bob', email: 'bob@example.com', password: 'another rather ordinary phrase' }
    const other = await house.issuer.register(bob, visitor, first.signedIn.ticket.refreshToken)
    expect(other.kind).toBe('signed-in')
    clock.step(1_000)
    expect(await house.issuer.findPrincipal(first.actor.sessionId)).toBeNull()
    const change = factorsOf(house).confirmTotp(first.actor, { encrypted, code: codeOf(key) }, visitor)
    await expect(change).rejects.toMatchObject({ code: 'sign_in_required' })
  })
})
