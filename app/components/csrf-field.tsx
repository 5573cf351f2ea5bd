import { useMatches } from '@remix-run/react'

function csrfOf(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('csrf' in data)) return null
  return typeof data.csrf === 'string' && data.csrf !== '' ? data.csrf : null
}

/** The hidden field that proves a form came from our own page. Belongs in every form that posts. */
export function CsrfField() {
  const csrf = useMatches()
    .map((match) => csrfOf(match.data))
    .findLast((value) => value !== null)
  return csrf ? <input type="hidden" name="csrf" value={csrf} /> : null
}
