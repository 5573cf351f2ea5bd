import { afterEach, beforeEach, expect, test } from 'vitest'
import { watchClock } from '../../../app/kernel/index.ts'
import { standingClock } from '../../support/issuer.ts'

const hour = 60 * 60_000
const day = 24 * hour

let clock: ReturnType<typeof standingClock>
let uptime = 0
beforeEach(() => {
  clock = standingClock()
  uptime = 0
})
afterEach(() => clock.restore())

/** Time goes by, for both clocks alike. */
function live(milliseconds: number): void {
  clock.step(milliseconds)
  uptime += milliseconds
}

test('a clock that goes on as time does is trusted, however long, and so is one that slept over night', () => {
  const isTrusted = watchClock(() => uptime)
  expect(isTrusted()).toBe(true)
  live(400 * day)
  expect(isTrusted()).toBe(true)
  clock.step(10 * hour)
  expect(isTrusted()).toBe(true)
})

test.each([365 * day, -365 * day])('a clock that jumped by %d ms is trusted a day later', (jump) => {
  const isTrusted = watchClock(() => uptime)
  clock.step(jump)
  expect(isTrusted()).toBe(false)
  live(day - 1)
  expect(isTrusted()).toBe(false)
  live(1)
  expect(isTrusted()).toBe(true)
})

test('putting it right is a jump as well', () => {
  const isTrusted = watchClock(() => uptime)
  clock.step(365 * day)
  expect(isTrusted()).toBe(false)
  live(hour)
  clock.step(-365 * day)
  expect(isTrusted()).toBe(false)
  live(day)
  expect(isTrusted()).toBe(true)
})
