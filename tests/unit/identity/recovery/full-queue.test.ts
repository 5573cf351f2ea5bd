import { afterEach, beforeEach, expect, it } from 'vitest'
import { ada, openTestIssuer, type TestIssuer, visitor } from '../../../support/issuer.ts'
import { addApp, factorsOf, settle } from '../factors/factor-house.ts'

let house: TestIssuer
beforeEach(async () => {
  // The queue of one who is flooded: one at a time, and no place to wait.
  house = await openTestIssuer({
    passwordLimits: { memoryKiB: 19_456, passes: 2, lanes: 1, concurrent: 1, waiting: 0 },
  })
})
afterEach(() => house.close())

/** Strangers keep the queue full. */
function flood() {
  let goes = true
  const strangers = Array.from({ length: 3 }, async (_, n) => {
    while (goes) {
      await house.issuer
        .signIn({ email: `n${n}.${Math.random()}@example.com`, password: 'x', remember: false }, visitor, null)
        .catch(() => {})
      await new Promise((done) => setImmediate(done))
    }
  })
  return async () => {
    goes = false
    await Promise.all(strangers)
  }
}

it('a reset that meets a full queue uses no recovery code up', async () => {
  const { actor } = await settle(house)
  const { recoveryCodes } = await addApp(house, actor)
  await house.issuer.recovery.requestReset(ada.email, visitor)
  const { code } = house.mails.find(({ kind }) => kind === 'reset-password') as unknown as { code: string }
  const stop = flood()
  await new Promise((done) => setTimeout(done, 50))
  const answers: string[] = []
  for (const factor of recoveryCodes.slice(0, 5)) {
    const input = { code, password: 'ninety grey geese in a row', factor }
    answers.push(
      await house.issuer.recovery.resetPassword(input, visitor, { deviceMark: null }).then(
        ({ kind }) => kind,
        (error) => String(error.code),
      ),
    )
    if (answers.at(-1) === 'reset') break
  }
  await stop()
  const { recoveryCodesLeft } = await factorsOf(house).overview(actor.userId)
  expect(recoveryCodesLeft).toBe(10 - answers.filter((kind) => kind === 'reset').length)
})

it('a confirmation that meets a full queue uses no try of its code up', async () => {
  const strict = await openTestIssuer({
    settings: { REGISTRATION: 'verify-email' },
    passwordLimits: { memoryKiB: 19_456, passes: 2, lanes: 1, concurrent: 1, waiting: 0 },
  })
  house.close()
  house = strict
  await house.issuer.register(ada, visitor, null)
  const { code } = house.mails.find(({ kind }) => kind === 'confirm-address') as unknown as { code: string }
  const stop = flood()
  await new Promise((done) => setTimeout(done, 50))
  const confirm = () =>
    house.issuer.recovery
      .confirmAddress({ code, password: ada.password }, null, visitor, {
        refreshToken: null,
        deviceMark: null,
        persistent: false,
      })
      .then(
        ({ kind }) => kind,
        (error) => String(error.code),
      )
  const answers: string[] = []
  for (let n = 0; n < 12; n++) answers.push(await confirm())
  await stop()
  const after = await confirm()
  expect(['signed-in', 'confirmed']).toContain(answers.find((each) => each === 'signed-in') ?? after)
})
