import { negotiateLanguage, wordingOf } from '../words/index.server.ts'
import { type Language, readWordsFrom } from '../words/index.ts'
import { getConfiguration } from './configuration.server.ts'
import { type Exchange, findExchange } from './exchange.server.ts'
import { readPreferences } from './preferences.server.ts'

/** The language of an answer: what the person chose, else what their browser asks for, else the setting. */
export function languageOf(exchange: Exchange): Language {
  const { defaultLanguage = 'en' } = getConfiguration()
  return (
    readPreferences(exchange).language ?? negotiateLanguage(exchange.head.headers['accept-language']) ?? defaultLanguage
  )
}

/** From now on words are those of the request at hand; outside of one, of the setting. */
export function openWords(): void {
  readWordsFrom(() => {
    const exchange = findExchange()
    return wordingOf(exchange ? languageOf(exchange) : (getConfiguration().defaultLanguage ?? 'en'))
  })
}
