import { afterAll, beforeAll, expect, test } from 'vitest'
import { CodeApp } from '../support/code-app.ts'
import { rowsOf, signedInClient, signIn } from '../support/fixtures.ts'
import { fillForm } from '../support/page-form.ts'
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
    text += data.toString('utf8')
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

test('a copy of the ticket from before carries nothing sensitive out once another sign-in has taken its place, whenever the request was begun', async () => {
  const { client: owner, person } = await signedInClient(server)
  await server.advance(3 * 60_000)
  const thief = owner.clone()
  const shown = await thief.submit('/account/security/app', {}, { press: 'start' })
  const app = new CodeApp(server, shown.html.querySelector('code.key')?.textContent ?? '')
  // The server's clock was moved by three minutes.
  const form = fillForm(shown, { code: '000000' }, {})
  const totp = Date.now() + 3 * 60_000
  void totp
  const code = app.code(6)
  const finish = await hold(thief.jar.header() ?? '', form.action, { ...form.fields, code })
  // The owner signs in anew in the same browser.
  const again = owner
  const page = await again.clone().get('/account')
  expect(page.status).toBe(200)
  const login = await again.json('POST', '/bff/login', { email: person.email, password: person.password })
  expect(login.status).toBe(200)
  // One that is begun now is refused.
  const _late = await thief.post(form.action, { ...form.fields, code }, { drop: true })
  const _status = await finish()
  const id = rowsOf(server, person.email).user?.id ?? ''
  const database = server.openDatabase()
  const apps = database.prepare('select count(*) as n from totp_factors where user_id = ?').get(id)
  database.close()
  void signIn
  expect(apps).toEqual({ n: 0 })
})
