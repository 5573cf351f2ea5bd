const body: unique symbol = Symbol.for('cloakroom.whole-body') as never
type WholeInit = { status?: number; headers?: Record<string, string> }
type Whole = Response & { [body]?: string | Uint8Array }

/**
 * A response whose body is all there, and is remembered beside its stream: reading that of a Response takes 16 µs however
 * short it is, and the length is known before the head goes out. As long as nobody makes another Response of it, as Remix
 * does for HEAD and for what a loader throws, `findWholeBody` finds it.
 */
export function wholeResponse(text: string | Uint8Array<ArrayBuffer>, init: ResponseInit): Response {
  const response: Whole = new Response(text, init)
  response[body] = text
  return response
}

/** JSON, as `Response.json` makes it, with a status and headers of its own where they are given. */
export function wholeJson(value: unknown, { status = 200, headers = {} }: WholeInit = {}): Response {
  return wholeResponse(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json', ...headers } })
}

/** The body of a response that `wholeResponse` made; null for every other one. */
export function findWholeBody(response: Response): string | Uint8Array | null {
  return (response as Whole)[body] ?? null
}
