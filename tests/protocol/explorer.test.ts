import { describe, expect, it, test } from 'vitest'
import { boundsNamed, smallBounds } from './bounds.ts'
import { mutants } from './mutants.ts'
import { shipped } from './protocol.ts'
import { explore } from './search.ts'

// `npm run protocol:explore` goes through the full bounds; here are bounds that take seconds. mutants.test.ts plants faults.

describe('the shipped protocol', () => {
  test.each(smallBounds)('keeps every invariant in every interleaving: $name', (bounds) => {
    const { counterExample, states, findings } = explore(shipped, bounds)
    expect(counterExample?.timeline.join('\n')).toBeUndefined()
    expect(states).toBeGreaterThan(4_000)
    expect(findings.longestOverlap).toBeLessThanOrEqual(bounds.settings.reuseGraceMs + 1)
  })

  it('rests on requests that travel for less than the grace, and says how it fails beyond', () => {
    const { counterExample } = explore(shipped, { ...boundsNamed('two tabs, one jar'), skews: [0], travel: 3 })
    expect(counterExample?.broken).toMatch(/the owner was refused \(reuse\)/)
  })

  it('lets a thief who is always first to replace go on beside the owner: the limit that a bearer ticket has', () => {
    const { shadow } = explore(shipped, boundsNamed('two tabs and a thief'))
    expect(shadow?.timeline.join('\n')).toMatch(/a thief copies the jar/)
  })
})

test('a counter-example reads as a time line', () => {
  const strict = mutants.find(({ name }) => name.startsWith('strict:'))
  if (!strict) throw new Error('no such mutant')
  const lines = explore(strict.protocol, boundsNamed(strict.within)).counterExample?.timeline ?? []
  expect(lines[0]).toMatch(/^ {2}0 {2}t=0 {3}the owner signs in/)
  expect(lines.join('\n')).toMatch(/a tab sends a request with generation 0/)
  expect(lines.join('\n')).toMatch(
    /node [AB].* reads \[generation 0, .*\] for the owner's present of generation 0: rotate/,
  )
  expect(lines.at(-1)).toMatch(/then: the owner was refused/)
  expect(lines.join('\n')).not.toContain('?')
})
