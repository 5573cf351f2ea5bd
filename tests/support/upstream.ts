import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { freePort } from './server.ts'

export type UpstreamCall = { method: string; path: string; headers: IncomingMessage['headers']; body: string }

/** A resource server elsewhere, played by the test: it notes every call and answers as the test says. */
export type Upstream = {
  readonly origin: string
  readonly calls: UpstreamCall[]
  /** What the next calls are answered with. */
  answer: (call: UpstreamCall, response: ServerResponse) => void
  close(): Promise<void>
}

export async function startUpstream(): Promise<Upstream> {
  const port = await freePort()
  const calls: UpstreamCall[] = []
  const upstream: Upstream = {
    origin: `http://127.0.0.1:${port}`,
    calls,
    answer: (_call, response) => void response.writeHead(404).end(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const call = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
    calls.push(call)
    upstream.answer(call, response)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return upstream
}

/** Answers with a JSON document. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}
