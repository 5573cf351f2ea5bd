import { connect } from 'node:net'

/** Sends bytes as they are and returns the status of the first answer, or null when the connection just closed. */
export function rawStatus(port: number, bytes: string | Buffer, limitMs = 10_000): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received = ''
    const timer = setTimeout(() => finish(), limitMs)
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? Number.NaN) || null)
    }
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (received.includes('\r\n\r\n')) finish()
    })
    socket.on('close', finish)
    socket.on('error', (error) => (received === '' ? reject(error) : finish()))
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  })
}
