import { connect, createServer, type Socket } from 'node:net'

/** A line between a server under test and PostgreSQL that can be cut, held and mended. */
export type Line = {
  /** The same database by way of this line. */
  url: string
  /** Ends every connection and takes no new one, as a server that is down. */
  cut(): void
  /** Keeps connections open and lets nothing through, as a network that swallows. */
  hold(): void
  /** Ends every connection but takes new ones, as a server that was started anew. */
  interrupt(): void
  mend(): void
  close(): Promise<void>
}

export async function openLine(databaseUrl: string): Promise<Line> {
  const target = new URL(databaseUrl)
  const ends = new Set<Socket>()
  let state: 'sound' | 'cut' | 'held' = 'sound'
  const listener = createServer((near) => {
    if (state === 'cut') return void near.resetAndDestroy()
    const far = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from)
      from.on('data', (piece) => state !== 'held' && to.write(piece))
      from.on('error', () => {})
      from.on('close', () => {
        ends.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('no port to listen on')
  const url = new URL(databaseUrl)
  url.port = String(address.port)
  const interrupt = () => {
    for (const end of ends) end.resetAndDestroy()
  }
  return {
    url: url.href,
    cut: () => {
      state = 'cut'
      interrupt()
    },
    hold: () => {
      state = 'held'
    },
    interrupt,
    mend: () => {
      // What was swallowed is missing in the conversations under way.
      if (state === 'held') interrupt()
      state = 'sound'
    },
    close: () => {
      interrupt()
      return new Promise((resolve) => listener.close(() => resolve()))
    },
  }
}
