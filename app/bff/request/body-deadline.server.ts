import type { IncomingMessage, ServerResponse } from 'node:http'

/** The longest time in which a body that a page or an endpoint reads must arrive, in milliseconds. */
const bodyTimeMs = 30_000
const timeout = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'

/**
 * Closes the connection of a request whose body has not arrived in time. Node can only do this for a whole server, and
 * uploads through the proxy have limits of their own. The answer is as bare as Node's: nobody waits for it.
 */
export function limitBodyTime(request: IncomingMessage, response: ServerResponse): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && (length === undefined || length === '0')) return
  const { socket } = request
  const timer = setTimeout(() => {
    if (request.complete || socket.destroyed) return
    if (!response.headersSent) socket.write(timeout)
    socket.destroy()
  }, bodyTimeMs)
  request.once('close', () => clearTimeout(timer))
}
