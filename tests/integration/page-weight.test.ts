import { expect, test } from 'vitest'
import { pagesOfBuild, scriptWeightOf } from '../support/page-scripts.ts'

/** Bytes of scripts, compressed as they are served, that a page may load. The promise is 100 KB. */
const budget = 95_000
const signInBudget = 90_000

test('no page loads more scripts than the budget allows', () => {
  const sizes = pagesOfBuild().map((page) => ({ page, bytes: scriptWeightOf(page) }))
  expect(sizes.length).toBeGreaterThan(40)
  const tooLarge = sizes.filter(({ page, bytes }) => bytes > (page === 'routes/login' ? signInBudget : budget))
  expect(tooLarge).toEqual([])
})
