import { connect, createServer, type Socket } from 'node:net'

/** Where a line breaks. Each connection carries one exchange. */
export const cuts = [
  'before the request',
  'within the request',
  'before the request is answered',
  'before the head',
  'within the head',
  'after the head',
  'within the body',
  'after the answer',
] as const
export type Cut = (typeof cuts)[number]

export type LossyLine = {
  readonly port: number
  /** Where the next connections break; null for nowhere. */
  cut: Cut | null
  /** How many connections were broken so far. */
  readonly broken: number
  close(): Promise<void>
}

/** A line to a server that breaks where it is told to. */
export async function openLossyLine(targetPort: () => number): Promise<LossyLine> {
  const sockets = new Set<Socket>()
  const line = { cut: null as Cut | null, broken: 0 }
  const server = createServer((browser) => {
    const { cut } = line
    const far = connect(targetPort(), '127.0.0.1')
    for (const socket of [browser, far]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => {})
    }
    let isBroken = false
    const breakOff = () => {
      if (isBroken) return
      isBroken = true
      line.broken++
      browser.destroy()
      far.destroy()
    }
    browser.on('close', () => far.end())
    far.on('close', () => browser.end())
    if (cut === 'before the request') return breakOff()
    browser.on('data', (bytes) => {
      if (cut === 'within the request') far.write(bytes.subarray(0, bytes.length / 2), breakOff)
      else if (cut === 'before the request is answered') far.write(bytes, breakOff)
      else far.write(bytes)
    })
    answerThrough(cut, browser, far, breakOff)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return Object.assign(line, {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

function answerThrough(cut: Cut | null, browser: Socket, far: Socket, breakOff: () => void): void {
  let passed = 0
  far.on('data', (bytes) => {
    const limit = limitOf(cut, bytes)
    if (limit === null) return void browser.write(bytes)
    if (limit === 0) return breakOff()
    // The first bytes of an answer hold its head; what is cut off later counts from there.
    browser.write(bytes.subarray(0, Math.max(limit - passed, 0)), breakOff)
    passed += bytes.length
  })
}

/** How many bytes of an answer get through; null for all of them. */
function limitOf(cut: Cut | null, bytes: Buffer): number | null {
  const head = bytes.indexOf('\r\n\r\n') + 4
  switch (cut) {
    case 'before the head':
      return 0
    case 'within the head':
      return Math.floor(head / 2)
    case 'after the head':
      return head
    case 'within the body':
      return head + Math.floor((bytes.length - head) / 2)
    case 'after the answer':
      return bytes.length
    default:
      return null
  }
}
