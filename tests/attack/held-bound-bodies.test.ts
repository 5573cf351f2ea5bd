import { afterAll, beforeAll, expect, test } from 'vitest'
import { boundClient } from '../support/device-key.ts'
import { openSocket } from '../support/raw-socket.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

async function hold(cookie: string, path: string, fields: Record<string, string>) {
  const body = `${new URLSearchParams(fields)}`
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: localhost:${server.port}`,
    `Origin: ${server.origin}`,
    `Cookie: ${cookie}`,
    'Content-Type: application/x-www-form-urlencoded',
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
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
  }
}

test('with all cookies of a bound session nothing is changed once their key has been missing for ten seconds, whenever the request was begun', async () => {
  const { client, person } = await boundClient(server)
  const thief = client.clone()
  const csrf = await thief.csrf()
  const finish = await hold(thief.jar.header() ?? '', '/dashboard', { csrf, name: 'Late', description: '' })
  const leave = await hold(thief.jar.header() ?? '', '/logout', { csrf })
  // The ticket of the key ends, and 25 seconds go by: the body may take thirty.
  await server.advance(10 * 60_000 + 25_000)
  expect((await thief.get('/dashboard')).status).toBe(307)
  await finish()
  const database = server.openDatabase()
  const owned = database
    .prepare('select count(*) as n from projects join users on users.id = owner_id where email = ?')
    .get(person.email)
  await leave()
  database.close()
  expect(owned).toEqual({ n: 0 })
})
