import type { Preferences } from '../../contract/index.ts'
import { preferredLanguages, themes } from '../../contract/index.ts'
import { cookies } from '../cookies/cookies.server.ts'
import { getRequestContext, type RequestContext } from '../request/request-context.server.ts'

/**
 * What this browser was told to look and speak like. Read from a cookie that anybody may write: values that are not on
 * the list, or a cookie that comes twice, count as no choice.
 */
export function readPreferences(context: RequestContext = getRequestContext()): Preferences {
  const fields = new URLSearchParams(context.cookies.valueOf(cookies.preferences) ?? '')
  return {
    theme: themes.find((theme) => theme === fields.get('theme')) ?? null,
    language: preferredLanguages.find((language) => language === fields.get('lang')) ?? null,
  }
}

/** Keeps a choice in this browser for a year; what is left out stays as it was, null takes a choice back. */
export function changePreferences(change: Partial<Preferences>, context: RequestContext = getRequestContext()): void {
  const { theme, language } = { ...readPreferences(context), ...change }
  const chosen = [theme === null ? [] : `theme=${theme}`, language === null ? [] : `lang=${language}`].flat()
  if (chosen.length > 0) context.cookies.set(cookies.preferences, chosen.join('&'))
  else context.cookies.clear(cookies.preferences)
}
