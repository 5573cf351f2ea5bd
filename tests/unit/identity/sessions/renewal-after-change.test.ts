import { afterEach, beforeEach, expect, it } from 'vitest'
import { ada, openTestIssuer, standingClock, type TestIssuer, visitor } from '../../../support/issuer.ts'
import { addApp, codeOf, factorsOf, settle } from '../factors/factor-house.ts'

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

it('a confirmation that was let in before a new password starts nothing after it, and ends nothing of the owner’s', async () => {
  const { actor, signedIn } = await settle(house)
  const { key } = await addApp(house, actor)
  clock.step(31_000)
  const held = { refreshToken: signedIn.ticket.refreshToken, deviceMark: null, persistent: false }
  // Let in here: a request with a copy of the ticket that confirms by a code.
  const { principal } = signedIn
  const input = { current: ada.password, password: 'ninety grey geese in a row' }
  const owner = await house.issuer.recovery.changePassword(input, principal, visitor, held)
  if (owner.kind !== 'signed-in') throw new Error(owner.kind)
  clock.step(500)
  const outcome = await factorsOf(house)
    .renewSession(principal, { kind: 'code', code: codeOf(key) }, visitor, held)
    .catch((error) => ({ kind: String(error.code) }))
  const _ownersSession = await house.issuer.findPrincipal(owner.principal.sessionId)
  const _shown = await house.issuer.present(owner.ticket.refreshToken, { prefetch: false, visitor })
  expect(outcome.kind).toBe('sign_in_required')
})
