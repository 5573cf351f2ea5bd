import { afterEach, beforeEach, expect, it } from 'vitest'
import { ada, openTestIssuer, standingClock, type TestIssuer, visitor } from '../../../support/issuer.ts'
import { settle } from '../factors/factor-house.ts'

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

it('a new password helps once strangers have failed a hundred times, also one that is chosen in a session that lives', async () => {
  const { signedIn } = await settle(house)
  const signIn = (password: string) =>
    house.issuer.signIn({ email: ada.email, password, remember: false }, visitor, null)
  for (let n = 0; n < 100; n++) {
    await signIn('wrong wrong wrong wrong')
    clock.step(3_601_000)
  }
  expect(await signIn(ada.password)).toMatchObject({ kind: 'throttled', reason: 'reset-required' })
  // The owner, in a browser that is known.
  const again = await house.issuer.signIn(
    { email: ada.email, password: ada.password, remember: false },
    visitor,
    null,
    (signedIn as { deviceMark?: string }).deviceMark ?? null,
  )
  if (again.kind !== 'signed-in') throw new Error(again.kind)
  const held = {
    refreshToken: again.ticket.refreshToken,
    deviceMark: (signedIn as { deviceMark?: string }).deviceMark ?? null,
    persistent: false,
  }
  const input = { current: ada.password, password: 'ninety grey geese in a row' }
  expect((await house.issuer.recovery.changePassword(input, again.principal, visitor, held)).kind).toBe('signed-in')
  const elsewhere = await signIn('ninety grey geese in a row')
  expect(elsewhere.kind).toBe('signed-in')
})

it('failures from before there was an account do not close it from its first day', async () => {
  const signIn = (password: string) =>
    house.issuer.signIn({ email: ada.email, password, remember: false }, visitor, null)
  for (let n = 0; n < 100; n++) {
    await signIn('wrong wrong wrong wrong')
    clock.step(3_601_000)
  }
  await settle(house)
  const elsewhere = await signIn(ada.password)
  expect(elsewhere.kind).toBe('signed-in')
})
