import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'
import { clientAddress } from '../../http/index.server.ts'
import type { AccessToken, Presentation, Principal } from '../../identity/index.server.ts'
import { type OpenSpan, takeRandomBytes } from '../../kernel/index.server.ts'
import type { Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { CookieJar } from '../cookies/cookie-jar.server.ts'
import { appendCookies, clearForeignCookies } from '../cookies/cookies.server.ts'

/** What a request context is made from; a test can write it down without a socket. */
export type RequestHead = { method: string; url: string; headers: IncomingHttpHeaders; peer: string }

/** The trace that a request belongs to: what its line in the log and every call upstream name. */
export type Trace = {
  readonly traceId: string
  /** The sampling flags that are passed on. */
  readonly flags: string
  /** Null while no OpenTelemetry SDK is registered. */
  readonly span: OpenSpan | null
}

/**
 * The scope of one HTTP request and its response. Loaders, actions and the guard of one request all see the same one;
 * it holds the access token and dies with the response.
 */
export type RequestContext = {
  readonly id: string
  readonly head: RequestHead
  readonly address: string
  readonly agent: string
  /** For the scripts of this response (CSP); null until it is asked for. */
  nonce: string | null
  /** What cookies came, and what the response changes about them. */
  readonly cookies: CookieJar
  /** Why the request is refused, decided from its head alone; null when nothing is wrong with it. */
  refusal: Refusal | null
  /** Only looks on: the session is neither renewed nor counted as used. */
  isPassive: boolean
  /** The session of the refresh cookie is bound to a key that was not shown. */
  isUnproved: boolean
  /** The answer about the refresh cookie, asked for at most once. */
  presentation: Promise<Presentation | null> | null
  /** Whose session it turned out to be; null while nobody has asked, and for strangers. */
  bearer: { readonly userId: string; readonly sessionId: string } | null
  accessToken: Promise<AccessToken> | null
  /** For whom a route was entered and what it asks for; null where anybody may, and once its session was ended or replaced here. */
  admitted: Admitted | null
  /** What was admitted would not be now, and has to end. */
  isCutOff: boolean
  /** The response, whatever it is, asks for the same request once more: with a bound ticket that was got meanwhile. */
  isRepeated: boolean
  /** The response removes cookies that are not ours: there were too many. */
  clearsForeign: boolean
  /** The trace that it belongs to; null while nobody has asked. */
  trace: Trace | null
  /** True once the response may hold something of a person's. */
  isPrivate: boolean
  /** The validators are those of a service behind the proxy. */
  keepsValidators: boolean
  /** By their names in small letters. */
  readonly responseHeaders: Map<string, string>
}

/** Somebody who was let in, and by which access. */
export type Admitted = { readonly principal: Principal; readonly access: 'public' | 'optional' | 'user' | 'admin' }

/** `every` stops safe methods too; `unsafe` only those that could change something. */
export type Refusal = { problem: Problem; stops: 'every' | 'unsafe' }

const storage = new AsyncLocalStorage<RequestContext>()

/** Builds the scope of one request from its head. */
export function createRequestContext(head: RequestHead): RequestContext {
  const { headers } = head
  const forwardedFor = headers['x-forwarded-for']
  return {
    id: takeRandomBytes(9).toString('base64url'),
    head,
    address: clientAddress(
      head.peer,
      Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor,
      getConfiguration().trustedProxies,
    ),
    agent: (headers['user-agent'] ?? '').slice(0, 300),
    cookies: new CookieJar(headers.cookie),
    nonce: null,
    refusal: null,
    isPassive: false,
    isUnproved: false,
    presentation: null,
    bearer: null,
    accessToken: null,
    admitted: null,
    isCutOff: false,
    isRepeated: false,
    clearsForeign: false,
    trace: null,
    isPrivate: false,
    keepsValidators: false,
    responseHeaders: new Map(),
  }
}

/** Makes `context` that of everything that the current asynchronous context goes on to run. */
export function enterRequestContext(context: RequestContext): void {
  storage.enterWith(context)
}

/** Runs `work` within `context`; for tests and for code that has no socket. */
export function runInRequestContext<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work)
}

/** The scope of the request at hand. Throws outside of one. */
export function getRequestContext(): RequestContext {
  const context = storage.getStore()
  if (!context) throw new Error('there is no request here')
  return context
}

/** The scope of the request at hand; null outside of one. */
export function findRequestContext(): RequestContext | null {
  return storage.getStore() ?? null
}

/** Where the request at hand comes from; null outside of one. */
export function findVisitor(): { address: string; agent: string } | null {
  const context = storage.getStore()
  return context ? { address: context.address, agent: context.agent } : null
}

function nonceOf(context: RequestContext): string {
  context.nonce ??= takeRandomBytes(16).toString('base64')
  return context.nonce
}

/** The nonce for scripts of the response at hand. */
export function getCspNonce(): string {
  return nonceOf(getRequestContext())
}

/** What of a response's headers the commit reads and writes; `ServerResponse` is one. */
export type HeaderSink = {
  getHeader(name: string): number | string | string[] | undefined
  setHeader(name: string, value: string): unknown
  appendHeader(name: string, value: string): unknown
  removeHeader(name: string): void
}

/** Writes what was decided into the response head: once, as it goes out, whoever answers. */
export function commitHeaders(context: RequestContext, response: HeaderSink): void {
  const { fixed, policy } = getConfiguration().securityHeaders
  for (const [name, value] of fixed) response.setHeader(name, value)
  if (!context.responseHeaders.has('content-security-policy'))
    response.setHeader('Content-Security-Policy', policy(nonceOf(context)))
  for (const [name, value] of context.responseHeaders) response.setHeader(name, value)
  response.setHeader('X-Request-Id', context.id)
  // Its own address, that the gate has found sound.
  if (context.isRepeated) response.setHeader('Location', context.head.url)
  const changes = [...context.cookies.changes(), ...foreignChanges(context)]
  appendCookies(response, changes)
  if (context.isPrivate || changes.length > 0 || response.getHeader('cache-control') === undefined) {
    response.setHeader('Cache-Control', 'private, no-store')
    // The framework's own validators would let a browser keep what it must not; those of a service are for scripts.
    if (!context.keepsValidators) response.removeHeader('ETag')
    const vary = [response.getHeader('vary') ?? [], 'Cookie, Origin, Sec-Fetch-Site, Accept-Language'].flat()
    response.setHeader('Vary', vary.join(', '))
  }
}

function foreignChanges({ clearsForeign, head }: RequestContext): string[] {
  if (!clearsForeign) return []
  return clearForeignCookies(head.headers.cookie, getConfiguration().host, head.url.split('?', 1)[0] ?? '/')
}
