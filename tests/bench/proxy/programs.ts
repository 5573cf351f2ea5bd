import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

// What the benchmark runs beside the site, each as a process of its own: `service <port>`, and `bare <port> <service>`,
// a streaming proxy that does nothing else, on the same client and the same server as ours.

const answer = JSON.stringify({ items: [{ id: 'a', name: 'one' }], page: 1, limit: 20, total: 1 })
const chunk = Buffer.alloc(65_536, 'x')

function serve(incoming: IncomingMessage, response: ServerResponse): void {
  const bytes = Number(new URL(incoming.url ?? '/', 'http://service').searchParams.get('bytes'))
  let received = 0
  incoming.on('data', (part: Buffer) => {
    received += part.length
  })
  incoming.on('end', () => {
    if (bytes > 0) return sendBytes(response, bytes)
    const body = received > 0 ? JSON.stringify({ received }) : answer
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
  })
}

function sendBytes(response: ServerResponse, bytes: number): void {
  let left = bytes
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes })
  const more = () => {
    while (left > 0) {
      left -= chunk.length
      if (!response.write(chunk)) return void response.once('drain', more)
    }
    response.end()
  }
  more()
}

const [, , kind, port, servicePort] = process.argv
const agent = new Agent({ keepAlive: true })
const bare = (incoming: IncomingMessage, response: ServerResponse) => {
  const { url: path, method, headers } = incoming
  const outgoing = request({ host: '127.0.0.1', port: servicePort, path, method, headers, agent }, (upstream) => {
    // Who asked has gone meanwhile.
    if (response.destroyed) return void upstream.resume()
    response.writeHead(upstream.statusCode ?? 502, upstream.headers)
    pipeline(upstream, response, () => {})
  })
  pipeline(incoming, outgoing, () => {})
}
createServer(kind === 'bare' ? bare : serve).listen(Number(port), '127.0.0.1')
