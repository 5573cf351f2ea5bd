import type { ServerResponse } from 'node:http'
import { Problem } from '../../kernel/index.ts'
import { selectHeaders } from './proxy-headers.server.ts'
import { readProxyTarget } from './proxy-target.server.ts'
import type { UpstreamAnswer } from './transport.server.ts'
import type { Upstream } from './upstream.server.ts'

const redirects = [301, 302, 303, 307, 308]

/**
 * Turns what is a fault of the service, or of our dealings with it, into a problem: 5xx becomes that of a gateway, and a
 * refused access token is nothing that a visitor could mend by signing in.
 */
export function requireUsable({ status, headers }: UpstreamAnswer, { responseLimitBytes }: Upstream): void {
  if (status === 401) throw new Problem('bad_gateway', { cause: new Error('the service refused our access token') })
  if (status === 503) throw new Problem('unavailable', { retryAfterSeconds: readRetryAfter(headers['retry-after']) })
  if (status === 504) throw new Problem('gateway_timeout', { retryAfterSeconds: 5 })
  if (status < 200 || status >= 500)
    throw new Problem('bad_gateway', { retryAfterSeconds: 5, cause: new Error(`the service answered ${status}`) })
  if (responseLimitBytes !== null && Number(headers['content-length'] ?? 0) > responseLimitBytes)
    throw new Problem('bad_gateway', { cause: new Error('the answer is longer than the service may send') })
}

function readRetryAfter(text: string | undefined): number {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : 5
}

/** Writes the head of an answer. `target` is the path on the service that was asked for. */
export function writeAnswerHead(response: ServerResponse, answer: UpstreamAnswer, upstream: Upstream, target: string) {
  const { status, headers } = answer
  const location = readLocation(answer, upstream, target)
  const selected = selectHeaders(headers, upstream.passing.response)
  if (status === 204) delete selected['content-length']
  for (const name in selected) response.setHeader(name, selected[name] ?? '')
  if (location !== null) response.setHeader('Location', location)
  response.writeHead(status)
}

/**
 * Where an answer points, as an address of this site; null when it points nowhere. A redirect away from the service
 * throws `bad_gateway`: whoever follows it would leave what is allowed.
 */
function readLocation({ status, headers }: UpstreamAnswer, upstream: Upstream, target: string): string | null {
  const { location } = headers
  if (location === undefined) return null
  const here = findHere(location, upstream, target)
  if (here === null && redirects.includes(status))
    throw new Problem('bad_gateway', { cause: new Error('the service redirects to another place') })
  return here
}

function findHere(location: string, { base, prefix }: Upstream, target: string): string | null {
  const asked = base.origin + target
  if (!URL.canParse(location, asked)) return null
  const { origin, username, pathname, search } = new URL(location, asked)
  if (origin !== base.origin || username !== '' || !pathname.startsWith(`${base.path}/`)) return null
  const rest = pathname.slice(base.path.length)
  try {
    readProxyTarget(rest + search)
    return prefix + rest + search
  } catch {
    return null
  }
}
