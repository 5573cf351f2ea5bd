import { createHash } from 'node:crypto'
import { parseAccept } from 'hono/utils/accept'
import type { Catalogue } from './catalogue.ts'
import { de } from './de/index.ts'
import { currentLanguage, type Language, languages, t, type Wording } from './index.ts'

/** A new language is one folder and one line here. */
const catalogues: Readonly<Record<Exclude<Language, 'en'>, Catalogue>> = { de }

type Prepared = { wording: Wording; texts: string; version: string; refusals: Sentences }

const prepared = new Map<string, Prepared>(
  Object.entries(catalogues).map(([language, { pages, mails, served, refusals }]) => {
    const texts = JSON.stringify(pages)
    const version = createHash('sha256').update(texts).digest('base64url').slice(0, 12)
    const path = `/words/${language}?v=${version}`
    const wording = { language: language as Language, texts: { ...pages, ...mails, ...served }, path }
    return [language, { wording, texts, version, refusals: prepareSentences(refusals) }]
  }),
)
const english: Wording = { language: 'en', texts: {}, path: null }

/** What `readWordsFrom` is given for a language. */
export function wordingOf(language: Language): Wording {
  return prepared.get(language)?.wording ?? english
}

/** The words of a language for browsers, as JSON; null for English and for what is no language of ours. */
export function findWordsFile(language: string | undefined): { texts: string; version: string } | null {
  return prepared.get(language ?? '') ?? null
}

export function isLanguage(text: unknown): text is Language {
  return typeof text === 'string' && Object.hasOwn(languages, text)
}

/** The name of a browser (`agentName`) in the language at hand; names of products stay. */
export function translateAgent(name: string): string {
  const [browser = '', system] = name.split(' on ')
  const known = translateSentence(browser)
  return system === undefined ? known : t('{browser} on {system}', { browser: known, system })
}

/**
 * The first language of ours that a browser asks for (RFC 9110, 12.5.4; a region counts for its language), or null. What
 * cannot be read asks for nothing.
 */
export function negotiateLanguage(acceptLanguage: string | undefined): Language | null {
  const wanted = parseAccept((acceptLanguage ?? '').slice(0, 300))
  for (const { type, q } of wanted) {
    const language = type.toLowerCase().split('-')[0]
    if (q > 0 && isLanguage(language)) return language
  }
  return null
}

type Sentences = { exact: ReadonlyMap<string, string>; patterns: readonly (readonly [RegExp, string])[] }

function prepareSentences(refusals: Readonly<Record<string, string>>): Sentences {
  const entries = Object.entries(refusals)
  const patterns = entries.filter(([english]) => english.includes('{'))
  return { exact: new Map(entries), patterns: patterns.map(([english, other]) => [patternOf(english), other] as const) }
}

function patternOf(english: string): RegExp {
  const parts = english
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : `(?<${part}>.+)`))
  return new RegExp(`^${parts.join('')}$`)
}

/** A sentence that a server wrote in English, in the language at hand; itself where there is no translation. */
export function translateSentence(sentence: string): string {
  const words = prepared.get(currentLanguage())
  if (!words) return sentence
  const exact = words.refusals.exact.get(sentence) ?? words.wording.texts[sentence]
  if (exact !== undefined) return exact
  for (const [pattern, translation] of words.refusals.patterns) {
    const places = pattern.exec(sentence)?.groups
    if (places) return translation.replace(/\{(\w+)\}/g, (_, name: string) => places[name] ?? '')
  }
  return sentence
}
