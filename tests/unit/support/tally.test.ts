import { describe, expect, test } from 'vitest'
import { tallyPlaywright, tallyVitest, total } from '../../support/tally.ts'

const file = (status: string, tests: number) => ({ status, assertionResults: Array(tests).fill({}) })

describe('what counts as failed', () => {
  test('a test that was skipped', () => {
    const report = { numTotalTests: 3, numPassedTests: 2, success: true, testResults: [file('passed', 3)] }
    expect(tallyVitest(report, 0)).toEqual({ passed: 2, failed: 1 })
  })

  test('a file that could not be loaded', () => {
    const report = {
      numTotalTests: 2,
      numPassedTests: 2,
      success: false,
      testResults: [file('passed', 2), file('failed', 0)],
    }
    expect(tallyVitest(report, 1)).toEqual({ passed: 2, failed: 1 })
  })

  test('a tool that ends badly although every test passed', () => {
    const report = { numTotalTests: 2, numPassedTests: 2, success: true, testResults: [file('passed', 2)] }
    expect(tallyVitest(report, 1)).toEqual({ passed: 2, failed: 1 })
    expect(tallyVitest(report, null)).toEqual({ passed: 2, failed: 1 })
  })

  test('a browser test that was flaky, skipped or never got a browser', () => {
    const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 1 }
    expect(tallyPlaywright({ stats, errors: [{}] }, 1)).toEqual({ passed: 5, failed: 4 })
    expect(tallyPlaywright({ stats: { expected: 5, unexpected: 0, flaky: 0, skipped: 0 }, errors: [] }, 0)).toEqual({
      passed: 5,
      failed: 0,
    })
  })

  test('the steps add up', () => {
    const outcome = (passed: number, failed: number) => ({ passed, failed, output: '' })
    expect(total([outcome(1, 0), outcome(2, 3)])).toEqual({ passed: 3, failed: 3 })
  })
})
