import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http'
import { pipeline } from 'node:stream'

/** A request on its way through the proxy; a break may change it. */
export type Passing = { method: string; path: string; headers: IncomingHttpHeaders; body: string }
export type Reply = { status: number; headers: OutgoingHttpHeaders; body: string }

/** What a break can use. */
export type Tools = {
  /** Sends something else to the sound server. */
  forward: (passing: Passing) => Promise<Reply>
  /** The host that the server goes by. */
  host: string
  /** Whatever a break remembers; empty when it begins. */
  memory: Map<string, string>
  /** Cookies of an admin, and a form value that goes with them. */
  admin: { cookie: string; csrf: string }
  /** Whether an address has an account. */
  hasAccount: (email: string) => boolean
  /** Adds a line to what the server seems to have logged. */
  log: (line: string) => void
}

/** One thing that a proxy does wrong, in front of a server that does it right. */
export type Bend = {
  /** Changes the request on its way. */
  request?: (passing: Passing, tools: Tools) => Promise<void> | void
  /** Answers in the server's place. */
  instead?: (passing: Passing, tools: Tools) => Reply | undefined
  reply?: (reply: Reply, passing: Passing, tools: Tools) => Promise<void> | void
}

export type BreakingProxy = {
  readonly origin: string
  bend: (bend: Bend, tools: Omit<Tools, 'forward'>) => void
  /** Does everything right from now on. */
  straighten: () => void
  stop: () => Promise<void>
}

/** Starts a proxy on `port` that passes everything on to `targetPort`, bent as it is told. */
export async function startBreakingProxy(port: number, targetPort: number): Promise<BreakingProxy> {
  let bend: Bend | null = null
  let tools: Tools | null = null
  const forward = (passing: Passing) => send(targetPort, passing)
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const passing: Passing = {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: { ...incoming.headers },
      body: Buffer.concat(chunks).toString('latin1'),
    }
    // What nothing is done to goes through piece by piece.
    if (!bend) return pass(targetPort, passing, outgoing)
    const seen = structuredClone(passing)
    if (tools) await bend?.request?.(passing, tools)
    const early = tools ? bend?.instead?.(passing, tools) : undefined
    const reply = early ?? (await forward(passing))
    if (tools) await bend?.reply?.(reply, seen, tools)
    outgoing.writeHead(reply.status, withoutFraming(reply.headers))
    outgoing.end(incoming.method === 'HEAD' ? undefined : Buffer.from(reply.body, 'latin1'))
  })
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
  return {
    origin: `http://localhost:${port}`,
    bend: (next, given) => {
      bend = next
      tools = { ...given, forward }
    },
    straighten: () => {
      bend = null
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pass(port: number, { method, path, headers, body }: Passing, outgoing: ServerResponse): void {
  const onward = request({ host: '127.0.0.1', port, method, path, headers: framed(headers, body) }, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, withoutFraming(response.headers))
    pipeline(response, outgoing, () => {})
  })
  onward.on('error', () => outgoing.destroy())
  onward.end(Buffer.from(body, 'latin1'))
}

function framed(headers: IncomingHttpHeaders, body: string): OutgoingHttpHeaders {
  const { 'transfer-encoding': _chunked, connection: _connection, ...others } = headers
  const hasNone = body === '' && others['content-length'] === undefined
  return hasNone ? others : { ...others, 'content-length': Buffer.byteLength(body, 'latin1') }
}

function send(port: number, { method, path, headers, body }: Passing): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const onward = request(
      { host: '127.0.0.1', port, method, path, headers: framed(headers, body) },
      async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk as Buffer)
        resolve({
          status: response.statusCode ?? 502,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('latin1'),
        })
      },
    )
    onward.on('error', reject)
    onward.end(Buffer.from(body, 'latin1'))
  })
}

function withoutFraming(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const { 'transfer-encoding': _chunked, 'content-length': _length, connection: _connection, ...others } = headers
  return others
}
