import ts from 'typescript'
import type { Source } from './sources.ts'

/** Texts in these go to logs, to operators or to developers. */
const elsewhere = new Set(['t', 'plural', 'message', 'describe', 'Error', 'TypeError', 'RangeError', 'StartError'])

/**
 * The English sentences in code, as `translateSentence` looks them up: three words or more, a capital letter first, and
 * `{}` where a template is filled. Left out is what goes through `t`, to a log, to the store, or into an error of our own.
 */
export function sentencesIn(sources: readonly Source[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { path, tree } of sources) {
    const visit = (node: ts.Node) => {
      if (isSaidElsewhere(node) || ts.isJsxAttribute(node) || ts.isTaggedTemplateExpression(node)) return
      const text = textOf(node)
      if (text !== null && isSentence(text)) found.set(text, path)
      ts.forEachChild(node, visit)
    }
    visit(tree)
  }
  return found
}

function isSentence(text: string): boolean {
  return /^(?:\p{Lu}|\{\})/u.test(text) && text.split(' ').length >= 3 && /\p{Ll}{2}/u.test(text)
}

function isSaidElsewhere(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false
  const callee = node.expression
  if (ts.isPropertyAccessExpression(callee))
    return callee.expression.getText() === 'log' || elsewhere.has(callee.name.text)
  return elsewhere.has(callee.getText())
}

/** A text, or a template with `{}` in its places; null for other nodes. */
function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return null
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('')
}
