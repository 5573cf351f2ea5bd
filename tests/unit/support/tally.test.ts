import { describe, expect, test } from 'vitest'
import { failuresOfPlaywright, failuresOfVitest } from '../../support/failures.ts'
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

describe('what is told of a failure before all else', () => {
  test('where it stands and what it says, in one line', () => {
    const passed = { status: 'passed', fullName: 'a works' }
    const broken = { status: 'failed', fullName: 'b works', failureMessages: ['expected 1\n  to be 2'] }
    const testResults = [
      { name: '/some/where/tests/unit/x.test.ts', status: 'failed', assertionResults: [passed, broken] },
      { name: '/some/where/tests/unit/y.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    ]
    expect(failuresOfVitest({ testResults })).toEqual([
      '  tests/unit/x.test.ts > b works: expected 1 to be 2',
      '  tests/unit/y.test.ts > could not be loaded: no such module',
    ])
  })

  test('of a journey in the browser as well', () => {
    const spec = (title: string, ok: boolean) => {
      const results = [{ errors: ok ? [] : [{ message: 'no button' }] }]
      return { title, file: 'journey.spec.ts', ok, tests: [{ projectName: 'js', results }] }
    }
    const suites = [
      { title: 'journey', specs: [spec('a', true)], suites: [{ title: 'in', specs: [spec('b', false)] }] },
    ]
    expect(failuresOfPlaywright({ suites })).toEqual(['  [js] journey.spec.ts > b: no button'])
  })
})
