import { preferredLanguages, themes } from '../../contract/index.ts'
import { toSeconds } from '../../kernel/index.ts'

/**
 * Every cookie that Cloakroom sets, and the only file that writes `Set-Cookie`.
 *
 * `__Host-Http-` (draft-ietf-httpbis-rfc6265bis, cookie name prefixes): a browser that knows it accepts the cookie only
 * with Secure, Path=/, no Domain and HttpOnly, set over HTTP; one that does not still honours the `__Host-` part.
 * Nothing here depends on NODE_ENV.
 */
export type CookieDescriptor = {
  readonly name: `__Host-${string}`
  readonly sameSite: 'Lax' | 'Strict'
  /** Longest life in milliseconds, or null for a cookie that ends with the browser. */
  readonly maxAgeMs: number | null
  /** What a value looks like; anything else is treated as absent. */
  readonly pattern: RegExp
  readonly purpose: string
  /** Whatever it says, it lets nobody do anything: one that comes twice counts as none. */
  readonly opensNothing?: true
}

const theme = `theme=(?:${themes.join('|')})`
const language = `lang=(?:${preferredLanguages.join('|')})`

export const cookies = {
  refresh: {
    name: '__Host-Http-cloakroom',
    // Strict would show a signed-in person a sign-in page when they follow a link from mail. Unsafe methods do not
    // rely on SameSite: they have fetch metadata, Origin and a session-bound form value.
    sameSite: 'Lax',
    // From the session itself: what is left of it when kept signed in, else none.
    maxAgeMs: null,
    pattern: /^[A-Za-z0-9._-]{20,200}$/,
    purpose: 'the refresh token: an opaque, authenticated ticket for one session',
  },
  bound: {
    // Without `Http-`: Chromium 156 takes no cookie of that name as the cookie of a bound session.
    name: '__Host-cloakroom-bound',
    // As the refresh cookie: a browser renews it only for requests that would carry it.
    sameSite: 'Lax',
    // DEVICE_BINDING_TTL.
    maxAgeMs: 10 * 60_000,
    pattern: /^[A-Za-z0-9._-]{50,80}$/,
    purpose:
      'says that the key of this device was used lately: without it the session of a bound browser opens nothing',
  },
  preSession: {
    name: '__Host-Http-cloakroom-pre',
    sameSite: 'Strict',
    maxAgeMs: null,
    pattern: /^[A-Za-z0-9_-]{22}$/,
    purpose: 'binds the forms of somebody who is not signed in to their browser (against login CSRF)',
  },
  device: {
    name: '__Host-Http-cloakroom-device',
    sameSite: 'Strict',
    maxAgeMs: 180 * 86_400_000,
    pattern: /^[A-Za-z0-9._~-]{20,320}$/,
    purpose:
      'says that up to four accounts were once signed in to from this browser: strangers cannot use up its tries',
  },
  step: {
    name: '__Host-Http-cloakroom-step',
    sameSite: 'Strict',
    maxAgeMs: 10 * 60_000,
    pattern: /^[A-Za-z0-9._-]{40,600}$/,
    purpose: 'says that the password of an account was right: opens the second step of its sign-in and nothing else',
  },
  trust: {
    name: '__Host-Http-cloakroom-trust',
    sameSite: 'Strict',
    maxAgeMs: 30 * 86_400_000,
    pattern: /^[A-Za-z0-9._-]{40,600}$/,
    purpose: 'says that a second factor was shown in this browser: the next sign-ins to that account ask for none',
  },
  preferences: {
    name: '__Host-Http-cloakroom-preferences',
    // Lax: a page that is reached from a mail has the chosen look as well. It opens nothing.
    sameSite: 'Lax',
    maxAgeMs: 365 * 86_400_000,
    pattern: new RegExp(`^(?:${theme}(?:&${language})?|${language})$`),
    purpose: 'the chosen look and language of the pages; says nothing about anybody',
    opensNothing: true,
  },
} as const satisfies Record<string, CookieDescriptor>

/** How many sign-ins may wait at providers in one browser: request heads stay well below 16 KiB. */
const maxAttempts = 4
const attemptName = /^__Host-Http-cloakroom-at-[A-Za-z0-9_-]{12}$/

/**
 * The cookie of one sign-in that waits for a provider's answer, so that several tabs can each have one. Lax: the answer
 * comes with a navigation from the provider's site.
 */
