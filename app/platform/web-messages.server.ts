import type { IncomingMessage, ServerResponse } from 'node:http'
import { createReadableStreamFromReadable } from '@remix-run/node'
import { breakOffAnswer, findWholeBody } from '../http/index.server.ts'

/** The request as Remix wants it. Its signal is aborted when the visitor goes before the answer is out. */
export function toWebRequest(request: IncomingMessage, response: ServerResponse): Request {
  const { method = 'GET', url = '/' } = request
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  const init: RequestInit & { duplex?: 'half' } = { method, headers: toWebHeaders(request), signal: gone.signal }
  if (method !== 'GET' && method !== 'HEAD') {
    init.body = createReadableStreamFromReadable(request)
    init.duplex = 'half'
  }
  return new Request(`http://${request.headers.host ?? ''}${url}`, init)
}

function toWebHeaders(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (Array.isArray(value)) for (const each of value) headers.append(name, each)
    else if (value) headers.set(name, value)
  }
  return headers
}

/** Writes an answer of Remix: in one piece where its body is all there. */
export async function sendWebResponse(answer: Response, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status
  response.statusMessage = answer.statusText
  for (const [name, value] of answer.headers)
    response.appendHeader(name, name === 'content-type' ? withCharset(value) : value)
  const whole = findWholeBody(answer)
  if (whole !== null) {
    // Besides, what is too short to be worth it is then not compressed.
    response.setHeader('Content-Length', Buffer.byteLength(whole))
    response.end(whole)
  } else if (answer.body) await sendStream(answer.body, response)
  else response.end()
}

/**
 * Sends a body no faster than it is read, and holds one chunk of it. A fault of its source breaks the answer off at once, even
 * while nobody reads; a visitor who has gone ends the source. Remix's own writer waits for nobody, and would gather all of it.
 */
async function sendStream(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader()
  let goOn = () => {}
  response.on('drain', () => goOn())
  response.once('close', () => {
    goOn()
    reader.cancel().catch(() => {})
  })
  reader.closed.catch(() => breakOffAnswer(response))
  for (let part = await reader.read(); !part.done && !response.destroyed; part = await reader.read()) {
    const drained = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const isFull = !response.write(part.value)
    ;(response as ServerResponse & { flush?: () => void }).flush?.()
    if (isFull && !response.destroyed) await drained
  }
  if (!response.destroyed) response.end()
}

/** As Express writes it. */
function withCharset(type: string): string {
  return /^(?:text\/|application\/(?:json|javascript))/.test(type) && !/;\s*charset\s*=/.test(type)
    ? `${type}; charset=utf-8`
    : type
}
