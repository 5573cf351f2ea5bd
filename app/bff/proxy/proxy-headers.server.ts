import type { IncomingHttpHeaders } from 'node:http'

/**
 * What a service gets to see of the visitor's headers. A list of what passes, not of what is stopped: cookies,
 * credentials, hop-by-hop headers (RFC 9110, 7.6.1) and everything that claims to come from a proxy stay out, and what
 * nobody has thought of as well.
 */
const requestHeaders = [
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-encoding',
  'content-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-event-id',
  'prefer',
  'range',
]

/**
 * What of an answer reaches the visitor: what describes the content, validators and ranges. Cookies, CORS, policies and
 * the server's name are ours to set; `Location` is rewritten elsewhere.
 */
const responseHeaders = [
  'accept-ranges',
  'allow',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'last-modified',
  'preference-applied',
  'retry-after',
]

/** The names that pass a service in each direction, with those that its settings add. */
export type PassingHeaders = { request: readonly string[]; response: readonly string[] }

export function passingHeaders(added: {
  requestHeaders: readonly string[]
  responseHeaders: readonly string[]
}): PassingHeaders {
  return {
    request: [...new Set([...requestHeaders, ...added.requestHeaders])],
    response: [...new Set([...responseHeaders, ...added.responseHeaders])],
  }
}

type Selected = Record<string, string | string[]>

/** Those of `headers` that pass; what `Connection` names is for this hop alone, whatever it is called. */
export function selectHeaders(headers: IncomingHttpHeaders, names: readonly string[]): Selected {
  const selected: Selected = {}
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined) selected[name] = value
  }
  const { connection } = headers
  if (connection !== undefined && connection !== 'keep-alive' && connection !== 'close') {
    for (const name of connection.toLowerCase().split(',')) delete selected[name.trim()]
  }
  return selected
}
