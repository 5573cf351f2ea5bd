import type { ProblemDocument, Shape } from '../../contract/index.ts'

/** A refusal or fault that a call came back with. `status` is 0 when the call reached nobody. */
export class CallProblem extends Error {
  override readonly name = 'CallProblem'
  readonly status: number
  readonly code: string
  /** Finds the line in the server's log. */
  readonly reference: string | undefined

  constructor({ status, code, title, reference }: Pick<ProblemDocument, 'status' | 'code' | 'title' | 'reference'>) {
    super(title)
    this.status = status
    this.code = code
    this.reference = reference
  }
}

export type CallOptions<Value> = {
  /** From `useCsrf`. Every call needs it, whatever its method. */
  csrf: string
  /** What the answer must look like: a zod schema, or a shape of the contract. */
  shape: Shape<Value>
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON. */
  body?: unknown
  /** For what a page asks of its own accord, again and again: such calls keep no session alive. */
  passive?: boolean
  signal?: AbortSignal
}

/**
 * Calls the API (`/bff/api/…`) or a further service (`/bff/upstreams/<name>/…`) from a page. The access token is added on
 * the server; nothing here ever sees it. Throws `CallProblem`, or the abort's own error.
 */
export async function bffFetch<Value>(
  path: `/bff/${string}`,
  { csrf, shape, method = 'GET', body, passive, signal }: CallOptions<Value>,
): Promise<Value> {
  const headers: Record<string, string> = { Accept: 'application/json', 'X-CSRF-Token': csrf }
  if (passive) headers['X-BFF-Passive'] = '1'
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const init: RequestInit = { method, headers, cache: 'no-store' }
  if (body !== undefined) init.body = JSON.stringify(body)
  if (signal) init.signal = signal
  const response = await fetch(path, init).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new CallProblem({ status: 0, code: 'unreachable', title: 'Nobody answered' })
  })
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw readProblem(response.status, answer)
  try {
    return shape.parse(answer)
  } catch {
    throw new CallProblem({ status: response.status, code: 'unexpected_answer', title: 'The answer has another shape' })
  }
}

function readProblem(status: number, answer: unknown): CallProblem {
  const { code, title, reference } = (answer ?? {}) as Partial<ProblemDocument>
  return new CallProblem({ status, code: code ?? 'unknown', title: title ?? `Status ${status}`, reference })
}
