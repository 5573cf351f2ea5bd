import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'
import { clientAddress } from '../../http/index.server.ts'
import type { AccessToken, Presentation, Principal, Ticket } from '../../identity/index.server.ts'
import { type OpenSpan, takeRandomBytes } from '../../kernel/index.server.ts'
import { now, type Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import {
  appendCookies,
  type CookieDescriptor,
  type CookieReading,
  clearCookie,
  clearForeignCookies,
  cookies,
  readCookies,
  setCookie,
} from '../cookies/cookies.server.ts'

/** The one decision about the refresh cookie that a response carries. */
type TicketDecision = { kind: 'leave' } | { kind: 'clear' } | { kind: 'set'; ticket: Ticket }

/** What an exchange needs to know of an HTTP request; a test can write it down without a socket. */
export type RequestHead = { method: string; url: string; headers: IncomingHttpHeaders; peer: string }

/** The trace that an exchange belongs to: what its line in the log and every call upstream name. */
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
export type Exchange = {
  readonly id: string
  readonly head: RequestHead
  readonly address: string
  readonly agent: string
  /** For the scripts of this response (CSP); null until it is asked for. */
  nonce: string | null
  readonly refresh: CookieReading
  readonly bound: CookieReading
  readonly preSession: CookieReading
  readonly device: CookieReading
  readonly step: CookieReading
  readonly trust: CookieReading
  readonly preferences: CookieReading
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
  ticketDecision: TicketDecision
  /** A ticket of the device's key to set and for how long, or false to clear it, or null to leave it. */
  boundDecision: { value: string; maxAgeMs: number } | false | null
  /** The response, whatever it is, asks for the same request once more: with a bound ticket that was got meanwhile. */
  isRepeated: boolean
  /** A new pre-session id to set, or false to clear it, or null to leave it. */
  preSessionDecision: string | false | null
  /** A new device mark to set, or null to leave it. */
  deviceMark: string | null
  /** A ticket for the second step to set, or false to clear it, or null to leave it. */
  stepDecision: string | false | null
  /** A new mark of trust to set, or null to leave it. */
  trustMark: string | null
  /** Chosen preferences to set, or false to clear them, or null to leave them. */
  preferencesDecision: string | false | null
  /** The response removes cookies that are not ours: there were too many. */
  clearsForeign: boolean
  /** Sign-ins at providers that begin (a value) or end (null). */
  readonly attempts: { descriptor: CookieDescriptor; value: string | null }[]
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

const storage = new AsyncLocalStorage<Exchange>()

/** Builds the scope of one request from its head. */
export function createExchange(head: RequestHead): Exchange {
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
    ...readCookies(headers.cookie),
    nonce: null,
    refusal: null,
    isPassive: false,
    isUnproved: false,
    presentation: null,
    bearer: null,
    accessToken: null,
    admitted: null,
    isCutOff: false,
    ticketDecision: { kind: 'leave' },
    boundDecision: null,
    isRepeated: false,
    preSessionDecision: null,
    deviceMark: null,
    stepDecision: null,
    trustMark: null,
    preferencesDecision: null,
    clearsForeign: false,
    attempts: [],
    trace: null,
    isPrivate: false,
    keepsValidators: false,
    responseHeaders: new Map(),
  }
}

/** Makes `exchange` the scope of everything that the current asynchronous context goes on to run. */
export function enterExchange(exchange: Exchange): void {
  storage.enterWith(exchange)
}

/** Runs `work` within `exchange`; for tests and for code that has no socket. */
export function runInExchange<Result>(exchange: Exchange, work: () => Result): Result {
  return storage.run(exchange, work)
}

/** The scope of the request at hand. Throws outside of one. */
export function getExchange(): Exchange {
  const exchange = storage.getStore()
  if (!exchange) throw new Error('there is no request here')
  return exchange
}

/** The scope of the request at hand; null outside of one. */
export function findExchange(): Exchange | null {
  return storage.getStore() ?? null
}

/** Where the request at hand comes from; null outside of one. */
export function findVisitor(): { address: string; agent: string } | null {
  const exchange = storage.getStore()
  return exchange ? { address: exchange.address, agent: exchange.agent } : null
}

function nonceOf(exchange: Exchange): string {
  exchange.nonce ??= takeRandomBytes(16).toString('base64')
  return exchange.nonce
}

/** The nonce for scripts of the response at hand. */
export function getCspNonce(): string {
  return nonceOf(getExchange())
}

/** What of a response's headers the commit reads and writes; `ServerResponse` is one. */
export type HeaderSink = {
  getHeader(name: string): number | string | string[] | undefined
  setHeader(name: string, value: string): unknown
  appendHeader(name: string, value: string): unknown
  removeHeader(name: string): void
}

/** Writes what the exchange decided into the response head: once, as it goes out, whoever answers. */
export function commitHeaders(exchange: Exchange, response: HeaderSink): void {
  const { fixed, policy } = getConfiguration().securityHeaders
  for (const [name, value] of fixed) response.setHeader(name, value)
  if (!exchange.responseHeaders.has('content-security-policy'))
    response.setHeader('Content-Security-Policy', policy(nonceOf(exchange)))
  for (const [name, value] of exchange.responseHeaders) response.setHeader(name, value)
  response.setHeader('X-Request-Id', exchange.id)
  // Its own address, that the gate has found sound.
  if (exchange.isRepeated) response.setHeader('Location', exchange.head.url)
  const changes = [...cookieChanges(exchange), ...foreignChanges(exchange)]
  appendCookies(response, changes)
  if (exchange.isPrivate || changes.length > 0 || response.getHeader('cache-control') === undefined) {
    response.setHeader('Cache-Control', 'private, no-store')
    // The framework's own validators would let a browser keep what it must not; those of a service are for scripts.
    if (!exchange.keepsValidators) response.removeHeader('ETag')
    const vary = [response.getHeader('vary') ?? [], 'Cookie, Origin, Sec-Fetch-Site, Accept-Language'].flat()
    response.setHeader('Vary', vary.join(', '))
  }
}

function boundChange({ boundDecision }: Exchange): string[] {
  if (boundDecision === null) return []
  return [
    boundDecision === false
      ? clearCookie(cookies.bound)
      : setCookie(cookies.bound, boundDecision.value, boundDecision.maxAgeMs),
  ]
}

function foreignChanges({ clearsForeign, head }: Exchange): string[] {
  if (!clearsForeign) return []
  return clearForeignCookies(head.headers.cookie, getConfiguration().host, head.url.split('?', 1)[0] ?? '/')
}

function cookieChanges(exchange: Exchange): string[] {
  const { ticketDecision, preSessionDecision } = exchange
  const changes: string[] = []
  if (ticketDecision.kind === 'clear') changes.push(clearCookie(cookies.refresh))
  if (ticketDecision.kind === 'set') {
    const { refreshToken, expiresAt, persistent } = ticketDecision.ticket
    changes.push(setCookie(cookies.refresh, refreshToken, persistent ? Math.max(expiresAt - now(), 0) : null))
  }
  changes.push(...boundChange(exchange))
  if (preSessionDecision === false) changes.push(clearCookie(cookies.preSession))
  else if (preSessionDecision !== null) changes.push(setCookie(cookies.preSession, preSessionDecision))
  if (exchange.deviceMark !== null) changes.push(setCookie(cookies.device, exchange.deviceMark))
  if (exchange.stepDecision === false) changes.push(clearCookie(cookies.step))
  else if (exchange.stepDecision !== null) changes.push(setCookie(cookies.step, exchange.stepDecision))
  if (exchange.trustMark !== null) changes.push(setCookie(cookies.trust, exchange.trustMark))
  if (exchange.preferencesDecision === false) changes.push(clearCookie(cookies.preferences))
  else if (exchange.preferencesDecision !== null)
    changes.push(setCookie(cookies.preferences, exchange.preferencesDecision))
  for (const { descriptor, value } of exchange.attempts) {
    changes.push(value === null ? clearCookie(descriptor) : setCookie(descriptor, value))
  }
  return changes
}
