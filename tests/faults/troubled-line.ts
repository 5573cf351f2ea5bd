import { connect, createServer, type Socket } from 'node:net'

/** What a line to the store does to those who use it. */
export type Trouble = { kind: 'none' } | { kind: 'refused' } | { kind: 'silent' } | { kind: 'slow'; delayMs: number }

export type TroubledLine = {
  readonly port: number
  /** From now on, also for connections that stand already. */
  set(trouble: Trouble): void
  close(): Promise<void>
}

/** A line to a port that can refuse connections, swallow everything, or delay everything. */
export async function openTroubledLine(targetPort: number): Promise<TroubledLine> {
  const pairs = new Set<[Socket, Socket]>()
  let trouble: Trouble = { kind: 'none' }
  const server = createServer((near) => {
    if (trouble.kind === 'refused') return void near.destroy()
    const far = connect(targetPort, '127.0.0.1')
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    for (const [from, to] of [pair, pair.toReversed() as [Socket, Socket]]) {
      from.on('error', () => {})
      from.on('close', () => {
        pairs.delete(pair)
        to.destroy()
      })
      from.on('data', (bytes) => {
        if (trouble.kind === 'silent') return
        if (trouble.kind !== 'slow') return void to.write(bytes)
        setTimeout(() => to.writable && to.write(bytes), trouble.delayMs)
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const hangUp = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  return {
    port: address.port,
    set: (next) => {
      // What was swallowed does not come later: such a connection is of no use any more.
      if (next.kind === 'refused' || trouble.kind === 'silent') hangUp()
      trouble = next
    },
    close: async () => {
      hangUp()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
