import { type ClientRequest, Agent as HttpAgent, type IncomingHttpHeaders, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { PassThrough, Readable, type Writable } from 'node:stream'

/** The head of a call to a service. `target` is a path with its query; how the body is framed is the transport's to say. */
export type CallHead = {
  method: string
  target: string
  headers: Record<string, string | string[]>
  body: CallBody | null
}

/** `length` in bytes; null while nobody knows it. */
export type CallBody = { length: number | null }

export type UpstreamAnswer = { status: number; headers: IncomingHttpHeaders; body: Readable }

/** A call under way. The caller writes the body and ends it; `answer` rejects with `UpstreamFault`. */
export type OpenCall = { answer: Promise<UpstreamAnswer>; body: Writable; abort(cause: Error): void }

/** A way to a service: over HTTP, or in this process. */
export type Transport = (head: CallHead) => OpenCall

/** A service could not be asked, or gave no answer that can be read. */
export class UpstreamFault extends Error {
  override readonly name = 'UpstreamFault'
  /** The connection had been used before and was closed by the other side: nothing of the call was looked at. */
  readonly wasStale: boolean

  constructor(cause: unknown, wasStale = false) {
    super('the service could not be asked', { cause })
    this.wasStale = wasStale
  }
}

/**
 * A transport over HTTP/1.1 with connections that are kept. Node's own client: it follows no redirects, decodes nothing,
 * streams both ways, and refuses heads over 16 KiB and what is no HTTP.
 */
export function createHttpTransport(origin: string): Transport {
  const { protocol, hostname, port } = new URL(origin)
  const isSecure = protocol === 'https:'
  const send = isSecure ? requestHttps : requestHttp
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const host = hostname.replace(/^\[|\]$/g, '')
  const place = { agent, host, port: port === '' ? undefined : Number(port), setDefaultHeaders: true }
  return ({ method, target, headers, body }) => {
    const outgoing = send({ ...place, method, path: target, headers: { ...headers, ...framingOf(body) } })
    return { answer: receive(outgoing), body: outgoing, abort: (cause) => void outgoing.destroy(cause) }
  }
}

/**
 * Node frames bodies of POST, PUT and PATCH alone. Of any other method they would follow a head that announces none, and
 * the service would read them as its next request (RFC 9112, 6.3).
 */
function framingOf(body: CallBody | null): Record<string, string> {
  if (body === null) return {}
  return body.length === null ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) }
}

function receive(outgoing: ClientRequest): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      reject(new UpstreamFault(error, outgoing.reusedSocket && error.code === 'ECONNRESET')),
    )
    // A change of protocol that nobody asked for; Node would only close the connection.
    outgoing.on('upgrade', (_incoming, socket) => socket.destroy())
    let isAnswered = false
    outgoing.on('close', () => {
      if (!isAnswered) reject(new UpstreamFault(new Error('the connection was closed without an answer')))
    })
    outgoing.on('response', (incoming) => {
      isAnswered = true
      incoming.on('error', () => {})
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming })
    })
  })
}

/** A transport to a handler in this process that speaks in web Requests and Responses. */
export function createLocalTransport(origin: string, handle: (request: Request) => Promise<Response>): Transport {
  return ({ method, target, headers: passed, body: announced }) => {
    const headers = announced?.length == null ? passed : { ...passed, ...framingOf(announced) }
    const controller = new AbortController()
    const body = new PassThrough()
    const init: RequestInit & { duplex?: 'half' } = { method, headers: flatten(headers), signal: controller.signal }
    if (announced) Object.assign(init, { body: Readable.toWeb(body), duplex: 'half' })
    const answer = handle(new Request(origin + target, init)).then(toAnswer)
    const aborted = new Promise<never>((_resolve, reject) => {
      controller.signal.addEventListener('abort', () => reject(new UpstreamFault(controller.signal.reason)))
    })
    body.on('error', () => {})
    return {
      answer: Promise.race([answer, aborted]),
      body,
      abort: (cause) => {
        controller.abort(cause)
        body.destroy(cause)
      },
    }
  }
}

function toAnswer(response: Response): UpstreamAnswer {
  const headers = Object.fromEntries(response.headers)
  const body = response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as never)
  body.on('error', () => {})
  return { status: response.status, headers, body }
}

function flatten(headers: CallHead['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
