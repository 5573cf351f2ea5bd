import type { z } from 'zod'
import { problemDocument } from '../../contract/index.ts'
import { findWholeBody } from '../../http/index.server.ts'
import type { AccessToken, Principal } from '../../identity/index.server.ts'
import type { OpenSpan } from '../../kernel/index.server.ts'
import { Problem, type ProblemCode, problems } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import type { RequestContext } from '../request/request-context.server.ts'
import { inSpan, traceparentOf } from '../request/trace.server.ts'
import { getAccessToken, renewAccessToken } from './access-token.server.ts'

export type ApiOptions = {
  query?: Record<string, string | number | boolean | undefined>
  /** Sends no access token. */
  skipAuth?: boolean
  /** Takes a 401 as it is instead of minting another token and trying once more. */
  skipRetry?: boolean
}

type Send = <Schema extends z.ZodType>(
  path: string,
  body: unknown,
  schema: Schema,
  options?: ApiOptions,
) => Promise<z.infer<Schema>>

/** The resource server as loaders and actions see it. Refusals of the API are thrown as `Problem`. */
export type ApiClient = {
  get<Schema extends z.ZodType>(path: string, schema: Schema, options?: ApiOptions): Promise<z.infer<Schema>>
  post: Send
  put: Send
  patch: Send
  delete(path: string, options?: ApiOptions): Promise<void>
}

const timeoutMs = 15_000

/** A client that acts for `principal` (nobody when null) within one request. */
export function createApiClient(context: RequestContext, principal: Principal | null): ApiClient {
  const call = async <Schema extends z.ZodType>(
    method: string,
    path: string,
    schema: Schema | null,
    body?: unknown,
    options: ApiOptions = {},
  ): Promise<z.infer<Schema>> => {
    const send = (accessToken: AccessToken | null) =>
      inSpan(context, 'call of the API', 'client', (span) =>
        sendOnce(method, path, body, options, accessToken, { context, span }),
      )
    const acting = options.skipAuth ? null : principal
    const accessToken = acting ? await getAccessToken(context, acting) : null
    let response = await send(accessToken)
    if (response.status === 401 && acting && !options.skipRetry) {
      await response.body?.cancel()
      response = await send(await renewAccessToken(context, acting, accessToken))
    }
    if (!response.ok) throw await readProblem(response)
    return schema ? readAnswer(response, schema) : (undefined as z.infer<Schema>)
  }
  return {
    get: (path, schema, options) => call('GET', path, schema, undefined, options),
    post: (path, body, schema, options) => call('POST', path, schema, body, options),
    put: (path, body, schema, options) => call('PUT', path, schema, body, options),
    patch: (path, body, schema, options) => call('PATCH', path, schema, body, options),
    delete: async (path, options) => {
      await call('DELETE', path, null, undefined, options)
    },
  }
}

async function sendOnce(
  method: string,
  path: string,
  body: unknown,
  options: ApiOptions,
  accessToken: AccessToken | null,
  { context, span }: { context: RequestContext; span: OpenSpan | null },
): Promise<Response> {
  const { apiBaseUrl, callApi, proxied } = getConfiguration()
  const headers = new Headers({ Accept: 'application/json', 'X-Request-Id': context.id })
  // The embedded API has no log of its own.
  if (span || proxied.apiUrl !== null) headers.set('traceparent', traceparentOf(context, span))
  if (accessToken) headers.set('Authorization', `Bearer ${accessToken.jwt}`)
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  const request = new Request(addressOf(apiBaseUrl + path, options.query), {
    method,
    headers,
    redirect: 'error',
    // The embedded API looks at no signal, and to follow one costs a request 20 µs.
    ...(proxied.apiUrl === null ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  try {
    return await callApi(request)
  } catch (error) {
    if (error instanceof Problem) throw error
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError'
    throw new Problem(timedOut ? 'gateway_timeout' : 'bad_gateway', { retryAfterSeconds: 5, cause: error })
  }
}

function addressOf(address: string, query: NonNullable<ApiOptions['query']> = {}): string {
  const values = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) values.set(name, String(value))
  return values.size === 0 ? address : `${address}?${values}`
}

async function readAnswer<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.infer<Schema>> {
  const answer = schema.safeParse(await readJson(response))
  if (answer.success) return answer.data
  throw new Problem('bad_gateway', { cause: answer.error })
}

/** What the embedded API answers is all there; reading its stream would take a turn or two. Undefined for what is no JSON. */
async function readJson(response: Response): Promise<unknown> {
  const whole = findWholeBody(response)
  if (typeof whole === 'string') return JSON.parse(whole)
  return response.json().catch(() => undefined)
}

/** The API's refusal in our own terms. Faults of an API become faults of a gateway, never a sign-out. */
async function readProblem(response: Response): Promise<Problem> {
  const parsed = problemDocument.safeParse(await readJson(response))
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined
  if (response.status === 503) return new Problem('unavailable', { retryAfterSeconds: retryAfterSeconds ?? 5 })
  if (response.status >= 500) return new Problem('bad_gateway', { retryAfterSeconds: 5 })
  // A second 401 means that nothing we can mint is accepted: only a new sign-in can help.
  if (response.status === 401) return new Problem('sign_in_required')
  if (!parsed.success) return new Problem(codeByStatus(response.status))
  const { code, detail, errors } = parsed.data
  return new Problem(isOurs(code) && problems[code][0] === response.status ? code : codeByStatus(response.status), {
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { fieldErrors: errors }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

function isOurs(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code)
}

function codeByStatus(status: number): ProblemCode {
  const match = Object.entries(problems).find(([, [known]]) => known === status)
  return (match?.[0] as ProblemCode | undefined) ?? 'bad_gateway'
}
