import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsOf, signedInClient } from '../support/fixtures.ts'
import { openSocket } from '../support/raw-socket.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

async function hold(cookie: string, csrf: string, body: string) {
  const head = [
    'POST /bff/api/projects HTTP/1.1',
    `Host: localhost:${server.port}`,
    `Origin: ${server.origin}`,
    `Cookie: ${cookie}`,
    `X-CSRF-Token: ${csrf}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  const socket = openSocket(server.port, `${head.join('\r\n')}\r\n\r\n${body.slice(0, -1)}`)
  let text = ''
  let isOver = false
  socket.on('data', (data) => {
    text += data.toString('latin1')
  })
  socket.on('close', () => {
    isOver = true
  })
  socket.on('error', () => {})
  await new Promise((resolve) => setTimeout(resolve, 300))
  return async () => {
    socket.write(body.slice(-1))
    await until('the answer', () => (isOver ? true : null))
    return text.split('\r\n')[0]
  }
}

const ends: [string, (given: Awaited<ReturnType<typeof signedInClient>>) => Promise<unknown>][] = [
  ['signing out', ({ client }) => client.clone().json('POST', '/bff/logout')],
  [
    'a new password',
    ({ client, person }) =>
      client.clone().submit('/account/password', { current: person.password, password: 'ninety grey geese in a row' }),
  ],
]

test.each(ends)('a call of a script whose last byte comes after %s creates nothing', async (_what, end) => {
  const given = await signedInClient(server)
  const { user } = rowsOf(server, given.person.email)
  const finish = await hold(
    given.client.jar.header() ?? '',
    await given.client.csrf(),
    JSON.stringify({ name: 'Late', description: '' }),
  )
  await end(given)
  expect((await given.client.clone().get('/bff/user')).status).toBe(401)
  const _status = await finish()
  const database = server.openDatabase()
  const owned = database.prepare('select count(*) as n from projects where owner_id = ?').get(user?.id ?? '')
  database.close()
  expect(owned).toEqual({ n: 0 })
})
