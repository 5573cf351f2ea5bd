import type { Preferences } from '../../contract/index.ts'
import { preferredLanguages, themes } from '../../contract/index.ts'
import { cookies } from '../cookies/cookies.server.ts'
import { type Exchange, getExchange } from '../request/request-context.server.ts'

/**
 * What this browser was told to look and speak like. Read from a cookie that anybody may write: values that are not on
 * the list, or a cookie that comes twice, count as no choice.
 */
export function readPreferences(exchange: Exchange = getExchange()): Preferences {
  const fields = new URLSearchParams(exchange.cookies.valueOf(cookies.preferences) ?? '')
  return {
    theme: themes.find((theme) => theme === fields.get('theme')) ?? null,
    language: preferredLanguages.find((language) => language === fields.get('lang')) ?? null,
  }
}

/** Keeps a choice in this browser for a year; what is left out stays as it was, null takes a choice back. */
export function changePreferences(change: Partial<Preferences>, exchange: Exchange = getExchange()): void {
  const { theme, language } = { ...readPreferences(exchange), ...change }
  const chosen = [theme === null ? [] : `theme=${theme}`, language === null ? [] : `lang=${language}`].flat()
  if (chosen.length > 0) exchange.cookies.set(cookies.preferences, chosen.join('&'))
  else exchange.cookies.clear(cookies.preferences)
}
