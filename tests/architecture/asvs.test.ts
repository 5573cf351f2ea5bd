import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { securityDocument } from '../audit/asvs/document.ts'
import { chapters, type Evidence, type Requirement } from '../audit/asvs/index.ts'
import { areas } from '../audit/check.ts'
import { loadChecks } from '../audit/checks.ts'
import { findNodes, parse, root, sourcesBelow } from './sources.ts'

/** How many requirements each chapter of OWASP ASVS 5.0.0 in scope has. */
const sizes = { V3: 31, V6: 47, V7: 19, V8: 13, V9: 7, V10: 36, V11: 24, V12: 12, V13: 21, V14: 13, V15: 21, V16: 17 }

const requirements = chapters.flatMap((chapter) => chapter.requirements)

/** Why a piece of evidence is none; null when it is there. */
function faultOf(evidence: Evidence, checkIds: ReadonlySet<string>): string | null {
  if (evidence.startsWith('check:')) return checkIds.has(evidence.slice('check:'.length)) ? null : 'no such check'
  const [file = '', title] = evidence.split('#')
  if (!existsSync(join(root, file))) return 'no such file'
  if (title === undefined) return null
  return readFileSync(join(root, file), 'utf8').includes(title) ? null : 'no such test in it'
}

const idsOf = (all: readonly Requirement[]) => all.map(({ id }) => id)

describe('the table of requirements', () => {
  test('in SECURITY.md is what its source says (npm run docs)', () => {
    expect(readFileSync(join(root, 'SECURITY.md'), 'utf8')).toBe(securityDocument())
  })

  test('holds every requirement of the chapters in scope, once', () => {
    expect(Object.fromEntries(chapters.map(({ id, requirements: members }) => [id, members.length]))).toEqual(sizes)
    expect(new Set(idsOf(requirements)).size).toBe(requirements.length)
    for (const { id, requirements: members } of chapters)
      expect(idsOf(members).filter((each) => !each.startsWith(`${id.slice(1)}.`))).toEqual([])
  })

  test('names only checks, tests and documents that there are', async () => {
    const checkIds = new Set((await loadChecks()).map(({ id }) => id))
    const faults = requirements.flatMap(({ id, shownBy }) =>
      shownBy.flatMap((one) => {
        const fault = faultOf(one, checkIds)
        return fault === null ? [] : [`${id}: ${one}: ${fault}`]
      }),
    )
    expect(faults).toEqual([])
    expect(faultOf('check:of-nothing', checkIds)).toBe('no such check')
    expect(faultOf('tests/architecture/asvs.test.ts#words that stand '.concat('nowhere') as Evidence, checkIds)).toBe(
      'no such test in it',
    )
  })

  test('shows what is met, and gives a reason for all else', () => {
    expect(idsOf(requirements.filter(({ status, shownBy }) => status === 'met' && shownBy.length === 0))).toEqual([])
    expect(idsOf(requirements.filter(({ status, why }) => status !== 'met' && why === ''))).toEqual([])
  })

  test('is what the checks refer to', async () => {
    const known = new Set(idsOf(requirements))
    const named = (await loadChecks()).flatMap(({ id, rules }) =>
      rules.filter((rule) => rule.startsWith('ASVS ') && !known.has(rule.slice(5))).map((rule) => `${id}: ${rule}`),
    )
    expect(named).toEqual([])
  })
})

test('every check of the audit is in its own file, has an area and a rule', async () => {
  const checks = await loadChecks()
  expect(checks.length).toBeGreaterThan(40)
  for (const { id, area, rules, title } of checks) {
    expect(areas[area], id).toBeDefined()
    expect(rules.length, id).toBeGreaterThan(0)
    expect(title, id).toMatch(/^\S.*[^.]$/)
  }
})

describe('messages between windows', () => {
  const listensToWindow = (node: ts.Node) =>
    ts.isCallExpression(node) &&
    /^(window\.|self\.|globalThis\.)?addEventListener$/.test(node.expression.getText()) &&
    /^'message'$/.test(node.arguments[0]?.getText() ?? '')

  test('no page listens to messages of other windows; a channel of the own origin is none', async () => {
    expect(findNodes(await sourcesBelow('app'), listensToWindow)).toEqual([])
    const bad = { path: 'a.ts', tree: parse('a.ts', "window.addEventListener('message', f)") }
    expect(findNodes([bad], listensToWindow)).toHaveLength(1)
  })
})
