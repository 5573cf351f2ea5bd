import { connect, type Socket } from 'node:net'

export type RawOptions = {
  /** How long to wait for more after the last bytes that came. */
  silenceMs?: number
  limitMs?: number
}

/** Sends bytes as they are and returns all that comes back until the connection closes or falls silent. */
export function rawExchange(port: number, bytes: string | Buffer, options: RawOptions = {}): Promise<string> {
  const { silenceMs = 400, limitMs = 5_000 } = options
  return new Promise((resolve) => {
    const socket = openSocket(port, bytes)
    let received = ''
    const finish = () => {
      clearTimeout(limit)
      clearTimeout(silence)
      socket.destroy()
      resolve(received)
    }
    const limit = setTimeout(finish, limitMs)
    let silence: NodeJS.Timeout | undefined
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      clearTimeout(silence)
      silence = setTimeout(finish, silenceMs)
    })
    socket.on('close', finish)
    socket.on('error', finish)
  })
}

/** Connects and writes; the caller decides when to hang up. */
export function openSocket(port: number, bytes: string | Buffer): Socket {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  return socket
}

/** The statuses of the answers in what came back, in their order. */
export function statusesIn(received: string): number[] {
  return [...received.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
}
