import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { asStoreProblem } from '../../db/index.ts'
import { problemResponse, wholeJson } from '../http/index.server.ts'
import { log } from '../kernel/index.server.ts'
import { Problem, type RecordEvent } from '../kernel/index.ts'
import type { Caller, VerifyAccessToken } from './access-token-verifier.ts'
import { adminRequired, requireAccessToken } from './bearer.ts'
import { requireReadableUrl } from './request-input.ts'

/** What a handler is given once its caller has been let in. */
export type ApiCall = {
  readonly request: Request
  readonly caller: Caller
  /** The `:id` of the path; empty on paths without one. */
  readonly id: string
  readonly query: URLSearchParams
}

type Method = 'get' | 'post' | 'patch' | 'delete'
type Handlers = Partial<Record<Method, (call: ApiCall) => Promise<Response>>>

/** Declares a path: who may use it, and what each method does. Every other method is 405. */
export type Resource = { path: string; access: 'user' | 'admin'; handlers: Handlers }

type ShellOptions = { verifyAccessToken: VerifyAccessToken; record: RecordEvent; resources: readonly Resource[] }

/** Everything that is the same on every path: routing, access, errors, headers. Never rejects. */
export function createShell(options: ShellOptions): (request: Request) => Promise<Response> {
  const app = new Hono()
  app.get('/health', () => wholeJson({ status: 'ok' }))
  app.all('/health', () => refuseMethod(['get']))
  for (const resource of options.resources) mount(app, resource, options)
  app.notFound(() => problemResponse(new Problem('not_found')))
  app.onError(toErrorResponse)
  return async (request) => {
    try {
      requireReadableUrl(new URL(request.url))
      return withFixedHeaders(await app.fetch(request))
    } catch (error) {
      return withFixedHeaders(toErrorResponse(error))
    }
  }
}

/** One handler for each path: where a path has several, Hono goes from one to the next, which costs a turn for each. */
function mount(app: Hono, { path, access, handlers }: Resource, options: ShellOptions): void {
  app.all(path, async (context) => {
    const request = context.req.raw
    const handle = findHandler(handlers, request)
    if (!handle) refuseMethod(Object.keys(handlers))
    const caller = await options.verifyAccessToken(requireAccessToken(request))
    if (access === 'admin') requireAdmin(caller, options.record)
    const id = requireId(context.req.param('id'))
    return handle({ request, caller, id, query: new URL(request.url).searchParams })
  })
}

/** What answers GET answers HEAD, and Hono leaves the body out. */
function findHandler(handlers: Handlers, { method }: Request): Handlers[Method] {
  const name = (method === 'HEAD' ? 'get' : method.toLowerCase()) as Method
  return Object.hasOwn(handlers, name) ? handlers[name] : undefined
}

/** Authorisation by the claim, whatever the caller's own server has checked before. */
function requireAdmin(caller: Caller, record: RecordEvent): void {
  if (caller.roles.includes('admin')) return
  record({
    type: 'access.refused',
    outcome: 'refused',
    actorId: caller.userId,
    ...(caller.sessionId === undefined ? {} : { sessionId: caller.sessionId }),
    detail: { code: 'admin_required' },
  })
  throw adminRequired()
}

/** A text that cannot be an id of ours names nothing: the store is not asked. */
function requireId(text: string | undefined): string {
  if (text === undefined) return ''
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text
  throw new Problem('not_found')
}

/** 405 with `Allow` (RFC 9110, section 15.5.6). HEAD goes wherever GET goes. */
function refuseMethod(methods: string[]): never {
  const allowed = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
  throw new Problem('method_not_allowed', { headers: { Allow: allowed.join(', ') } })
}

function toErrorResponse(error: unknown): Response {
  const problem = error instanceof Problem ? error : asStoreProblem(error)
  if (problem) {
    if (problem.status >= 500) log.warn({ code: problem.code, err: problem.cause }, 'the API cannot answer')
    return problemResponse(problem)
  }
  const reference = randomUUID().slice(0, 8)
  log.error({ reference, err: error }, 'the API failed')
  return problemResponse(new Problem('internal'), reference)
}

function withFixedHeaders(response: Response): Response {
  response.headers.set('Cache-Control', 'private, no-store')
  response.headers.set('X-Content-Type-Options', 'nosniff')
  return response
}
