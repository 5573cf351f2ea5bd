import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadChecks } from '../audit/checks.ts'
import { type Claim, claimsIn, faultOfProof, provenSections, titlesIn } from './claims.ts'
import { parse, root } from './sources.ts'

let checkIds: ReadonlySet<string>
beforeAll(async () => {
  checkIds = new Set((await loadChecks()).map(({ id }) => id))
})

/** What is wrong with the proofs of a statement; none when each is there and nothing else stands beside it. */
function faultsOf({ line, text, proofs, unread }: Claim): string[] {
  const faults = proofs.flatMap((proof) => faultOfProof(proof, checkIds) ?? [])
  if (proofs.length === 0) faults.push('no proof')
  if (unread !== '') faults.push(`"${unread}" is no proof`)
  return faults.map((fault) => `SECURITY.md:${line} ${text.slice(0, 60)}: ${fault}`)
}

describe.each(provenSections)('the statements of SECURITY.md under "%s"', (section) => {
  const claims = claimsIn(readFileSync(join(root, 'SECURITY.md'), 'utf8'), section)

  test('each name a test or a check that there is', () => {
    expect(claims.length).toBeGreaterThan(30)
    expect(claims.flatMap(faultsOf)).toEqual([])
  })
})

/** A section with the one statement that is given. */
const withRow = (row: string) =>
  claimsIn(`## About\nWords.\n\n| what | shown by |\n| --- | --- |\n${row}\n\n## Else\nMore.`, 'About').flatMap(
    faultsOf,
  )

describe('the search for proofs', () => {
  test('takes checks, titles, several of one file, and those that are filled in from a table', () => {
    expect(
      withRow('| It is so | `check:hosts`, `attack/csrf` “%s is no way around”, “a %s header overrides nothing” |'),
    ).toEqual([])
    expect(withRow('### More\n\n| what | shown by |\n| --- | --- |\n| It is so | `check:hosts` |')).toEqual([])
  })

  test.each([
    ['| It is so | |', 'no proof'],
    ['It is so, says a line outside of the table.', 'no proof'],
    ['| It is so | `attack/csrf` |', 'no proof'],
    ['| It is so | `check:hosts`, see there |', '"seethere" is no proof'],
    ['| It is so | `check:nothing` |', 'no check nothing'],
    ['| It is so | `attack/nothing` “is so” |', 'no file tests/attack/nothing'],
    [
      '| It is so | `attack/csrf` “%s is no way aruond” |',
      'no test “%s is no way aruond” in tests/attack/csrf.test.ts',
    ],
    ['| It is so | `attack/csrf` “login CSRF” |', 'no test “login CSRF” in tests/attack/csrf.test.ts'],
  ])('sees what is wrong with %s', (row, fault) => {
    expect(withRow(row)).toEqual([expect.stringMatching(/^SECURITY\.md:6 /)])
    expect(withRow(row)[0]).toContain(fault)
  })

  test('counts neither groups of tests nor those that are skipped', () => {
    const text = `describe('group', () => { it.each([1])('one %i', f); test.skip('two', f); test.describe('three', f) })
      for (const name of names) test(\`four \${name}\`, f)
      testOfSqlite('five', f)`
    expect([...titlesIn(parse('a.ts', text))]).toEqual(['one %i', `four \${name}`, 'five'])
  })
})
