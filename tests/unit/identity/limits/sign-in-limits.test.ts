import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Rate } from '../../../../app/kernel/index.server.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, visitor } from '../../../support/issuer.ts'

const second = 1_000
const wrong = { email: ada.email, password: 'surely not the password', remember: false }
const right = { email: ada.email, password: ada.password, remember: false }

let clock: ReturnType<typeof standingClock>
let house: TestIssuer

async function open(rates: { signIn?: Rate; register?: Rate; waiting?: number } = {}) {
  house = await openTestIssuer({
    settings: {
      LIMIT_SIGN_IN_PER_ADDRESS: rates.signIn ?? { points: 100_000, durationMs: 600 * second },
      LIMIT_REGISTER_PER_ADDRESS: rates.register ?? { points: 100_000, durationMs: 600 * second },
    },
  })
  const registered = await house.issuer.register(ada, visitor, null)
  if (registered.kind !== 'signed-in' || registered.deviceMark === null) throw new Error('registration failed')
  return registered.deviceMark
}

const tryWrong = (address = visitor.address, mark: string | null = null) =>
  house.issuer.signIn(wrong, { ...visitor, address }, null, mark)

/** Fails as often as it is let through, waiting as long as it is told to; answers the waits in seconds. */
async function failPatiently(times: number): Promise<number[]> {
  const waits: number[] = []
  for (let tries = 0; tries < times; ) {
    const result = await tryWrong()
    if (result.kind === 'invalid-credentials') tries++
    else if (result.kind === 'throttled' && result.retryAfterSeconds !== null) {
      waits.push(result.retryAfterSeconds)
      clock.step(result.retryAfterSeconds * second)
    } else throw new Error(`unexpected ${result.kind}`)
  }
  return waits
}

beforeEach(() => {
  clock = standingClock()
})
afterEach(() => {
  house.close()
  clock.restore()
})

describe('the budget of an account', () => {
  test('five wrong passwords are free, then the delays double from 30 s to 1 h', async () => {
    await open()
    expect(await failPatiently(15)).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600])
  })

  test('a burst of fifty at once gets five tries', async () => {
    await open()
    const results = await Promise.all(Array.from({ length: 50 }, () => tryWrong()))
    expect(results.filter((result) => result.kind === 'invalid-credentials')).toHaveLength(5)
    expect(results.filter((result) => result.kind === 'throttled')).toHaveLength(45)
  })

  test('while it is used up even the right password is refused to strangers', async () => {
    await open()
    await failPatiently(5)
    expect(await house.issuer.signIn(right, visitor, null)).toMatchObject({ kind: 'throttled', reason: 'account' })
  })

  test('a right password ends the row of failures', async () => {
    await open()
    await failPatiently(4)
    expect(await house.issuer.signIn(right, visitor, null)).toMatchObject({ kind: 'signed-in' })
    expect(await failPatiently(5)).toEqual([])
  })

  test('after a hundred failures in a row waiting does not help any more', async () => {
    await open()
    await failPatiently(100)
    clock.step(365 * 86_400 * second)
    expect(await tryWrong()).toEqual({ kind: 'throttled', reason: 'reset-required', retryAfterSeconds: null })
  })

  test('an address without an account is limited just like one with', async () => {
    await open()
    const attempt = () => house.issuer.signIn({ ...wrong, email: 'nobody@example.com' }, visitor, null)
    const kinds = []
    for (let tries = 0; tries < 6; tries++) kinds.push((await attempt()).kind)
    expect(kinds).toEqual([...Array(5).fill('invalid-credentials'), 'throttled'])
  })

  test('all spellings of an address share one budget', async () => {
    await open()
    const spellings = ['ada@example.com', 'ADA@example.com', 'Ada@Example.COM', 'aDa@example.com', 'adA@EXAMPLE.com']
    for (const email of spellings) await house.issuer.signIn({ ...wrong, email }, visitor, null)
    expect(await tryWrong()).toMatchObject({ kind: 'throttled' })
  })

  test('a clock that is set back by a year does not lock anybody out for a year', async () => {
    await open()
    await failPatiently(5)
    clock.step(-365 * 86_400 * second)
    expect(await tryWrong()).toMatchObject({ kind: 'invalid-credentials' })
  })

  test('the limit survives a restart', async () => {
    await open()
    await failPatiently(5)
    const again = await openTestIssuer({ store: house })
    expect(await again.issuer.signIn(right, visitor, null)).toMatchObject({ kind: 'throttled' })
  })
})

