import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCleanup } from '../../../../db/rules/cleanup.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../../../support/issuer.ts'

const day = 86_400_000
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

const signIn = () => house.issuer.signIn({ email: ada.email, password: ada.password, remember: false }, visitor, null)
const notices = () => house.mails.filter(({ kind }) => kind === 'new-device').length

it.each([20, 40])('a sign-in from a new browser is told of after an absence of %i days', async (days) => {
  expect((await house.issuer.register(ada, visitor, null)).kind).toBe('signed-in')
  const clean = createCleanup(house.database, {
    idleMs: testSettings.SESSION_IDLE,
    batch: 1_000,
    onFault: (e) => {
      throw e
    },
  })
  clock.step(days * day)
  await clean()
  expect((await signIn()).kind).toBe('signed-in')
  expect(notices()).toBe(1)
})
