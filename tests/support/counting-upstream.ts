import { createServer, type Socket } from 'node:net'

/** A request as the bytes of one connection say it (RFC 9112, 6.3), whatever HTTP library would make of them. */
export type CountedRequest = {
  readonly connection: number
  readonly method: string
  readonly target: string
  readonly head: string
  body: string
  /** All of its body has come. */
  isWhole: boolean
}

export type Moment = 'head' | 'whole'

/** A service on bare TCP that counts the requests on each kept connection, and keeps every byte of them. */
export type CountingUpstream = {
  readonly origin: string
  readonly requests: CountedRequest[]
  /** What stood where a request should begin, and was none. */
  readonly strays: string[]
  /** Is told of each request twice: when its head is there, and when its body is. */
  onRequest: (request: CountedRequest, moment: Moment, socket: Socket) => void
  close(): Promise<void>
}

export async function startCountingUpstream(): Promise<CountingUpstream> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    const take = createReader(++connections, upstream, socket)
    socket.on('data', (chunk) => take(chunk.toString('latin1')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const upstream: CountingUpstream = {
    origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    requests: [],
    strays: [],
    onRequest: (_request, moment, socket) => void (moment === 'whole' && answer(socket, 200, 'ok')),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  return upstream
}

/** Answers and keeps the connection. */
export function answer(socket: Socket, status: number, text: string): void {
  socket.write(`HTTP/1.1 ${status} X\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`)
}

/** What is left of the body at hand: so many bytes, or chunks. */
type Rest = number | 'chunks'

function createReader(connection: number, upstream: CountingUpstream, socket: Socket): (text: string) => void {
  let buffer = ''
  let current: CountedRequest | null = null
  let rest: Rest = 0

  function begin(): boolean {
    const end = buffer.indexOf('\r\n\r\n')
    if (end === -1) {
      if (buffer !== '' && !/^[A-Z]{1,10}( |$)/.test(buffer)) stray()
      return false
    }
    const head = buffer.slice(0, end)
    buffer = buffer.slice(end + 4)
    const [, method = '', target = ''] = /^([A-Z]+) (\S+) HTTP\/1\.1(?:\r\n|$)/.exec(head) ?? []
    if (method === '') {
      upstream.strays.push(head)
      return false
    }
    current = { connection, method, target, head, body: '', isWhole: false }
    upstream.requests.push(current)
    rest = /^transfer-encoding: *chunked$/im.test(head)
      ? 'chunks'
      : Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0)
    upstream.onRequest(current, 'head', socket)
    return true
  }

  function stray(): void {
    upstream.strays.push(buffer)
    buffer = ''
  }

  /** True when the body went on. */
  function goOn(request: CountedRequest): boolean {
    if (rest === 'chunks') return takeChunk(request)
    const part = buffer.slice(0, rest)
    buffer = buffer.slice(part.length)
    request.body += part
    rest -= part.length
    if (rest === 0) finish(request)
    return rest === 0
  }

  function takeChunk(request: CountedRequest): boolean {
    const line = /^([0-9a-f]+)\r\n/i.exec(buffer)
    if (!line) {
      if (/^[^0-9a-f]/i.test(buffer)) stray()
      return false
    }
    const size = Number.parseInt(line[1] ?? '', 16)
    const end = line[0].length + size
    if (buffer.length < end + 2) return false
    request.body += buffer.slice(line[0].length, end)
    buffer = buffer.slice(end + 2)
    if (size === 0) finish(request)
    return true
  }

  function finish(request: CountedRequest): void {
    request.isWhole = true
    current = null
    upstream.onRequest(request, 'whole', socket)
  }

  return (text) => {
    buffer += text
    while (current === null ? begin() : goOn(current));
  }
}
