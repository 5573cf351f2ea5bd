import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { endings } from '../support/races/endings.ts'
import { inCommon } from '../support/races/facts.ts'
import { openRaceHouse, type RaceHouse } from '../support/races/race-house.ts'
import { canMeet, endAfterwards, endWithin } from '../support/races/run-race.ts'
import { starts } from '../support/races/starts.ts'

// Every way in which sessions end against every way in which they start, from the two tables. What is between the look at a
// password, a factor or a grant and the start of the session is made as long as it takes, so that nothing is left to luck.

let house: RaceHouse
beforeAll(async () => {
  house = await openRaceHouse()
})
beforeEach(() => house.reset())
afterAll(() => house.close())

const pairs = starts.flatMap((start) =>
  endings
    .filter((ending) => canMeet(start, ending))
    .map((ending) => ({ start, ending, shared: inCommon(start.leansOn, ending.takes) })),
)
const overtaken = pairs.flatMap(({ shared, ...pair }) => (shared === null ? [] : [{ ...pair, shared }]))
const unrelated = pairs.filter(({ shared }) => shared === null)

/** Who a session stands for is what everything sensitive is asked of: a factor that is added, a fresh proof. */
async function standing(ids: readonly string[]): Promise<string[]> {
  const found = await Promise.all(ids.map((id) => house.here.findPrincipal(id)))
  return ids.filter((_id, index) => found[index] !== null)
}

describe('an ending between what is verified and the start', () => {
  for (const { start, ending, shared } of overtaken) {
    test(`${start.what} comes to nothing by ${ending.what}: it leans on ${shared}`, async () => {
      const { answer, living, expected, before } = await endWithin(house, start, ending)
      expect(start.refusals).toContain(answer)
      expect(living).toEqual(expected.ifNot)
      expect(await standing(before)).toEqual(before.filter((id) => living.includes(id)))
    })
  }

  for (const { start, ending } of unrelated) {
    test(`${start.what} goes on after ${ending.what}: that takes nothing of what it leans on`, async () => {
      const { answer, living, expected } = await endWithin(house, start, ending)
      expect(answer).toBe('signed-in')
      expect(living).toEqual(expected.ifStarted)
      expect(await standing(living)).toEqual(living)
    })
  }
})

describe('an ending after a start', () => {
  for (const { start, ending } of starts.flatMap((each) => endings.map((ending) => ({ start: each, ending })))) {
    if (ending.needs === 'factors' && !start.hasFactors) continue
    test(`${start.what}, then ${ending.what}`, async () => {
      const { before, living, expected, started } = await endAfterwards(house, start, ending)
      expect(before).toContain(started)
      expect(living).toEqual(expected)
      expect(await standing(before)).toEqual(before.filter((id) => living.includes(id)))
    })
  }
})
