import type { mails } from './de/mails.ts'
import type { pages } from './de/pages.ts'
import type { served } from './de/served.ts'

/** Every language there is, by its own name. English is the source. */
export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

/** What pages may say: each is the English text itself and the key of its translations. */
export type PageMessage = keyof typeof pages
/** What servers say besides: in mails, and ready for a page. Browsers do not have it. */
export type ServedMessage = keyof typeof mails | keyof typeof served
export type Message = PageMessage | ServedMessage

/** The names in braces: `'a' | 'b'` for `{a} and {b}`. */
export type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never
/** A message without places. */
export type PlainMessage = { [Text in Message]: Places<Text> extends never ? Text : never }[Message]

type Filling<Text extends string> = [Places<Text>] extends [never] ? [] : [Record<Places<Text>, string | number>]

/** The words at hand: a language, its texts by their English ones, and where browsers get them (null: they need none). */
export type Wording = { language: Language; texts: Readonly<Record<string, string>>; path: string | null }

const english: Wording = { language: 'en', texts: {}, path: null }
let find: () => Wording = () => english

/** Says where the words come from: on a server from the request at hand, in a browser from the document. */
export function readWordsFrom(source: () => Wording): void {
  find = source
}

/** The language of the page, the answer or the mail at hand. */
export function currentLanguage(): Language {
  return find().language
}

/** Where browsers get the words of this language; null for English, which stands in the pages. */
export function wordsPath(): string | null {
  return find().path
}

/** A text in the language at hand, its places filled. */
export function t<Text extends Message>(text: Text, ...[params]: Filling<Text>): string {
  return params === undefined ? translate(text) : fill(translate(text), params)
}

/** Like `t` for a number: forms stand in the order of the language's plural categories, separated by `|`. */
export function plural<Text extends Message>(
  text: Text,
  count: number,
  params?: Record<Exclude<Places<Text>, 'count'>, string | number>,
): string {
  return fill(pluralForm(text, count), { ...params, count })
}

/** A text for later: what it is is checked here, `t` is called where it is shown. */
export function message<Text extends Message>(text: Text): Text {
  return text
}

/** The text of the language at hand with its places still empty. */
export function translate(text: Message): string {
  return find().texts[text] ?? text
}

const categories = ['zero', 'one', 'two', 'few', 'many', 'other'] as const

function pluralForm(text: Message, count: number): string {
  const { language, texts } = find()
  const translated = texts[text]
  const { rules, order } = pluralsOf(translated === undefined ? 'en' : language)
  const place = order.indexOf(rules.select(count))
  const forms = (translated ?? text).split('|')
  return forms[place] ?? forms.at(-1) ?? text
}

const plurals = new Map<Language, { rules: Intl.PluralRules; order: readonly string[] }>()

/** Made once for each language: making them takes 30 µs. */
function pluralsOf(language: Language) {
  let known = plurals.get(language)
  if (!known) {
    const rules = new Intl.PluralRules(language)
    const { pluralCategories } = rules.resolvedOptions()
    known = { rules, order: categories.filter((each) => pluralCategories.includes(each)) }
    plurals.set(language, known)
  }
  return known
}

function fill(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(params[name] ?? place))
}