export function attemptCookie(state: string): CookieDescriptor {
  return describeAttempt(`__Host-Http-cloakroom-at-${state.slice(0, 12)}`)
}

/** The cookies of attempts that make room for another one: browsers send the oldest first (RFC 6265, 5.4). */
export function findSurplusAttempts(header: string | undefined): CookieDescriptor[] {
  const names = splitPairs(header).map(nameOf)
  const attempts = [...new Set(names.filter((name) => attemptName.test(name)))]
  return attempts.slice(0, Math.max(attempts.length + 1 - maxAttempts, 0)).map(describeAttempt)
}

function describeAttempt(name: string): CookieDescriptor {
  return {
    name: name as CookieDescriptor['name'],
    sameSite: 'Lax',
    maxAgeMs: 15 * 60_000,
    pattern: /^[A-Za-z0-9._-]{40,1600}$/,
    purpose: 'one sign-in that waits for the answer of a provider: state, nonce and PKCE verifier, encrypted',
  }
}

/** RFC 6265bis: name and value together hold at most 4,096 bytes; browsers drop more without a word. */
const maxCookieBytes = 4_096
/** RFC 6265bis: browsers cap every cookie here. */
const maxAgeCapMs = 400 * 86_400_000

/** The `Set-Cookie` value that stores `value`; `maxAgeMs` overrides the descriptor's. Throws over 4,096 bytes. */
export function setCookie(descriptor: CookieDescriptor, value: string, maxAgeMs = descriptor.maxAgeMs): string {
  if (!descriptor.pattern.test(value)) throw new RangeError(`malformed value for cookie ${descriptor.name}`)
  if (descriptor.name.length + value.length > maxCookieBytes)
    throw new RangeError(`cookie ${descriptor.name} is too long`)
  const maxAge = maxAgeMs === null ? [] : [`Max-Age=${toSeconds(Math.min(maxAgeMs, maxAgeCapMs))}`]
  return [`${descriptor.name}=${value}`, ...maxAge, ...attributes(descriptor)].join('; ')
}

