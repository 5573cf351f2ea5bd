import { connect, createServer, type Socket } from 'node:net'

/** A relay before PostgreSQL that counts how often a client asks and waits, and can refuse, hold or cut connections. */
export type Relay = {
  /** The same database by way of the relay. */
  readonly url: string
  /** Round trips since the last call: each ends with a Sync or a simple query (protocol 3.0, 53.2.3). */
  takeRoundTrips(): number
  /** Passes nothing on from now on; what is open stays open. */
  hold(): void
  /** Ends what is open as a server does that is gone. */
  cut(): void
  close(): Promise<void>
}

export async function openRelay(target: string): Promise<Relay> {
  const sockets = new Set<Socket>()
  let roundTrips = 0
  let isHeld = false
  const { hostname, port } = new URL(target)
  const server = createServer((inner) => {
    const outer = connect(Number(port), hostname)
    const count = countRoundTrips(() => {
      roundTrips += 1
    })
    inner.on('data', (bytes) => {
      if (isHeld) return
      count(bytes)
      outer.write(bytes)
    })
    outer.on('data', (bytes) => inner.write(bytes))
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket)
          other.destroy()
        })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.port = String((server.address() as { port: number }).port)
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    cut,
    takeRoundTrips: () => {
      const taken = roundTrips
      roundTrips = 0
      return taken
    },
    hold: () => {
      isHeld = true
    },
    close: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Reads a client's messages: a type of one byte (none at first) and a length that counts itself. */
function countRoundTrips(onRoundTrip: () => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let typeLength = 0
  const endOfMessage = () => (rest.length < typeLength + 4 ? Infinity : typeLength + rest.readUInt32BE(typeLength))
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (let end = endOfMessage(); end <= rest.length; end = endOfMessage()) {
      const type = rest.toString('latin1', 0, typeLength)
      if (type === 'S' || type === 'Q') onRoundTrip()
      rest = rest.subarray(end)
      typeLength = 1
    }
  }
}
