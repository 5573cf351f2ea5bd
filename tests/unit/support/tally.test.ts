import { describe, expect, test } from 'vitest'
import { failuresOfPlaywright, failuresOfVitest } from '../../support/failures.ts'
import { summary, tallyPlaywright, tallyVitest, total } from '../../support/tally.ts'

const file = (status: string, tests: number) => ({ status, assertionResults: Array(tests).fill({}) })

describe('what counts as failed', () => {
  test('a test that was skipped', () => {
    const report = { numTotalTests: 3, numPassedTests: 2, success: true, testResults: [file('passed', 3)] }
    expect(tallyVitest(report, 0)).toMatchObject({ passed: 2, failed: 1 })
  })

  test('a file that could not be loaded', () => {
    const report = {
      numTotalTests: 2,
      numPassedTests: 2,
      success: false,
      testResults: [file('passed', 2), file('failed', 0)],
    }
    expect(tallyVitest(report, 1)).toMatchObject({ passed: 2, failed: 1 })
  })

  test('a tool that ends badly although every test passed', () => {
    const report = { numTotalTests: 2, numPassedTests: 2, success: true, testResults: [file('passed', 2)] }
    expect(tallyVitest(report, 1)).toMatchObject({ passed: 2, failed: 1 })
    expect(tallyVitest(report, null)).toMatchObject({ passed: 2, failed: 1 })
  })

  test('a browser test that was flaky, skipped or never got a browser', () => {
    const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 1 }
    expect(tallyPlaywright({ stats, errors: [{}] }, 1)).toMatchObject({ passed: 5, failed: 4 })
    expect(
      tallyPlaywright({ stats: { expected: 5, unexpected: 0, flaky: 0, skipped: 0 }, errors: [] }, 0),
    ).toMatchObject({ passed: 5, failed: 0 })
  })

  test('the steps add up', () => {
    const outcome = (passed: number, failed: number) => ({ passed, failed, output: '' })
    expect(total([outcome(1, 0), outcome(2, 3)])).toEqual({ passed: 3, failed: 3, skipped: 0 })
    expect(total([outcome(1, 0), { passed: 0, failed: 0, skipped: 2 }])).toEqual({ passed: 1, failed: 0, skipped: 2 })
  })
})

describe('what counts as skipped', () => {
  const skipped = (needs?: string) => ({ status: 'skipped', meta: needs === undefined ? {} : { needs } })
  const report = (...tests: ReturnType<typeof skipped>[]) => ({
    numTotalTests: tests.length + 1,
    numPassedTests: 1,
    success: true,
    testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }, ...tests] }],
  })

  test('a test that says which program it needs; the reason is told once, with how many it keeps out', () => {
    expect(tallyVitest(report(skipped('Firefox'), skipped('Firefox'), skipped('Python')), 0)).toEqual({
      passed: 1,
      failed: 0,
      skipped: 3,
      skips: ['2 tests need Firefox', '1 test needs Python'],
    })
  })

  test('not one that gives no reason, beside one that does: that one has failed', () => {
    expect(tallyVitest(report(skipped('Firefox'), skipped(), skipped('')), 0)).toMatchObject({ failed: 2, skipped: 1 })
  })

  test('not one that failed, whatever it says that it needs', () => {
    const failed = { status: 'failed', meta: { needs: 'Firefox' } }
    expect(tallyVitest(report(failed), 1)).toMatchObject({ failed: 1, skipped: 0 })
  })

  test('a browser test likewise', () => {
    const of = (description?: string) => ({
      status: 'skipped',
      annotations: [{ type: 'skip', ...(description === undefined ? {} : { description }) }],
    })
    const tests = [of('needs a whole Chromium'), of('later'), of()]
    const stats = { expected: 4, unexpected: 0, flaky: 0, skipped: 3 }
    const suites = [{ specs: [{ tests }] }]
    expect(tallyPlaywright({ stats, errors: [], suites }, 0)).toEqual({
      passed: 4,
      failed: 2,
      skipped: 1,
      skips: ['1 test needs a whole Chromium'],
    })
  })

  test('the last line names them where there are any', () => {
    expect(summary({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed')
    expect(summary({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped')
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

  test('of a test that was skipped for no reason, and not of one that has one', () => {
    const skipped = { status: 'skipped', failureMessages: [] }
    const testResults = [
      {
        name: '/some/where/tests/unit/x.test.ts',
        status: 'passed',
        assertionResults: [
          { ...skipped, fullName: 'a waits', meta: { needs: 'Firefox' } },
          { ...skipped, fullName: 'b waits' },
        ],
      },
    ]
    expect(failuresOfVitest({ testResults })).toEqual(['  tests/unit/x.test.ts > b waits: skipped without a reason'])
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
