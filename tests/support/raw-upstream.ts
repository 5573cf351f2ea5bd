import { createServer, type Socket } from 'node:net'

/** What came on one connection of a raw service: how many requests so far, this one included, and the text of this one. */
export type RawCall = { socket: Socket; count: number; text: string }

/** A service that answers byte by byte, as no HTTP server would. */
export type RawUpstream = {
  readonly origin: string
  /** Every request, as it came. */
  readonly calls: string[]
  connections: number
  answer: (call: RawCall) => void
  close(): Promise<void>
}

export async function startRawUpstream(): Promise<RawUpstream> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    upstream.connections++
    sockets.add(socket)
    let [text, count] = ['', 0]
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
      const head = text.indexOf('\r\n\r\n')
      if (head === -1 || text.length < head + 4 + length) return
      upstream.calls.push(text)
      upstream.answer({ socket, text, count: ++count })
      text = ''
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const upstream: RawUpstream = {
    origin: `http://127.0.0.1:${port}`,
    calls: [],
    connections: 0,
    answer: ({ socket }) => void socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
  return upstream
}
