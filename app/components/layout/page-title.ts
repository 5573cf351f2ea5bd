import type { MetaFunction } from '@remix-run/react'
import { problemWordsOf } from '../text/problem-words.ts'

/** `<title>` of a page; when the page failed, of what went wrong instead. */
export function pageTitle(title: () => string): MetaFunction {
  return ({ error }) => [{ title: `${error ? problemWordsOf(error).title : title()} · Cloakroom` }]
}
