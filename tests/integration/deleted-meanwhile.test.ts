import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deleteWithin, flows } from '../support/races/flows.ts'
import { openRaceHouse, type RaceHouse } from '../support/races/race-house.ts'

// An account is deleted between any two steps of whatever its owner does: each look-up may find nothing, and each write
// nobody to write for.

let house: RaceHouse
beforeAll(async () => {
  house = await openRaceHouse()
})
beforeEach(() => house.reset())
afterAll(() => house.close())

/** No flow has as many steps. */
const most = 60

describe('an account that is deleted between two steps', () => {
  test.each(flows.map((flow) => [flow.what, flow] as const))('%s is answered honestly', async (_what, flow) => {
    const answers: string[] = []
    let step = 0
    for (; step < most; step++) {
      house.reset()
      const answered = await deleteWithin(house, flow, step)
      if (answered === null) break
      if (!answered.isHonest) answers.push(`before step ${step}: ${answered.how}`)
    }
    expect(answers).toEqual([])
    expect([step > 0, step < most]).toEqual([true, true])
  })
})
