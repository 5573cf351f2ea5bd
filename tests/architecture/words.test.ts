import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { mails } from '../../app/i18n/de/mails.ts'
import { pages } from '../../app/i18n/de/pages.ts'
import { refusals } from '../../app/i18n/de/refusals.ts'
import { served } from '../../app/i18n/de/served.ts'
import { sentencesIn } from './sentences.ts'
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

  test('are those that browsers get, where a component says them', () => {
    const said = new Set<string>()
    for (const { path, tree } of sources) if (path.endsWith('.tsx')) textsOf(tree, said)
    const missing = [...said].filter((text) => (text in mails || text in served) && !(text in pages))
    expect(missing).toEqual([])
  })

  test('stand in the catalogue only as long as something says them', () => {
    const said = new Set<string>()
    for (const { path, tree } of sources) {
      textsOf(tree, said)
      if (path === 'app/kernel/errors.ts')
        findNodes([{ path, tree }], (node) => ts.isStringLiteral(node) && !!said.add(node.text))
    }
    expect(Object.keys({ ...pages, ...mails, ...served }).filter((text) => !said.has(text))).toEqual([])
  })
})

/** Sentences that no page shows, and what other texts look like sentences, each with the reason. */
const untranslated: Readonly<Record<string, readonly string[]>> = {
  'an access token is refused between servers; the page that meets it leads to the sign-in page': [
    'The access token has expired',
    'This needs an access token in the Authorization header.',
    'The Authorization header is malformed',
    'The access token is not valid',
    'The account of this access token is gone',
  ],
  'only scripts call /bff/api, /bff/upstreams, /bff/login and the back channel': [
    'The request does not hold.',
    'This service is for people who signed in at its provider.',
    'The service could not take this, and it was too long to be sent a second time.',
    '{} carries no body here.',
    'The path of this call is damaged.',
    'The service does not take that much at once.',
    'The password is right. Send the second factor to /bff/login/verify.',
    'The provider cannot be reached.',
    "The provider's keys cannot be had.",
    '{} cannot be reached at the moment.',
    'The sign-in service took too long to answer.',
    'The answer has another shape',
  ],
  'the beginning of sentences that are translated as a whole': [
    'The form did not come from a page of your present session.',
    'This was sent from another site.',
    'That is not the password',
  ],
  'headers, and the title of a page': [
    'Bearer {}, error="{}", error_description="{}"',
    'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n',
    'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    'Cookie, Origin, Sec-Fetch-Site, Accept-Language',
    '{} · Cloakroom',
  ],
}

/** Whether a sentence, whose places are `{}`, is a key of the catalogue, or may become one that is when they are filled. */
function hasTranslation(sentence: string, keys: readonly string[]): boolean {
  const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const whole = (text: string, place: RegExp) => new RegExp(`^${text.split(place).map(escaped).join('.+')}$`)
  return keys.some((key) => whole(key, /\{\w+\}/).test(sentence) || whole(sentence, /\{\}/).test(key))
}

describe('the sentences of servers', () => {
  const folders = ['contract', 'identity', 'api', 'bff', 'http', 'components', 'presenters', 'routes']
  const inFolders = () => sources.filter(({ path }) => folders.includes(path.split('/')[1] ?? ''))

  test('have their German, or a reason to do without', () => {
    // Among those of pages, only texts without places are looked up for servers.
    const keys = [...Object.keys(refusals), ...Object.keys(pages).filter((text) => !text.includes('{'))]
    const excused = Object.values(untranslated).flat()
    const missing = [...sentencesIn(inFolders())].filter(([text]) => !hasTranslation(text, keys))
    expect(missing.filter(([text]) => !excused.includes(text))).toEqual([])
    const needless = excused.filter((text) => !missing.some(([each]) => each === text))
    expect(needless, 'no longer said, or translated by now').toEqual([])
  })

  test('are translated only as long as a server writes them', () => {
    const said = [...sentencesIn(inFolders()).keys()]
    const dead = Object.keys(refusals).filter((key) => !said.some((text) => hasTranslation(text, [key])))
    expect(dead).toEqual([])
  })

  test('are found by this search, and texts that go elsewhere are not', () => {
    const tree = parse(
      'example.ts',
      "throw new Problem('conflict', { detail: `At most $" +
        "{n} of them.` }); z.string().min(1, 'Say a word'); log.info('Nobody reads this'); t('This has its German'); new Error('That is a bug')",
    )
    expect([...sentencesIn([{ path: 'example.ts', tree }]).keys()]).toEqual(['At most {} of them.', 'Say a word'])
    expect(hasTranslation('At most {} of them.', ['At most {count} of them.'])).toBe(true)
    expect(hasTranslation('At most 5 of them.', ['At most {count} of them.'])).toBe(true)
    expect(hasTranslation('At most {} of these.', ['At most {count} of them.'])).toBe(false)
  })
})
