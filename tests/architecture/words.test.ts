import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { mails } from '../../app/words/de/mails.ts'
import { pages } from '../../app/words/de/pages.ts'
import { findNodes, parse, type Source, sourcesBelow } from './sources.ts'

let sources: Source[]
beforeAll(async () => {
  sources = await sourcesBelow('app')
})

const shown = new Set([
  'label',
  'placeholder',
  'title',
  'aria-label',
  'alt',
  'hint',
  'question',
  'pending',
  'lead',
  'yes',
])
const hasLetters = (text: string) => /\p{L}/u.test(text)

/** A text in a page that no language but English has: in an element, or in an attribute that people see or hear. */
function isBareText(node: ts.Node): boolean {
  if (ts.isJsxText(node)) return hasLetters(node.text) && !/^\s*(UTC|Cloakroom)\s*$/.test(node.text)
  if (!ts.isJsxAttribute(node) || !node.initializer || !shown.has(node.name.getText())) return false
  const value = ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer
  return value !== undefined && ts.isStringLiteralLike(value) && hasLetters(value.text)
}

const speaking = new Set(['t', 'plural', 'message'])

/** Every text that code may say, by `t` and its kin, by `RichWords`, or as the title of a problem. */
function textsOf(tree: ts.SourceFile, found: Set<string>): void {
  const collect = (node: ts.Node | undefined) => {
    if (node && ts.isStringLiteralLike(node)) found.add(node.text)
    if (node && (ts.isConditionalExpression(node) || ts.isParenthesizedExpression(node) || ts.isJsxExpression(node)))
      ts.forEachChild(node, collect)
  }
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && speaking.has(node.expression.getText(tree))) collect(node.arguments[0])
    if (ts.isJsxAttribute(node) && node.name.getText(tree) === 'text') collect(node.initializer)
    ts.forEachChild(node, visit)
  }
  visit(tree)
}

describe('the words of pages', () => {
  test('go through the catalogue, every one of them', () => {
    const rendered = sources.filter(({ path }) => path.endsWith('.tsx'))
    expect(findNodes(rendered, isBareText)).toEqual([])
  })

  test('this search sees what it looks for', () => {
    const tree = parse(
      'example.tsx',
      `const a = <p title="Words" lang="en">Words {t('Words')} · <b aria-label={'x'} /></p>`,
    )
    expect(findNodes([{ path: 'example.tsx', tree }], isBareText)).toHaveLength(3)
  })

  test('stand in the catalogue only as long as something says them', () => {
    const said = new Set<string>()
    for (const { path, tree } of sources) {
      textsOf(tree, said)
      if (path === 'app/kernel/errors.ts')
        findNodes([{ path, tree }], (node) => ts.isStringLiteral(node) && !!said.add(node.text))
    }
    expect(Object.keys({ ...pages, ...mails }).filter((text) => !said.has(text))).toEqual([])
  })
})
