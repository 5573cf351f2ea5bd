import type { UpstreamRoute } from '../../kernel/index.server.ts'
import { Problem } from '../../kernel/index.ts'

/** What the visitor asked of a service: the path below its base, as it was written, its segments decoded, and the query. */
export type ProxyTarget = { path: string; segments: readonly string[]; search: string }

/** Letters that mean the same to every reader of a path (RFC 3986, 3.3), without `;`, which some servers cut at. */
const plainPath = /^(\/[A-Za-z0-9._~!$&'()*+,=:@%-]*)+$/
/** Nothing outside of printable ASCII, and no second `#`. */
const plainQuery = /^[!-"$-~]*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const forbiddenInside = /[\u0000-\u001f\u007f-\u009f/\\%;?#\u2028\u2029\ufffd]/

/**
 * Reads the part of a target that goes to a service (RFC 10017, 6.1: dynamic paths are validated strictly). Refuses what
 * two servers could read as different paths: dot segments in every spelling, encoded slashes, backslashes, percent signs
 * and semicolons, empty segments, control characters, and letters that normalise to any of these.
 */
export function readProxyTarget(target: string): ProxyTarget {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const search = mark === -1 ? '' : target.slice(mark)
  if (!plainPath.test(path) || !plainQuery.test(search)) throw damaged()
  const written = path.slice(1).split('/')
  const segments = path.includes('%') ? written.map(decodeSegment) : written
  const last = segments.length - 1
  if (segments.some((segment, index) => isConfusing(segment) || (segment === '' && index < last))) throw damaged()
  return { path, segments, search }
}

function decodeSegment(written: string): string {
  try {
    return decodeURIComponent(written)
  } catch {
    throw damaged()
  }
}

const plainSegment = /^[A-Za-z0-9_-]+$/

function isConfusing(segment: string): boolean {
  if (plainSegment.test(segment)) return false
  if (forbiddenInside.test(segment) || /^[.\s]+$/.test(segment)) return true
  // Full-width dots and slashes become plain ones where a server normalises.
  const normalised = segment.normalize('NFKC')
  return normalised !== segment && (forbiddenInside.test(normalised) || /^[.\s]+$/.test(normalised))
}

function damaged(): Problem {
  return new Problem('malformed_request', { detail: 'The path of this call is damaged.' })
}

/** A route of the list of what is allowed, taken apart once. */
export type AllowedRoute = { methods: ReadonlySet<string>; pattern: readonly string[] }

/** Prepares the list. HEAD is allowed wherever GET is. */
export function prepareRoutes(routes: readonly UpstreamRoute[]): AllowedRoute[] {
  return routes.map(({ methods, path }) => ({
    methods: new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods),
    pattern: path.slice(1).split('/'),
  }))
}

/** Throws `not_found` for a path that nothing allows, and `method_not_allowed` for one that is allowed otherwise. */
export function requireAllowed(routes: readonly AllowedRoute[], method: string, { segments }: ProxyTarget): void {
  const matching = routes.filter(({ pattern }) => isMatch(pattern, segments))
  if (matching.some(({ methods }) => methods.has(method))) return
  if (matching.length === 0) throw new Problem('not_found')
  const Allow = [...new Set(matching.flatMap(({ methods }) => [...methods]))].join(', ')
  throw new Problem('method_not_allowed', { headers: { Allow } })
}

function isMatch(pattern: readonly string[], segments: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '**'
  const fixed = isOpen ? pattern.length - 1 : pattern.length
  if (isOpen ? segments.length <= fixed : segments.length !== fixed) return false
  for (let index = 0; index < fixed; index++) {
    const wanted = pattern[index]
    if (wanted === '*' ? segments[index] === '' : wanted !== segments[index]) return false
  }
  return true
}

/** Letters, digits and single slashes: no parser has anything to decide about these. */
const unambiguousPath = /^(?:\/[A-Za-z0-9_-]+)+$/

/**
 * The path and query to send to a service at `base` (an origin, perhaps with a path). The URL parser must agree with
 * every letter of it, or somebody would read it differently.
 */
export function joinTarget(base: { origin: string; path: string }, { path, search }: ProxyTarget): string {
  const joined = base.path + path
  if (unambiguousPath.test(joined)) return joined + search
  const url = new URL(base.origin + joined)
  if (url.origin !== base.origin || url.pathname !== joined) throw damaged()
  return joined + search
}
