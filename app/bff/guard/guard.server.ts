import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { contentType, defaultBodyLimits, readBody, readForm, readJsonObject } from '../../http/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import { requireFreshUse } from '../account/device-binding.server.ts'
import { createRecoveryActions, type RecoveryActions } from '../account/recovery.server.ts'
import { csrfField, csrfHeader } from '../request/csrf.server.ts'
import { isSafeMethod } from '../request/gate.server.ts'
import { getRequestContext, type RequestContext } from '../request/request-context.server.ts'
import {
  type RegisterOutcome,
  register,
  requireOwnTicket,
  type SignInOutcome,
  signIn,
  signOut,
} from '../session/session.server.ts'
import { type Access, declareAccess } from './access.server.ts'
import { admit, admitAnew, type GuardContext, type RouteArgs, requireCsrfToken } from './admission.server.ts'
import { answerWithDocument, answerWithPage } from './refusals.server.ts'
import { type Freshness, requireFreshForm, requireFreshPage } from './step-up.server.ts'

type Changes = {
  signIn: (input: { email: string; password: string; remember: boolean }) => Promise<SignInOutcome>
  register: (input: { name: string; email: string; password: string }) => Promise<RegisterOutcome>
  /** Where to end the session at a provider too, when it began at one. */
  signOut: () => Promise<string | null>
  /** What people prove by mail, and what they change about how they sign in. */
  recovery: RecoveryActions
}

export type ActionContext<A extends Access> = GuardContext<A> &
  Changes & {
    /** The form, within limits and without the CSRF field. */
    form: FormData
  }

export type EndpointContext<A extends Access> = Omit<ActionContext<A>, 'form'> & {
  /** The body of an unsafe request: a JSON object, or a form's fields. */
  input: Record<string, unknown>
}

export type BrowserReport = { text: string; type: string; address: string }

const maxReportBytes = 16_384

type Options<A extends Access> = {
  access: A
  /**
   * Asks for a proof that is younger than ten minutes; `factor` for one by app or passkey in the very request. Only where
   * somebody is signed in.
   */
  fresh?: A extends 'user' | 'admin' ? Freshness : never
  /** Asks a bound session for a new use of its key, as `fresh` does, where the form itself asks who sends it. */
  usesKey?: A extends 'user' | 'admin' ? true : never
}

/**
 * A loader that runs only for whom `access` names. `proofPage`, for a file, is the page to come back to after a fresh proof: a
 * download that follows a form leaves people with the form, and a script cannot follow one into a file at all.
 */
export function guardLoader<A extends Access, Result>(
  { access, fresh, proofPage }: Options<A> & { proofPage?: (url: URL) => string },
  load: (given: GuardContext<A>) => Promise<Result>,
): (args: LoaderFunctionArgs) => Promise<Result> {
  const loader = (args: LoaderFunctionArgs) =>
    answerWithPage(getRequestContext(), args.request, async () => {
      const { given } = await admit(access, args)
      if (fresh && given.principal) {
        requireFreshUse(getRequestContext(), given.session)
        requireFreshPage(given.principal, proofPage?.(given.url) ?? given.url.pathname + given.url.search)
      }
      return load(given)
    })
  return declareAccess(loader, { access, methods: ['GET', 'HEAD'] })
}

/**
 * An action that runs only for whom `access` names, on a form of our own page that is within limits. Whoever sends it decides how
 * long its body takes, so it is asked once more when it is there: what ended meanwhile changes nothing.
 */
export function guardAction<A extends Access, Result>(
  { access, fresh, usesKey }: Options<A>,
  act: (given: ActionContext<A>) => Promise<Result>,
): (args: ActionFunctionArgs) => Promise<Result> {
  const action = (args: ActionFunctionArgs) =>
    answerWithPage(getRequestContext(), args.request, async () => {
      requireMethod(args.request, ['POST'])
      await admit(access, args)
      const form = await readForm(args.request)
      const admission = await admitAnew(access, args)
      requireCsrfToken(admission, access, form.get(csrfField))
      form.delete(csrfField)
      const { context, given } = admission
      if (fresh || usesKey) requireOwnTicket(given.principal)
      if (fresh || usesKey) requireFreshUse(context, given.session)
      if (!fresh || !given.principal) return act({ ...given, ...changes(context), form })
      const waiting = await requireFreshForm(context, given.principal, args.request, form, fresh)
      // The proof has replaced the session: the action runs in the new one, if that is still let in. The proof took its time.
      await admit(access, args)
      const renewed = await admitAnew(access, args)
      return act({ ...renewed.given, ...changes(context), form: waiting })
    })
  return declareAccess(action, { access, methods: ['POST'] })
}

type Answer<A extends Access> = (given: EndpointContext<A>) => Promise<unknown>
export type EndpointMethods<A extends Access> = {
  GET?: Answer<A>
  POST?: Answer<A>
  PUT?: Answer<A>
  PATCH?: Answer<A>
  DELETE?: Answer<A>
}

/**
 * A resource route for scripts: JSON in and out, refusals as problem documents, other methods 405 with `Allow`. What a
 * page asks for of its own accord, again and again, is `passive`: it neither renews a session nor keeps it from idling.
 */