describe('a known device', () => {
  test('signs in while strangers have used up the budget of the account and of the address', async () => {
    const mark = await open({ signIn: { points: 6, durationMs: 3_600 * second } })
    await Promise.all(Array.from({ length: 50 }, () => tryWrong()))
    expect(await tryWrong()).toMatchObject({ kind: 'throttled' })
    expect(await house.issuer.signIn(right, visitor, null, mark)).toMatchObject({ kind: 'signed-in', deviceMark: null })
  })

  test('has a budget of its own, with the same delays', async () => {
    const mark = await open()
    for (let tries = 0; tries < 5; tries++)
      expect(await tryWrong(visitor.address, mark)).toMatchObject({ kind: 'invalid-credentials' })
    expect(await tryWrong(visitor.address, mark)).toEqual({
      kind: 'throttled',
      reason: 'account',
      retryAfterSeconds: 30,
    })
  })

  test('is not known for another account', async () => {
    const mark = await open()
    const grace = { ...ada, email: 'grace@example.com' }
    await house.issuer.register(grace, visitor, null)
    await Promise.all(
      Array.from({ length: 6 }, () => house.issuer.signIn({ ...wrong, email: grace.email }, visitor, null)),
    )
    const result = await house.issuer.signIn({ ...right, email: grace.email }, visitor, null, mark)
    expect(result).toMatchObject({ kind: 'throttled' })
  })

  test.each([
    [
      'an altered nonce',
      (mark: string) => mark.replace(/\.(.)/, (_all, first: string) => `.${first === 'A' ? 'B' : 'A'}`),
    ],
    ['an altered mac', (mark: string) => mark.slice(0, -2) + (mark.endsWith('AA') ? 'BB' : 'AA')],
    ['an unknown key', (mark: string) => `00000000${mark.slice(8)}`],
    ['garbage', () => '...'],
  ])('a mark with %s is no mark', async (_name, forge) => {
    const mark = await open()
    await failPatiently(5)
    expect(await house.issuer.signIn(right, visitor, null, forge(mark))).toMatchObject({ kind: 'throttled' })
  })

  test('is made known by signing in', async () => {
    await open()
    expect(await house.issuer.signIn(right, visitor, null)).toMatchObject({ deviceMark: expect.any(String) })
  })
})

describe('the budget of an address', () => {
  test('counts failures against any account and is given back for a success', async () => {
    await open({ signIn: { points: 3, durationMs: 600 * second } })
    for (let tries = 0; tries < 10; tries++) {
      expect(await house.issuer.signIn(right, visitor, null)).toMatchObject({ kind: 'signed-in' })
    }
    const kinds = []
    for (const name of ['a', 'b', 'c', 'd']) {
      kinds.push((await house.issuer.signIn({ ...wrong, email: `${name}@example.com` }, visitor, null)).kind)
    }
    expect(kinds).toEqual(['invalid-credentials', 'invalid-credentials', 'invalid-credentials', 'throttled'])
  })

  test('is one for all addresses of an IPv6 /64, and another for the next', async () => {
    await open({ signIn: { points: 2, durationMs: 600 * second } })
    await tryWrong('2001:db8:1:2::1')
    await tryWrong('2001:db8:1:2:ffff::2')
    expect(await tryWrong('2001:db8:1:2::3')).toMatchObject({ kind: 'throttled', reason: 'address' })
    expect(await tryWrong('2001:db8:1:3::1')).toMatchObject({ kind: 'invalid-credentials' })
  })

  test('is the same for an IPv4 address and its IPv6-mapped form', async () => {
    await open({ signIn: { points: 1, durationMs: 600 * second } })
    await tryWrong('203.0.113.9')
    expect(await tryWrong('::ffff:203.0.113.9')).toMatchObject({ kind: 'throttled', reason: 'address' })
  })

  test('limits registrations', async () => {
    await open({ register: { points: 2, durationMs: 3_600 * second } })
    const register = (name: string) => house.issuer.register({ ...ada, email: `${name}@example.com` }, visitor, null)
    expect(await register('second')).toMatchObject({ kind: 'signed-in' })
    expect(await register('third')).toMatchObject({ kind: 'throttled', reason: 'address' })
  })
})

test('a try that a full queue turned away does not count', async () => {
  clock.restore()
  const tight = { memoryKiB: 19_456, passes: 2, lanes: 1, concurrent: 1, waiting: 0 }
  house = await openTestIssuer({ passwordLimits: tight })
  await house.issuer.register(ada, visitor, null)
  const results = await Promise.allSettled(Array.from({ length: 4 }, () => tryWrong()))
  const turnedAway = results.filter((result) => result.status === 'rejected')
  expect(turnedAway.length).toBeGreaterThan(0)
  const [row] = house.database.all<{ failures: number }>('select failures from attempts')
  expect(row?.failures).toBe(results.length - turnedAway.length)
})

test('the table of attempts names nobody', async () => {
  await open()
  await tryWrong()
  const [row] = house.database.all<{ key: string }>('select key from attempts')
  expect(row?.key).toMatch(/^account:[A-Za-z0-9_-]{43}$/)
})
