import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { freePort, type ServerOptions, startServer, type TestServer } from './server.ts'

/** An answer that the server has given and the browser does not have yet. */
export type HeldAnswer = { arrived: Promise<void>; release(): void }
export type HoldingLine = {
  /** The server as browsers see it: behind the line. */
  readonly server: TestServer
  /** Keeps the answer to the next such request back until it is released; everything else passes. */
  hold(method: string, path: string): HeldAnswer
  stop(): Promise<void>
}

type Hold = { method: string; path: string; arrive: () => void; released: Promise<void> }

/** Starts a server behind a line on which any answer can be kept back: races come out the same every time. */
export async function startBehindLine(options: ServerOptions = {}): Promise<HoldingLine> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const inner = await startServer({ ...options, env: { APP_ORIGIN: origin, ...options.env } })
  const holds: Hold[] = []
  const line = createServer((incoming, answer) => pass(inner.port, holds, incoming, answer))
  await new Promise<void>((resolve) => line.listen(port, '127.0.0.1', resolve))
  return {
    server: Object.create(inner, { origin: { value: origin } }) as TestServer,
    hold(method, path) {
      const [arrived, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      holds.push({ method, path, arrive: arrived.resolve, released: released.promise })
      return { arrived: arrived.promise, release: released.resolve }
    },
    async stop() {
      line.closeAllConnections()
      line.close()
      await inner.stop()
    },
  }
}

function pass(port: number, holds: Hold[], incoming: IncomingMessage, answer: ServerResponse): void {
  const { method = '', url = '', headers } = incoming
  const place = holds.findIndex((each) => each.method === method && url.startsWith(each.path))
  const [hold] = place === -1 ? [] : holds.splice(place, 1)
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, async (response) => {
    hold?.arrive()
    await hold?.released
    answer.writeHead(response.statusCode ?? 502, response.rawHeaders)
    response.pipe(answer)
  })
  onward.on('error', () => answer.destroy())
  incoming.pipe(onward)
}
