import { beforeAll, describe, expect, it } from 'vitest'
import { signOutsAndDetection, survival } from './comparison/plots.ts'
import { compare, type Result } from './comparison/results.ts'
import { createScenario } from './comparison/scenario.ts'
import { simulate } from './comparison/simulate.ts'
import { strategies } from './comparison/strategies.ts'
import { resultTable } from './comparison/table.ts'

let results: Result[]
beforeAll(() => {
  results = compare(1, 6, 4)
})

const named = (name: string) => {
  const found = results.find(({ strategy }) => strategy.name === name)
  if (!found) throw new Error(`no strategy is called ${name}`)
  return found
}

describe('the comparison of strategies', () => {
  it('comes out the same for the same seed, to the letter', () => {
    expect(resultTable(compare(1, 6, 4))).toBe(resultTable(results))
    expect(resultTable(compare(2, 6, 4))).not.toBe(resultTable(results))
  })

  it('signs nobody out under the shipped protocol, and many under strict rotation', () => {
    expect(named('Cloakroom').falseSignOuts).toBe(0)
    expect(named('no rotation').falseSignOuts).toBe(0)
    expect(named('strict rotation').falseSignOuts).toBeGreaterThan(10)
  })

  it('never detects a thief where nothing is replaced', () => {
    expect(
      named('no rotation').thieves.every(
        ({ detected, median }) => detected === 0 && median === Number.POSITIVE_INFINITY,
      ),
    ).toBe(true)
  })

  it('leaves a thief of a device-bound session no more than the life of its bound cookie and the seconds of grace', () => {
    const bound = named('Cloakroom, device-bound')
    for (const { p99 } of bound.thieves) expect(p99).toBeLessThanOrEqual(610_000)
  })

  it('gives every strategy the same person', () => {
    expect(createScenario(7, null)).toEqual(createScenario(7, null))
    const [first] = strategies
    if (!first) throw new Error('there are no strategies')
    expect(simulate(first, createScenario(7, null))).toEqual(simulate(first, createScenario(7, null)))
  })

  it('draws what it found', () => {
    for (const drawing of [signOutsAndDetection(results), survival(results, 'polling')]) {
      expect(drawing).toMatch(/^<svg [^>]*viewBox.*<\/svg>\n$/s)
      expect(drawing).not.toMatch(/NaN|undefined|Infinity/)
      for (const { strategy } of results) expect(drawing).toContain(strategy.name)
    }
  })
})
