import type { ServerResponse } from 'node:http'

/**
 * Ends an answer in its middle so that nobody takes what they have for all of it. Where no length was said and no chunks are
 * spoken, as in HTTP/1.0, a closed connection is the end of a whole answer (RFC 9112, 6.3): there it is reset.
 */
export function breakOffAnswer(response: ServerResponse): void {
  const { req, socket } = response
  if (req.httpVersion === '1.0') socket?.resetAndDestroy()
  response.destroy()
}
