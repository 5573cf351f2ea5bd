// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const forbidden = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/

/**
 * The path (with query) to go to, if `value` is one of our own; else `fallback`. Stops open redirects (OWASP ASVS 5.0,
 * 3.7.2): other origins, `//host`, backslashes, control characters, and paths that only *normalise* to `//host`.
 */
export function safePath(value: string | null | undefined, fallback = '/dashboard'): string {
  if (!value || value.length > 2_000 || !value.startsWith('/') || forbidden.test(value)) return fallback
  if (!URL.canParse(value, 'http://own.invalid')) return fallback
  const url = new URL(value, 'http://own.invalid')
  // `/.//evil` is same-origin for the parser, yet its pathname is `//evil`: look again after parsing.
  if (url.origin !== 'http://own.invalid' || url.username !== '' || url.pathname.startsWith('//')) return fallback
  return url.pathname + url.search
}
