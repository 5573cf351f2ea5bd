import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import type { Principal, SessionFacts } from '../../identity/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import { deviceProblem } from '../account/device-binding.server.ts'
import { getConfiguration } from '../configuration.server.ts'
import {
  createCsrfToken,
  findPreSessionSubject,
  getPreSessionSubject,
  isCsrfTokenOf,
  sessionSubject,
} from '../request/csrf.server.ts'
import { csrfProblem, findCrossSiteReason, isSafeMethod } from '../request/gate.server.ts'
import { getRequestContext, type RequestContext } from '../request/request-context.server.ts'
import { type ApiClient, createApiClient } from '../session/api-client.server.ts'
import { lookUpSession, type SessionLookup } from '../session/session.server.ts'
import type { Access } from './access.server.ts'
import { recordRefusal } from './refusal-events.server.ts'
import { isSatisfied, lookAgain } from './still-admitted.server.ts'

export type RouteArgs = LoaderFunctionArgs | ActionFunctionArgs
type SignedInAccess = 'user' | 'admin'

/** What a guarded function is given. `principal` and `session` are null for anonymous visitors of open routes. */
export type GuardContext<A extends Access> = {
  request: Request
  /** The address as the visitor sees it: always of `APP_ORIGIN`. */
  url: URL
  params: Readonly<Record<string, string | undefined>>
  principal: A extends SignedInAccess ? Principal : Principal | null
  session: A extends SignedInAccess ? SessionFacts : SessionFacts | null
  api: ApiClient
  /** A value for the forms of this page; for anonymous visitors it issues the pre-session cookie. */
  csrfToken: () => string
}

export type Admission<A extends Access> = { context: RequestContext; lookup: SessionLookup; given: GuardContext<A> }

/** Lets a request in or throws: what is wrong with its head first, then the session, then access. */
export async function admit<A extends Access>(access: A, args: RouteArgs): Promise<Admission<A>> {
  const context = getRequestContext()
  const isUnsafe = !isSafeMethod(args.request.method)
  requireSoundHead(context, isUnsafe)
  const isLookedUp = access !== 'public' || isUnsafe
  const lookup: SessionLookup = isLookedUp ? await lookUpSession(context) : { kind: 'anonymous', reason: null }
  const signedIn = lookup.kind === 'signed-in' ? lookup.signedIn : null
  requireAccess(context, access, lookup)
  const given = {
    request: args.request,
    get url() {
      const { pathname, search } = new URL(args.request.url)
      return new URL(pathname + search, getConfiguration().origin)
    },
    params: args.params,
    principal: signedIn?.principal ?? null,
    session: signedIn?.session ?? null,
    api: createApiClient(context, signedIn?.principal ?? null),
    csrfToken: () => createCsrfToken(signedIn ? sessionSubject(signedIn.session.id) : getPreSessionSubject(context)),
  } as GuardContext<A>
  return { context, lookup, given }
}

/**
 * Lets a request in whose body has been read: whoever sends it decides how long that takes, and what ended meanwhile (the
 * session, a role, the account) must change nothing any more. Pages that follow see the same. Throws as `admit`.
 */
export async function admitAnew<A extends Access>(access: A, args: RouteArgs): Promise<Admission<A>> {
  await lookAgain(getRequestContext())
  return admit(access, args)
}

/**
 * Lets a call of a script to a service in, or throws. Who asks is looked up always, and the CSRF value and the origin are
 * asked for with every method: what a service does on a GET is not known here, and no other site, link, picture or
 * script element can then make a browser send one or show its answer. Null for nobody, where access is public.
 */
export async function admitCall(
  context: RequestContext,
  access: SignedInAccess | 'public',
  csrfToken: unknown,
): Promise<Principal | null> {
  requireSoundHead(context, true)
  const lookup = await lookUpSession(context)
  requireAccess(context, access, lookup)
  const reason = findCrossSiteReason(context)
  if (reason !== null) throw csrfProblem(reason)
  requireCsrfToken({ context, lookup }, access, csrfToken)
  return lookup.kind === 'signed-in' ? lookup.signedIn.principal : null
}

const bindingRequired =
  'Here admins need a browser that binds the session to its device, and yours has not done so (yet). Try again in a moment; if it stays like this, use a current Chrome or Edge on a computer with a security chip.'

function requireSoundHead({ refusal }: RequestContext, isUnsafe: boolean): void {
  if (!refusal || (refusal.stops === 'unsafe' && !isUnsafe)) return
  throw refusal.problem
}

function requireAccess(context: RequestContext, access: Access, lookup: SessionLookup): void {
  // Nothing may run that the same request, sent again with a new ticket, would run a second time.
  if (context.isRepeated) throw deviceProblem()
  if (access !== 'public' && access !== 'optional') requireSignedInAccess(context, access, lookup)
  noteAdmitted(context, access, lookup)
}

function requireSignedInAccess(context: RequestContext, access: SignedInAccess, lookup: SessionLookup): void {
  if (lookup.kind === 'unproved') throw deviceProblem()
  if (lookup.kind !== 'signed-in') {
    // Looking at a page is how people get to the sign-in page; trying to change something, or an admin's page, is more.
    if (access === 'admin' || !isSafeMethod(context.head.method))
      recordRefusal(context, new Problem('sign_in_required'), null)
    throw new Problem('sign_in_required')
  }
  const { principal, session } = lookup.signedIn
  if (isSatisfied(access, principal.roles)) return
  if (session.isAdminWithheld) throw new Problem('binding_required', { detail: bindingRequired, retryAfterSeconds: 2 })
  const refusal = new Problem('admin_required')
  recordRefusal(context, refusal, principal)
  throw refusal
}

/** The loaders of a page are admitted one by one: what any of them asked for is what the answer needs. */
function noteAdmitted(context: RequestContext, access: Access, lookup: SessionLookup): void {
  if (lookup.kind !== 'signed-in') return
  const { principal } = lookup.signedIn
  const { admitted } = context
  const isSame = admitted?.principal.sessionId === principal.sessionId
  context.admitted = { principal, access: isSame && admitted.access === 'admin' ? 'admin' : access }
}

/**
 * The value must belong to this browser: to its session or, on routes that are open to anonymous visitors, to its
 * pre-session cookie. Signing in clears that cookie, so a form that was opened before another tab signed in is refused.
 */
export function requireCsrfToken(
  { context, lookup }: Pick<Admission<Access>, 'context' | 'lookup'>,
  access: Access,
  given: unknown,
): void {
  const session = lookup.kind === 'signed-in' ? sessionSubjects(lookup.signedIn.principal) : []
  const isOpen = access === 'public' || access === 'optional'
  const preSession = isOpen ? findPreSessionSubject(context) : null
  const subjects = preSession === null ? session : [...session, preSession]
  if (typeof given === 'string' && isCsrfTokenOf(given, subjects)) return
  throw csrfProblem('The form did not come from a page of your present session.')
}

/** A form that was opened before another tab renewed the session, and sent before the new cookie came, is of the one before. */
function sessionSubjects({ sessionId, replacedSessionId }: Principal): string[] {
  return [sessionId, replacedSessionId].flatMap((id) => (id === undefined ? [] : [sessionSubject(id)]))
}
