import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { adminClient, rowsOf, signedInClient } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

test('an admin whose role is taken while their confirmation is looked at makes nobody an admin', async () => {
  const [{ client: admin, person: boss }, puppet] = [await adminClient(server), await signedInClient(server)]
  const id = rowsOf(server, puppet.person.email).user?.id
  await server.advance(11 * 60_000)
  const page = await admin.open(`/admin/users/${id}`)
  const csrf = page.html.querySelector('[name=csrf]')?.getAttribute('value') ?? ''
  const stranger = new Client(server)
  const strangersCsrf = await stranger.csrf()
  const cookie = stranger.jar.header() ?? ''
  // The queue of password checks has something to do.
  const flood = Promise.all(
    Array.from({ length: 55 }, (_, n) =>
      fetch(`${server.origin}/bff/login`, {
        method: 'POST',
        body: JSON.stringify({ email: `n${n}@example.com`, password: 'wrong wrong wrong wrong' }),
        headers: { 'content-type': 'application/json', 'x-csrf-token': strangersCsrf, cookie },
      }).then((answer) => answer.arrayBuffer()),
    ),
  )
  await delay(60)
  const promoting = admin.post(`/admin/users/${id}`, { csrf, intent: 'promote', step_up_password: boss.password })
  await delay(120)
  const database = server.openDatabase()
  database.prepare("update users set role = 'user' where email = ?").run(boss.email)
  database.close()
  const _other = admin.clone()
  const _answer = await promoting
  await flood
  expect(rowsOf(server, puppet.person.email).user?.role).toBe('user')
})