export function guardEndpoint<A extends Access>({
  access,
  passive = false,
  ...answers
}: Options<A> & EndpointMethods<A> & { passive?: boolean }) {
  const methods = Object.keys(answers) as (keyof EndpointMethods<A>)[]
  const handle = (args: RouteArgs): Promise<Response> =>
    answerWithDocument(getRequestContext(), async () => {
      getRequestContext().isPassive = passive
      const method = args.request.method === 'HEAD' ? 'GET' : args.request.method
      requireMethod(args.request, methods)
      const answer = (answers as EndpointMethods<A>)[method as keyof EndpointMethods<A>]
      const first = await admit(access, args)
      const isSafe = isSafeMethod(args.request.method)
      const input = isSafe ? {} : await readInput(args.request)
      const admission = isSafe ? first : await admitAnew(access, args)
      if (!isSafe) {
        requireCsrfToken(admission, access, args.request.headers.get(csrfHeader) ?? input[csrfField])
        delete input[csrfField]
      }
      return answer?.({ ...admission.given, ...changes(admission.context), input })
    })
  const safe = methods.filter((method) => method === 'GET')
  const unsafe = methods.filter((method) => method !== 'GET')
  return {
    loader: declareAccess((args: LoaderFunctionArgs) => handle(args), {
      access,
      methods: safe.length > 0 ? ['GET', 'HEAD'] : [],
    }),
    action: declareAccess((args: ActionFunctionArgs) => handle(args), { access, methods: unsafe }),
  }
}

/**
 * An endpoint for servers that speak for themselves, in a signed form: no cookie is looked at and no CSRF value asked for.
 * `receive` answers false when the form does not hold: 400, and nothing has changed.
 */
export function guardServerCall(receive: (form: FormData, args: RouteArgs) => Promise<boolean>) {
  const handle = (args: RouteArgs): Promise<Response> =>
    answerWithDocument(getRequestContext(), async () => {
      requireMethod(args.request, ['POST'])
      const { refusal } = getRequestContext()
      if (refusal?.stops === 'every') throw refusal.problem
      if (await receive(await readForm(args.request), args)) return undefined
      throw new Problem('malformed_request', { detail: 'The request does not hold.' })
    })
  const declaration = { access: 'public' as const }
  return {
    loader: declareAccess((args: LoaderFunctionArgs) => handle(args), { ...declaration, methods: [] }),
    action: declareAccess((args: ActionFunctionArgs) => handle(args), { ...declaration, methods: ['POST'] }),
  }
}

/**
 * An endpoint that browsers call of their own accord, with a proof signed by the key of a device (DBSC). No session is looked
 * up and no CSRF value asked for; where the call comes from says nothing, because a link of another site may be behind it.
 */
export function guardDeviceCall(answer: () => Promise<Response>) {
  const handle = (args: RouteArgs): Promise<Response> =>
    answerWithDocument(getRequestContext(), async () => {
      requireMethod(args.request, ['POST'])
      const { refusal } = getRequestContext()
      if (refusal?.stops === 'every') throw refusal.problem
      return answer()
    })
  const declaration = { access: 'public' as const }
  return {
    loader: declareAccess((args: LoaderFunctionArgs) => handle(args), { ...declaration, methods: [] }),
    action: declareAccess((args: ActionFunctionArgs) => handle(args), { ...declaration, methods: ['POST'] }),
  }
}

/**
 * An endpoint for reports that browsers send of their own accord. No CSRF value: no page of ours writes the request,
 * and receiving a report changes nothing. `receive` is given the text and answers nothing.
 */
export function guardBrowserReport(receive: (report: BrowserReport) => void) {
  const handle = (args: RouteArgs): Promise<Response> =>
    answerWithDocument(getRequestContext(), async () => {
      requireMethod(args.request, ['POST'])
      const { context } = await admit('public', args)
      const bytes = await readBody(args.request, maxReportBytes)
      receive({ text: new TextDecoder().decode(bytes), type: contentType(args.request), address: context.address })
    })
  const declaration = { access: 'public' as const }
  return {
    loader: declareAccess((args: LoaderFunctionArgs) => handle(args), { ...declaration, methods: [] }),
    action: declareAccess((args: ActionFunctionArgs) => handle(args), { ...declaration, methods: ['POST'] }),
  }
}

function changes(context: RequestContext): Changes {
  return {
    signIn: (input: { email: string; password: string; remember: boolean }) => signIn(context, input),
    register: (input: { name: string; email: string; password: string }) => register(context, input),
    signOut: () => signOut(context),
    recovery: createRecoveryActions(context),
  }
}

function requireMethod(request: Request, methods: readonly string[]): void {
  if (methods.includes(request.method) || (request.method === 'HEAD' && methods.includes('GET'))) return
  throw new Problem('method_not_allowed', { headers: { Allow: methods.join(', ') } })
}

async function readInput(request: Request): Promise<Record<string, unknown>> {
  if (contentType(request) === 'application/json') return readJsonObject(request)
  // A script may send nothing at all, with its CSRF value in the header.
  if (request.headers.get('content-length') === '0' || !request.headers.has('content-type')) return readNothing(request)
  return Object.fromEntries(await readForm(request))
}

async function readNothing(request: Request): Promise<Record<string, unknown>> {
  const bytes = await readBody(request, defaultBodyLimits.maxBytes)
  if (bytes.byteLength === 0) return {}
  throw new Problem('unsupported_media_type', { detail: 'Send this as application/json.' })
}
