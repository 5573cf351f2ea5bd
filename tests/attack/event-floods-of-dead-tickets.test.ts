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
  let done = 0
  const work = async () => {
    while (done < 330) {
      done++
      await dead.get('/bff/user', { drop: true })
    }
  }
  await Promise.all([work(), work(), work(), work()])
  await new Client(server).json('POST', '/bff/login', { email: person.email, password: 'wrong wrong wrong wrong' })
  expect((await new Client(server).submit('/reset', { code, password: 'ninety grey geese in a row' })).isRedirect).toBe(
    true,
  )
  const id = rowsOf(server, person.email).user?.id ?? ''
  const database = server.openDatabase()
  const read = database.prepare("select type from security_events where subject_id = ? and type = 'password.reset'")
  await expect.poll(() => read.all(id)).toHaveLength(1)
  database.close()
}, 60_000)
