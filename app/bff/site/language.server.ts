import { negotiateLanguage, wordingOf } from '../../i18n/index.server.ts'
import { type Language, readWordsFrom } from '../../i18n/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { cookies } from '../cookies/cookies.server.ts'
import { findRequestContext, type RequestContext } from '../request/request-context.server.ts'
import { readPreferences } from './preferences.server.ts'

type Wish = { kept: string | null; accepted: string | undefined; defaultLanguage: Language; language: Language }

/** A page asks for every text that it shows, without anybody between: parsing cookie and header each time is most of `t`. */
let latest: Wish | null = null

/** The language of an answer: what the person chose, else what their browser asks for, else the setting. */
export function languageOf(context: RequestContext): Language {
  const { defaultLanguage = 'en' } = getConfiguration()
  const kept = context.cookies.valueOf(cookies.preferences)
  const accepted = context.head.headers['accept-language']
  const isSame = latest?.kept === kept && latest.accepted === accepted && latest.defaultLanguage === defaultLanguage
  if (latest && isSame) return latest.language
  const language = readPreferences(context).language ?? negotiateLanguage(accepted) ?? defaultLanguage
  latest = { kept, accepted, defaultLanguage, language }
  return language
}

/** From now on words are those of the request at hand; outside of one, of the setting. */
export function openWords(): void {
  readWordsFrom(() => {
    const context = findRequestContext()
    return wordingOf(context ? languageOf(context) : (getConfiguration().defaultLanguage ?? 'en'))
  })
}
