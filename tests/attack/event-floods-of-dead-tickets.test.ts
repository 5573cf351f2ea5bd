import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { rowsOf, signedInClient } from '../support/fixtures.ts'
import { codeTo } from '../support/mailbox.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

test('a dead ticket is no means to hide what others do to an account', async () => {
  const { client: owner, person } = await signedInClient(server)
  const dead = owner.clone()
  await owner.json('POST', '/bff/logout')
  await new Client(server).submit('/forgot', { email: person.email })
  const code = await codeTo(server, person.email, 'Choose a new password')
  const began = performance.now()
  let done = 0
  const work = async () => {
    while (done < 330) {
      done++
      await dead.get('/bff/user', { drop: true })
    }
  }
  await Promise.all([work(), work(), work(), work()])
  const _took = Math.round(performance.now() - began)
  await new Client(server).json('POST', '/bff/login', { email: person.email, password: 'wrong wrong wrong wrong' })
  expect((await new Client(server).submit('/reset', { code, password: 'ninety grey geese in a row' })).isRedirect).toBe(
    true,
  )
  await delay(1_500)
  const id = rowsOf(server, person.email).user?.id ?? ''
  const database = server.openDatabase()
  const rows = database
    .prepare('select type, count(*) as n from security_events where actor_id = ? or subject_id = ? group by type')
    .all(id, id) as { type: string; n: number }[]
  database.close()
  expect(rows.map(({ type }) => type)).toContain('password.reset')
}, 60_000)
