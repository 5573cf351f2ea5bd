import { connect } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

/** Sends bytes as they are to where a site listens, and returns all that comes back until the connection closes. */
export function exchangeBytes(origin: string, bytes: string, limitMs = 10_000): Promise<string> {
  const { protocol, hostname, port } = new URL(origin)
  const isSecure = protocol === 'https:'
  const place = { host: hostname, port: Number(port) || (isSecure ? 443 : 80) }
  return new Promise((resolve) => {
    const socket = isSecure ? connectSecurely({ ...place, servername: hostname }) : connect(place)
    const chunks: Buffer[] = []
    socket.setTimeout(limitMs, () => socket.destroy())
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    socket.write(Buffer.from(bytes, 'latin1'))
  })
}

/** The statuses of the answers in what came back. */
export function statusesOf(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
}
