import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../../../support/issuer.ts'

const day = 24 * 60 * 60_000
const year = 365 * day
const { REFRESH_ROTATE_AFTER: rotateAfter, REUSE_GRACE: grace } = testSettings

let clock: ReturnType<typeof standingClock>
let house: TestIssuer
beforeEach(async () => {
  clock = standingClock()
  house = await openTestIssuer({ settings: { LIMIT_SIGN_IN_PER_ADDRESS: { points: 3, durationMs: 600_000 } } })
})
afterEach(() => {
  house.close()
  clock.restore()
})

const present = async (refreshToken: string) => house.issuer.present(refreshToken, { prefetch: false, visitor })

/** Presents like a browser: the successor that comes back is what is presented next. */
async function use(refreshToken: string): Promise<string> {
  const answer = await present(refreshToken)
  if (answer.kind !== 'signed-in') throw new Error(JSON.stringify(answer))
  return answer.ticket?.refreshToken ?? refreshToken
}

/** Somebody who stays signed in for a week. */
async function signIn(): Promise<string> {
  await house.issuer.register(ada, visitor, null)
  const signedIn = await house.issuer.signIn({ ...ada, remember: true }, visitor, null, null, null)
  if (signedIn.kind !== 'signed-in') throw new Error(signedIn.kind)
  return signedIn.ticket.refreshToken
}

describe('a clock that was a day ahead and is put right', () => {
  test('goes on replacing tickets, and the copy of an earlier one is found out', async () => {
    const first = await signIn()
    clock.step(day)
    const second = await use(await use(first))
    expect(second).not.toBe(first)
    clock.step(-day)
    // Whoever is under way with the predecessor is forgiven, as always.
    expect(await present(first)).toMatchObject({ kind: 'signed-in', ticket: null })
    expect(await use(second)).toBe(second)
    clock.step(grace + 1)
    clock.step(rotateAfter)
    const third = await use(second)
    expect(third).not.toBe(second)
    expect(await present(first)).toMatchObject({ kind: 'refused', reason: 'reuse' })
  })

  test('lets no predecessor through after its grace', async () => {
    const first = await signIn()
    clock.step(day)
    const second = await use(await use(first))
    clock.step(-day)
    await use(second)
    clock.step(grace + 1)
    expect(await present(first)).toMatchObject({ kind: 'refused', reason: 'reuse' })
  })

  test('does not bring back a session that was over by it', async () => {
    const signedIn = await house.issuer.register(ada, visitor, null)
    if (signedIn.kind !== 'signed-in') throw new Error(signedIn.kind)
    const { refreshToken } = signedIn.ticket
    clock.step(day)
    expect(await present(refreshToken)).toMatchObject({ kind: 'refused', reason: 'expired' })
    clock.step(-day)
    expect(await present(refreshToken)).toMatchObject({ kind: 'refused', reason: 'expired' })
  })
})

test('a clock that was a year behind and is put right signs nobody out', async () => {
  const first = await signIn()
  clock.step(-year)
  const second = await use(first)
  clock.step(rotateAfter)
  const third = await use(await use(second))
  clock.step(year)
  expect((await present(third)).kind).toBe('signed-in')
})

describe('tries that were counted while the clock was a year ahead', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => vi.useRealTimers())

  test('keep nobody from signing in once it is put right', async () => {
    await house.issuer.register(ada, visitor, null)
    const tryIn = (password: string) =>
      house.issuer.signIn({ email: ada.email, password, remember: false }, visitor, null, null, null)
    const right = Date.now()
    vi.setSystemTime(right + year)
    clock.step(year)
    for (let tries = 0; tries < 3; tries++) await tryIn('not the password')
    expect(await tryIn(ada.password)).toMatchObject({ kind: 'throttled' })
    vi.setSystemTime(right)
    clock.step(-year)
    expect(await tryIn(ada.password)).toMatchObject({ kind: 'signed-in' })
  })
})
