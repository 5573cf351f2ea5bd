import { check, observe } from '../check.ts'
import { exchangeBytes, statusesOf } from '../stage/raw-http.ts'

const second = (host: string) => `GET /bff/csrf HTTP/1.1\r\nHost: ${host}\r\nX-Smuggled: 1\r\nConnection: close\r\n\r\n`

/**
 * A body that reads like a request is a body, whatever the method: one call is answered once. Seen from outside, where the
 * proxy and the service behind it answer on one connection.
 */
export default check({
  id: 'one-call-one-request',
  area: 'input',
  title: 'One call is one request: a body is framed whatever the method, and is never read as a request',
  rules: ['RFC 9112, 6.3', 'RFC 9112, 11.2'],
  async *run({ people, origin }) {
    const client = await people.as('user')
    const [cookie, csrf] = [client.jar.header() ?? '', await client.csrf()]
    const { host } = new URL(origin)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'HEAD', 'OPTIONS']) {
      for (const path of ['/bff/api/projects/none', '/bff/user']) {
        const body = second(host)
        const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nX-CSRF-Token: ${csrf}\r\nCookie: ${cookie}\r\nConnection: close\r\n`
        const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
        for (const [framing, bytes] of [
          ['chunks', `${head}Transfer-Encoding: chunked\r\n\r\n${chunked}`],
          ['a length', `${head}Content-Length: ${body.length}\r\n\r\n${body}`],
        ] as const) {
          const statuses = statusesOf(await exchangeBytes(origin, bytes))
          yield observe(`${method} ${path} with ${framing}`, statuses.length === 1, 'one answer', statuses.join(', '))
        }
      }
    }
    for (const [what, framing] of [
      ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
      ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
    ] as const) {
      const bytes = `POST /bff/refresh HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${framing}\r\n0\r\n\r\n`
      const statuses = statusesOf(await exchangeBytes(origin, bytes))
      yield observe(what, statuses.length === 1 && statuses[0] === 400, '400', statuses.join(', '))
    }
  },
})