/** The `Set-Cookie` value that removes the cookie: the same attributes, so that it is surely the same cookie. */
export function clearCookie(descriptor: CookieDescriptor): string {
  // w3m knows no Max-Age here and would keep an empty cookie.
  const past = ['Max-Age=0', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT']
  return [`${descriptor.name}=`, ...past, ...attributes(descriptor)].join('; ')
}

/** What a browser is told about a cookie beside its value and its life. */
export function attributes(descriptor: CookieDescriptor): string[] {
  return ['Path=/', 'Secure', 'HttpOnly', `SameSite=${descriptor.sameSite}`]
}

/** Adds cookie changes to a response: one header each, since commas in them cannot be told from separators. */
export function appendCookies(
  response: { appendHeader(name: string, value: string): unknown },
  changes: readonly string[],
): void {
  for (const change of changes) response.appendHeader('Set-Cookie', change)
}

/** What of others' a request may carry. With ours beside it a head stays well below what Node takes (64 KiB). */
const mostForeignBytes = 8_192
const mostForeignCookies = 100
/** Of clearing in one answer: proxies take heads of some 16 KiB. What is left goes with the next request. */
const mostClearingBytes = 12_288
/** What browsers keep as a name, and what can be written back: no controls, nothing that the head could not hold. */
const clearableName = /^[ -:<>-~\u0080-\u00ff]{0,3000}$/

const ownNames: ReadonlySet<string> = new Set(Object.values(cookies).map(({ name }) => name))

function isOwnName(name: string): boolean {
  return ownNames.has(name) || attemptName.test(name)
}

/**
 * True when other programs have filled the `Cookie` header: cookies are shared by every port of a host, and with sibling hosts
 * (RFC 6265, 8.5 and 8.6). Much more of it and the server could not answer at all, or the browser would drop ours.
 */
export function isOverfull(header = ''): boolean {
  if (header.length <= mostForeignBytes && header.length <= 2 * mostForeignCookies) return false
  let [bytes, count] = [0, 0]
  for (const pair of splitPairs(header)) {
    if (isOwnName(nameOf(pair))) continue
    bytes += pair.length + 2
    count++
    if (bytes > mostForeignBytes || count > mostForeignCookies) return true
  }
  return false
}

/**
 * `Set-Cookie` values that remove what is not ours, by name: wherever a browser may keep it that sends it to this path of this
 * host. Ours stay, and no value is repeated. No more is worked out than goes into the answer: the header is a stranger's.
 */
export function clearForeignCookies(header: string | undefined, host: string, path: string): string[] {
  const kept: string[] = []
  let bytes = 0
  for (const line of clearingLines(header, host, path)) {
    bytes += line.length + 'Set-Cookie: \r\n'.length
    if (bytes > mostClearingBytes && kept.length > 0) break
    kept.push(line)
  }
  return kept
}

/** Every name at the likeliest place first; each line is made when it is asked for. */
export function* clearingLines(header: string | undefined, host: string, path: string): Generator<string> {
  const names = [...new Set(splitPairs(header).map(nameOf))]
  const foreign = names.filter((name) => clearableName.test(name) && !isOwnName(name))
  for (const place of placesOf(host, path)) {
    for (const name of foreign) yield clearingLine(name, place, promisesSecure.test(name) ? ['Secure'] : [])
    // What was set as partitioned is kept apart, and only taken with all of this.
    for (const name of foreign) yield clearingLine(name, place, ['Secure', 'SameSite=None', 'Partitioned'])
  }
}

function clearingLine(name: string, place: string, attributes: readonly string[]): string {
  return [`${name}=`, 'Max-Age=0', place, ...attributes].join('; ')
}

/** Names that are only taken with `Secure`; others must be clearable over plain http as well. */
const promisesSecure = /^__(host|http|secure)-/i

/** For the host alone and for the domains that it is below, for the whole site and for each folder above the path. */
function placesOf(host: string, path: string): string[] {
  const labels = host.replace(/:\d+$/, '').split('.')
  const isName = labels.length > 1 && !/^\[|\d$/.test(host.replace(/:\d+$/, ''))
  const domains = isName ? labels.slice(0, -1).map((_, index) => `; Domain=${labels.slice(index).join('.')}`) : []
  const segments = plainPath.test(path) ? path.split('/').filter(Boolean).slice(0, 4) : []
  const folders = segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`)
  const paths = ['/', ...folders.flatMap((folder) => [folder, `${folder}/`])]
  return paths.flatMap((each) => ['', ...domains].map((domain) => `Path=${each}${domain}`))
}

const plainPath = /^\/[\w./-]*$/

export type CookieReading = { value: string | null; present: boolean; duplicated: boolean }

const equalsSign = '='.charCodeAt(0)
const absent: CookieReading = { value: null, present: false, duplicated: false }

/**
 * Takes a `Cookie` header apart into `name=value` pairs. Nothing but blanks and tabs goes: a browser keeps a name that begins
 * with any other white space as it came, without the promises of its prefix, and it is not ours (RFC 6265, 5.2 and 5.4).
 */
export function splitPairs(header = ''): string[] {
  return header === '' ? [] : header.split(';').map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''))
}

function nameOf(pair: string): string {
  const end = pair.indexOf('=')
  return end === -1 ? '' : pair.slice(0, end)
}

/**
 * The value of one cookie among the pairs of a `Cookie` header. A name that comes twice is reported, and neither value is
 * used: which of the two a browser meant cannot be known, and identity must not hang on their order.
 */
export function readPairs(pairs: readonly string[], { name, pattern }: CookieDescriptor): CookieReading {
  let value: string | null = null
  for (const pair of pairs) {
    if (pair.charCodeAt(name.length) !== equalsSign || !pair.startsWith(name)) continue
    if (value !== null) return { value: null, present: true, duplicated: true }
    value = pair.slice(name.length + 1)
  }
  if (value === null) return absent
  return { value: pattern.test(value) ? value : null, present: true, duplicated: false }
}

export type CookieName = keyof typeof cookies

/** How many bytes (name, `=` and value) a request carried for each of our cookies, and how many for others'. */
export function measureCookies(header: string | undefined): { own: Map<CookieName, number>; otherBytes: number } {
  const names = Object.keys(cookies) as CookieName[]
  const own = new Map<CookieName, number>()
  let otherBytes = 0
  for (const pair of splitPairs(header)) {
    const name = names.find((each) => pair.startsWith(`${cookies[each].name}=`))
    const bytes = Buffer.byteLength(pair, 'latin1')
    if (name === undefined) otherBytes += bytes
    else own.set(name, (own.get(name) ?? 0) + bytes)
  }
  return { own, otherBytes }
}
