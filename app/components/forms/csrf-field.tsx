import { useMatches } from '@remix-run/react'

function csrfOf(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('csrf' in data)) return null
  return typeof data.csrf === 'string' && data.csrf !== '' ? data.csrf : null
}

/** The value that proves that a form or a script is our own page's; null while the page has none. */
export function useCsrf(): string | null {
  return (
    useMatches()
      .map((match) => csrfOf(match.data))
      .findLast((value) => value !== null) ?? null
  )
}

/** The hidden field that proves a form came from our own page. Belongs in every form that posts. */
export function CsrfField() {
  const csrf = useCsrf()
  return csrf ? <input type="hidden" name="csrf" value={csrf} /> : null
}
