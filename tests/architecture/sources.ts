import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import ts from 'typescript'

export const root = resolve(import.meta.dirname, '../..')

export type Source = { path: string; tree: ts.SourceFile }

/** Every TypeScript file below these folders, parsed: comments do not count as code. */
export async function sourcesBelow(...folders: string[]): Promise<Source[]> {
  const sources: Source[] = []
  for await (const path of glob(
    folders.map((folder) => `${folder}/**/*.{ts,tsx}`),
    { cwd: root },
  )) {
    sources.push({ path, tree: parse(path, readFileSync(join(root, path), 'utf8')) })
  }
  return sources.toSorted((a, b) => a.path.localeCompare(b.path))
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)
}

/** Where in these sources a node of this kind stands, as `path:line code`. */
export function findNodes(sources: readonly Source[], matches: (node: ts.Node) => boolean): string[] {
  const found: string[] = []
  for (const { path, tree } of sources) {
    const visit = (node: ts.Node) => {
      if (matches(node)) {
        const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1
        found.push(`${path}:${line} ${node.getText(tree)}`)
      }
      ts.forEachChild(node, visit)
    }
    visit(tree)
  }
  return found
}

/** `object.property`, such as `Date.now`. */
export function isMember(node: ts.Node, object: string, property: string): boolean {
  return ts.isPropertyAccessExpression(node) && node.expression.getText() === object && node.name.text === property
}

/** `new Date()` or `Date()`: the present moment, read past the clock. */
export function readsPresentDate(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0
  return ts.isCallExpression(node) && node.expression.getText() === 'Date'
}

/** Text in code that names the header or the framework's own way to make one. */
export function mentionsSetCookie(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return /^createCookie/.test(node.text)
  const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)
  return isText && /set-cookie/i.test(node.text)
}
