/** One request of a load, as every generator understands it. */
export type WebRequest = {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  body?: string
}

/** What a browser of today sends along with a navigation or a script's call on the site's own pages. */
export const browserHeaders = {
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
  Accept: '*/*',
  'Accept-Language': 'en',
  'Sec-Fetch-Site': 'same-origin',
}

export function getRequest(path: string, headers: Record<string, string> = {}): WebRequest {
  return { method: 'GET', path, headers: { ...browserHeaders, ...headers } }
}

export function postJson(path: string, body: unknown, headers: Record<string, string> = {}): WebRequest {
  const sent = { ...browserHeaders, 'Content-Type': 'application/json', ...headers }
  return { method: 'POST', path, headers: sent, body: JSON.stringify(body) }
}

/** The bytes of a request on the wire. */
export function rawRequest({ method, path, headers, body }: WebRequest, port: number): string {
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ Host: `localhost:${port}`, ...headers, ...length })
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`
}
