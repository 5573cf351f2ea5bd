import { expect, test } from 'vitest'
import { boundsNamed } from './bounds.ts'
import { mutants } from './mutants.ts'
import { explore } from './search.ts'

test.each(mutants)('a planted fault is found: $name', ({ protocol, within, expected }) => {
  const { counterExample } = explore(protocol, boundsNamed(within))
  expect(counterExample?.broken).toMatch(expected)
  expect(counterExample?.timeline.length).toBeGreaterThan(1)
})
