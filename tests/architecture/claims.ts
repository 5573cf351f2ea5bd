import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { parse, root } from './sources.ts'

/** A test by its file below tests/ (without `.test.ts` or `.spec.ts`) and its title, or a check of the audit by its id. */
export type Proof = { file: string; title: string } | { check: string }

/** A statement of SECURITY.md, what is said to stand behind it, and what in its last cell can be read as neither. */
export type Claim = { line: number; text: string; proofs: Proof[]; unread: string }

/** Sections of SECURITY.md in which nothing is said without a proof. */
export const provenSections = ['What is protected, and from whom', 'What is guaranteed']

/**
 * The statements of one section. Below its first table head each line is one, whatever its form: a row has its proofs in
 * the last cell, and a line that is no row has none.
 */
export function claimsIn(document: string, section: string): Claim[] {
  const lines = document.split('\n')
  const start = lines.indexOf(`## ${section}`)
  if (start < 0) throw new Error(`SECURITY.md has no section "${section}"`)
  const after = lines.findIndex((line, index) => index > start && line.startsWith('## '))
  const end = after < 0 ? lines.length : after
  const rule = lines.findIndex((line, index) => index > start && isTableRule(line))
  if (rule < 0 || rule > end) throw new Error(`the section "${section}" of SECURITY.md has no table`)
  return lines
    .map((line, index) => ({ line, index }))
    .slice(rule + 1, end)
    .filter(({ line, index }) => isStatement(line) && !isTableRule(lines[index + 1] ?? ''))
    .map(({ line, index }) => claimIn(line, index + 1))
}

function isTableRule(line: string): boolean {
  return /^\|(?: *:?-+:? *\|)+$/.test(line)
}

function isStatement(line: string): boolean {
  return line.trim() !== '' && !line.startsWith('### ') && !isTableRule(line)
}

function claimIn(line: string, number: number): Claim {
  if (!line.startsWith('|')) return { line: number, text: line, proofs: [], unread: '' }
  const cells = line.split('|').slice(1, -1)
  return { line: number, text: cells.slice(0, -1).join('|').trim(), ...proofsIn(cells.at(-1) ?? '') }
}

/** Reads "`attack/codes` “one title”, “another one”, `check:hosts`". */
function proofsIn(cell: string): { proofs: Proof[]; unread: string } {
  const token = /`([^`]+)`|“([^”]+)”/g
  const proofs: Proof[] = []
  let file = ''
  for (const [, code, title] of cell.matchAll(token)) {
    if (title !== undefined) proofs.push({ file, title })
    else if (code?.startsWith('check:')) proofs.push({ check: code.slice('check:'.length) })
    else file = code ?? ''
  }
  return { proofs, unread: cell.replace(token, '').replace(/[\s,]/g, '') }
}

/** Why a proof is none; null when it is there. */
export function faultOfProof(proof: Proof, checkIds: ReadonlySet<string>): string | null {
  if ('check' in proof) return checkIds.has(proof.check) ? null : `no check ${proof.check}`
  const path = ['.test.ts', '.spec.ts'].map((suffix) => `tests/${proof.file}${suffix}`).find(isThere)
  if (path === undefined) return `no file tests/${proof.file}`
  return testTitlesIn(path).has(proof.title) ? null : `no test “${proof.title}” in ${path}`
}

function isThere(path: string): boolean {
  return existsSync(join(root, path))
}

const titles = new Map<string, ReadonlySet<string>>()

/** The titles of the tests in a file as they are written there, `%s` and `${name}` included; without skipped ones. */
export function testTitlesIn(path: string): ReadonlySet<string> {
  const known = titles.get(path)
  if (known !== undefined) return known
  const found = titlesIn(parse(path, readFileSync(join(root, path), 'utf8')))
  titles.set(path, found)
  return found
}

export function titlesIn(tree: ts.SourceFile): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (node: ts.Node) => {
    const title = ts.isCallExpression(node) && isTest(node.expression) ? node.arguments[0] : undefined
    if (title !== undefined && ts.isStringLiteralLike(title)) found.add(title.text)
    else if (title !== undefined && ts.isTemplateExpression(title)) found.add(title.getText().slice(1, -1))
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** `test`, `it`, `test.each(…)`, `it.runIf(…)`, `testOfSqlite`, … but not `test.describe` or `test.skip`. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return /^(?:it|test\w*)$/.test(callee.text)
  if (ts.isCallExpression(callee) || ts.isTaggedTemplateExpression(callee))
    return isTest(ts.isCallExpression(callee) ? callee.expression : callee.tag)
  if (!ts.isPropertyAccessExpression(callee)) return false
  return /^(?:each|runIf|skipIf|only)$/.test(callee.name.text) && isTest(callee.expression)
}
