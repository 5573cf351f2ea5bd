import { problemHeaders } from '../../http/index.server.ts'
import {
  addMark,
  type Presentation,
  type Principal,
  type RefusalReason,
  type RegisterResult,
  type RenewalProof,
  type SignedIn,
  type SignInResult,
  type Throttled,
  type Ticket,
  type Visitor,
} from '../../identity/index.server.ts'
import { now, Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { cookies } from '../cookies/cookies.server.ts'
import { isSafeMethod } from '../request/gate.server.ts'
import type { RequestContext } from '../request/request-context.server.ts'
import { inSpan } from '../request/trace.server.ts'
import { devicePaths } from './device-paths.server.ts'
import { presentOnce } from './single-flight.server.ts'

/** Too many tries are thrown as `too_many_requests`, with `Retry-After`. */
export type SignInOutcome = Exclude<SignInResult, Throttled>
export type RegisterOutcome = Exclude<RegisterResult, Throttled>

/** What somebody tried too often. */
type TriedSecret = 'passwords' | 'codes'

export type SessionLookup =
  | { kind: 'signed-in'; signedIn: Pick<SignedIn, 'principal' | 'session'> }
  | { kind: 'anonymous'; reason: RefusalReason | null }
  /** Bound to a key that this browser has not shown: nobody's, and yet not over. */
  | { kind: 'unproved'; reason: null }

/**
 * Who this request acts for. Asks the issuer at most once per request; a verdict decides the cookie, a fault of the
 * store is thrown and leaves it alone.
 */
export async function lookUpSession(context: RequestContext): Promise<SessionLookup> {
  context.presentation ??= presentCookie(context)
  const presentation = await context.presentation
  if (presentation?.kind === 'signed-in') {
    context.isPrivate = true
    context.bearer = presentation.principal
    return { kind: 'signed-in', signedIn: presentation }
  }
  if (presentation?.kind === 'unproved') return { kind: 'unproved', reason: null }
  return { kind: 'anonymous', reason: presentation?.reason ?? null }
}

async function presentCookie(context: RequestContext): Promise<Presentation | null> {
  const { present, value: refreshToken } = context.cookies.read(cookies.refresh)
  if (!present) return null
  const presentation: Presentation =
    refreshToken === null
      ? { kind: 'refused', reason: 'malformed' }
      : await inSpan(context, 'session verdict', 'internal', () =>
          presentOnce(refreshToken, {
            ...{ prefetch: isPrefetch(context), visitor: visitorOf(context) },
            boundTicket: context.cookies.read(cookies.bound).value,
          }),
        )
  if (presentation.kind === 'refused') {
    // What another answer set meanwhile would go with it; a ticket of an ended session opens nothing anyway.
    if (!presentation.isRecent && isPageVisit(context)) context.cookies.clear(cookies.refresh)
  } else if (presentation.kind === 'unproved') holdBack(context)
  else if (presentation.ticket) keepTicket(context, presentation.ticket)
  return presentation
}

/** What scripts ask is asked while a person signs in beside them; a page that they open themselves hardly ever is. */
function isPageVisit({ head: { method, headers } }: RequestContext): boolean {
  return isSafeMethod(method) && (headers['sec-fetch-dest'] ?? 'document') === 'document'
}

/** Only a verdict clears the refresh cookie. A ticket of the key that no longer counts goes, so that the browser gets another. */
export function holdBack(context: RequestContext): void {
  context.isUnproved = true
  if (context.cookies.read(cookies.bound).present) repeatWithNewTicket(context)
}

/**
 * Has the browser use its key and send the very same request again (DBSC, "Server considerations"): without the cookie
 * it gets a new one before it follows. Whoever has only a copy of the cookies comes back with less.
 */
export function repeatWithNewTicket(context: RequestContext): void {
  context.cookies.clear(cookies.bound)
  context.isRepeated = true
}

/** The refresh token that came along, unless it is of a session whose key was not shown: a copy may not even end it. */
export function findHeldToken(context: RequestContext): string | null {
  return context.isUnproved ? null : context.cookies.read(cookies.refresh).value
}

/**
 * Checks a password and, when it is right, gives the browser a new session; the one it had ends. Where a second factor
 * is missing the browser gets a ticket for the second step and nothing else changes.
 */
export async function signIn(
  context: RequestContext,
  input: { email: string; password: string; remember: boolean },
): Promise<SignInOutcome> {
  const [device, trust] = [context.cookies.read(cookies.device), context.cookies.read(cookies.trust)]
  const { tokens } = getConfiguration()
  const held = findHeldToken(context)
  const result = await tokens.signIn(input, visitorOf(context), held, device.value, trust.value)
  if (result.kind === 'second-factor-required') context.cookies.set(cookies.step, result.ticket)
  return adopt(context, result)
}

/** Creates an account and, when the address is free, signs it in. */
export async function register(
  context: RequestContext,
  input: { name: string; email: string; password: string },
): Promise<RegisterOutcome> {
  return adopt(context, await getConfiguration().tokens.register(input, visitorOf(context), findHeldToken(context)))
}

/**
 * Lets nothing sensitive through on the ticket of a session that was replaced just now, however fresh its proof was: a copy
 * of it must not gain anything by the minute in which it still counts. An honest tab has the new cookie by then.
 */
export function requireOwnTicket(principal: Principal | null): void {
  if (principal?.replacedSessionId === undefined) return
  throw new Problem('conflict', {
    detail: 'Your session was renewed in another tab at this moment. Nothing was changed; please send it once more.',
  })
}

/** What a signed-in person shows once more: their password, a code of their app, or what an authenticator signed. */
export type FreshProof = { kind: 'password'; password: string } | RenewalProof

/** Checks such a proof; when it is right, a new session takes the place of this one. Throws `too_many_requests`. */
export async function reauthenticate(
  context: RequestContext,
  principal: Principal,
  proof: FreshProof,
): Promise<SignInOutcome | { kind: 'factor-refused' }> {
  requireOwnTicket(principal)
  const lookup = await lookUpSession(context)
  const persistent = lookup.kind === 'signed-in' && lookup.signedIn.session.persistent
  const held = {
    refreshToken: findHeldToken(context),
    deviceMark: context.cookies.read(cookies.device).value,
    persistent,
  }
  const { tokens, accounts } = getConfiguration()
  const visitor = visitorOf(context)
  if (proof.kind === 'password')
    return adopt(context, await tokens.reauthenticate(principal, proof.password, visitor, held))
  return adopt(context, await accounts.factors.renewSession(principal, proof, visitor, held), 'codes')
}

/**
 * Ends the session on the server and clears its cookie. Nothing that is still in flight revives it. Where the session
 * began at a provider: the address that ends the one there.
 */
export async function signOut(context: RequestContext): Promise<string | null> {
  const providerUrl = await findProviderLogout(context)
  await endSession(context)
  context.cookies.clear(cookies.refresh)
  context.cookies.drop(cookies.bound)
  context.cookies.drop(cookies.preSession)
  return providerUrl
}

/** Ends the session on the server where nobody asked to sign out: the cookie stays until its end is a minute old. */
export async function endSession(context: RequestContext): Promise<void> {
  const held = findHeldToken(context)
  if (held !== null) await getConfiguration().tokens.signOut(held, visitorOf(context))
  context.cookies.leave(cookies.refresh)
  context.presentation = Promise.resolve(null)
  context.accessToken = null
  context.admitted = null
}

/** Null for a session that began here. */
async function findProviderLogout(context: RequestContext): Promise<string | null> {
  const { federation } = getConfiguration().accounts
  if (federation.providers.length === 0) return null
  const lookup = await lookUpSession(context)
  return lookup.kind === 'signed-in' ? federation.findLogoutUrl(lookup.signedIn.session.id) : null
}

export function visitorOf(context: RequestContext): Visitor {
  return { address: context.address, agent: context.agent }
}

/** Gives the browser what a result holds for it; too many tries are thrown. */
export function adopt<Result extends { kind: string }>(
  context: RequestContext,
  result: Result,
  tried: TriedSecret = 'passwords',
): Exclude<Result, { kind: 'throttled' }> {
  if (isThrottled(result)) throw tooManyTries(context, result, tried)
  if (isSignedIn(result)) {
    if (result.deviceMark !== null) {
      context.cookies.set(cookies.device, addMark(result.deviceMark, context.cookies.read(cookies.device).value))
    }
    context.cookies.drop(cookies.step)
    context.isPrivate = true
    keepTicket(context, result.ticket)
    context.cookies.drop(cookies.preSession)
    context.presentation = Promise.resolve<Presentation>(result)
    context.isUnproved = false
    offerBinding(context, result)
    context.accessToken = null
    context.admitted = null
  }
  return result as Exclude<Result, { kind: 'throttled' }>
}

/** Gives the browser the ticket: for as long as its session may last when it is kept signed in, else until it is closed. */
function keepTicket(context: RequestContext, { refreshToken, expiresAt, persistent }: Ticket): void {
  context.cookies.set(cookies.refresh, refreshToken, persistent ? Math.max(expiresAt - now(), 0) : null)
}

/** Asks the browser for a key, with the response that signs in. One that knows nothing of it takes no notice. */
function offerBinding(context: RequestContext, { session }: SignedIn): void {
  const challenge = session.binding === null ? getConfiguration().accounts.binding.invite(session.id) : null
  if (challenge === null) return
  const invitation = `(ES256);path="${devicePaths.register}";challenge="${challenge}"`
  context.responseHeaders.set('Secure-Session-Registration', invitation)
}

function isThrottled(result: { kind: string }): result is Throttled {
  return result.kind === 'throttled'
}

function isSignedIn(result: { kind: string }): result is SignedIn {
  return result.kind === 'signed-in'
}

/** A prefetch may never be shown to anybody: it must not use up a generation. Nothing unsafe is one, whatever it says. */
function isPrefetch({ head: { method, headers }, isPassive }: RequestContext): boolean {
  if (!isSafeMethod(method)) return false
  if (isPassive) return true
  return /prefetch|prerender/i.test(`${headers['sec-purpose'] ?? ''} ${headers.purpose ?? ''}`)
}

/** Sends `Retry-After` by the request context, because a page answers with its form and not with a problem document. */
function tooManyTries(context: RequestContext, { reason, retryAfterSeconds }: Throttled, tried: TriedSecret): Problem {
  const detail = {
    account: `There were too many wrong ${tried} for this account.`,
    address: 'There were too many tries from where you are.',
    'reset-required': `There were too many wrong ${tried} in a row. The password of this account has to be reset.`,
  }[reason]
  const problem = new Problem('too_many_requests', {
    detail,
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  })
  for (const [name, value] of Object.entries(problemHeaders(problem)))
    context.responseHeaders.set(name.toLowerCase(), value)
  return problem
}
