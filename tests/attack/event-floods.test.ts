import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsOf, signedInClient } from '../support/fixtures.ts'
import { addApp } from '../support/own-factors.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

test('a thief does not hide from where a factor was added behind a flood of events of no weight', async () => {
  const { client: owner, person } = await signedInClient(server)
  const thief = owner.clone()
  const csrf = await thief.csrf()
  let done = 0
  const work = async () => {
    while (done < 320) {
      done++
      await thief.post('/account/security', { csrf, intent: 'forget-browsers' }, { drop: true })
    }
  }
  await Promise.all([work(), work(), work(), work()])
  await addApp(thief, server)
  const database = server.openDatabase()
  const id = rowsOf(server, person.email).user?.id ?? ''
  const read = database.prepare("select session_id from security_events where actor_id = ? and type = 'factor.added'")
  await expect.poll(() => read.all(id)).toEqual([{ session_id: expect.any(String) }])
  database.close()
  expect((await owner.open('/account/activity')).text).toContain('A second way to prove who you are was added')
})
