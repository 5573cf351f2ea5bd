import type { IncomingMessage } from 'node:http'
import { Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { isOverfull } from '../cookies/cookies.server.ts'
import type { Refusal, RequestContext } from './request-context.server.ts'

const safeMethods = ['GET', 'HEAD']
const knownMethods = [...safeMethods, 'POST', 'PUT', 'PATCH', 'DELETE']

/** True for methods that must not change anything (RFC 9110, 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return safeMethods.includes(method)
}

/**
 * Judges a request by its head alone, before any route is looked for. The answer is carried out by the guard, so that
 * a refusal gets the page's own layout, or a problem document, like every other.
 */
export function examineHead(context: RequestContext): Refusal | null {
  const problem = headProblem(context)
  context.clearsForeign = problem?.code === 'headers_too_large'
  if (problem) return { problem, stops: 'every' }
  if (isSafeMethod(context.head.method)) return null
  const reason = findCrossSiteReason(context)
  return reason ? { problem: csrfProblem(reason), stops: 'unsafe' } : null
}

/** The answer to a request that another site may have caused (RFC 10017, 6.1; OWASP ASVS 5.0, 3.5.1). */
export function csrfProblem(detail: string): Problem {
  return new Problem('csrf_refused', {
    detail: `${detail} Nothing was changed. Go back, reload the page and try again.`,
  })
}

const overfull =
  'Other programs of this computer, or other sites under the same domain, have left so many cookies in your browser that this site could not work. They have just been removed by name, and those of this site are kept. Nothing was changed. Reload the page; if you see this again, reload once more, or delete the cookies of this address in your browser.'

/** Node takes more, for cookies that others have planted; of everything else this is plenty. */
const mostHeadBytes = 16_384

/** How long a request's head is without its cookies, about. */
function measureOthers({ url, headers }: RequestContext['head']): number {
  let bytes = url.length
  for (const name in headers) if (name !== 'cookie') bytes += name.length + (headers[name]?.length ?? 0) + 4
  return bytes
}

function headProblem({ head, cookies }: RequestContext): Problem | null {
  const { origin, host } = getConfiguration()
  if (!knownMethods.includes(head.method)) {
    return new Problem('method_not_allowed', { headers: { Allow: knownMethods.join(', ') } })
  }
  const coding = head.headers['transfer-encoding']
  // Node undoes the chunks alone; another coding would reach whoever reads the body as if it were the body.
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    return new Problem('malformed_request', { detail: 'The transfer coding of this request is not known here.' })
  }
  if (isProbe(head.method, head.url)) return null
  if (head.headers.host !== host) {
    return new Problem('misdirected', { detail: `This site is at ${origin}.` })
  }
  if (!isWellFormedTarget(head.url)) {
    return new Problem('malformed_request', { detail: 'The address of this page is damaged.' })
  }
  if (measureOthers(head) > mostHeadBytes) return new Problem('headers_too_large')
  // The look of the page that says so is served as ever.
  if (isOverfull(head.headers.cookie) && !/^\/(build\/|favicon\.svg$)/.test(head.url)) {
    return new Problem('headers_too_large', { detail: overfull })
  }
  if (cookies.hasDuplicate()) {
    return new Problem('malformed_request', {
      detail: 'A cookie of this site came twice. Clear its cookies and sign in again.',
    })
  }
  return null
}

/**
 * True for what supervisors and collectors ask, who come by whatever address the process has and know no cookie of it. The
 * target is compared letter by letter: no query, no other spelling, and nothing but looking.
 */
function isProbe(method: string, target: string): boolean {
  return isSafeMethod(method) && ['/healthz', '/readyz', '/metrics'].includes(target)
}

/** What needs no closer look: nothing in it is encoded, and no slash follows a slash. */
const plainTarget = /^\/(?:[\w.-]+(?:\/[\w.-]+)*\/?)?$/

/** An absolute path whose percent-encoding is sound UTF-8, without what only confuses two parsers. */
function isWellFormedTarget(target: string): boolean {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? '' : target.slice(mark + 1)
  if (query === '' && plainTarget.test(path)) return true
  if (!path.startsWith('/') || path.startsWith('//') || /%(00|2f|5c)/i.test(path) || path.includes('\\')) return false
  // Single fetch never sends `_data`; Remix would still answer it, past its own origin check. Looked for as Remix looks
  // for it, so that no spelling (`?_data`, `?%5Fdata=`) slips by.
  if (new URLSearchParams(query).has('_data')) return false
  try {
    decodeURIComponent(path)
    decodeURIComponent(query.replaceAll('+', ' '))
    return true
  } catch {
    return false
  }
}

/**
 * Why a request may come from elsewhere, or null. Fetch metadata and Origin must both agree where they are
 * sent; `same-site` is refused too, because cookies are shared with sibling hosts and ports. A client that sends
 * neither (curl, text browsers) is left to the session-bound form value.
 */
export function findCrossSiteReason({ head }: RequestContext): string | null {
  const site = head.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'This was sent from another site.'
  }
  const { origin } = head.headers
  if (origin !== undefined && origin !== getConfiguration().origin) return 'This was sent from another site.'
  return null
}

/** True for the address that providers send browsers back to. */
function isProviderAnswer({ head }: RequestContext): boolean {
  return /^\/login\/callback\/[^/]+$/.test(pathOf(head.url))
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? target
}

const hidden = ['origin', 'x-forwarded-host', 'x-forwarded-proto', 'x-http-method-override']

/**
 * Takes away what the framework would judge by its own, weaker rules: it trusts X-Forwarded-Host, answers a foreign
 * Origin with a 500, and cannot represent TRACE. A refused request is led to a route that only the guard answers.
 */
export function hideFromFramework(context: RequestContext, request: IncomingMessage): void {
  request.headers.host = getConfiguration().host
  for (const name of hidden) {
    if (request.headers[name] !== undefined) delete request.headers[name]
  }
  // A provider's answer holds a code. remix-serve logs addresses, so the query stays in the request context alone.
  if (isProviderAnswer(context)) request.url = pathOf(context.head.url)
  if (context.refusal?.stops !== 'every') return
  request.method = context.head.method === 'HEAD' ? 'HEAD' : 'GET'
  request.url = context.head.url.startsWith('/bff/') ? '/bff/refused' : '/refused'
}

/** The answer to a refused request ends its connection: what is left of a body is not read on. */
export function leaveBodyUnread(context: RequestContext): void {
  context.responseHeaders.set('connection', 'close')
}
