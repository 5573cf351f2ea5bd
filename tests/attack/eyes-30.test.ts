import { setTimeout as delay } from 'node:timers/promises'
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
  const began = performance.now()
  let done = 0
  const work = async () => {
    while (done < 320) {
      done++
      await thief.post('/account/security', { csrf, intent: 'forget-browsers' }, { drop: true })
    }
  }
  await Promise.all([work(), work(), work(), work()])
  console.log('the flood took', Math.round(performance.now() - began), 'ms')
  await addApp(thief, server)
  await owner.get('/')
  await delay(66_000)
  const id = rowsOf(server, person.email).user?.id ?? ''
  const database = server.openDatabase()
  const rows = database.prepare("select type, session_id, address, agent, detail from security_events where (actor_id = ? or subject_id = ?) and (type like 'factor%' or type like 'events.%' or detail like '%factor%')").all(id, id)
  database.close()
  console.log(JSON.stringify(rows)); const d2 = server.openDatabase(); console.log(JSON.stringify(d2.prepare("select type, actor_id is not null as actor, subject_id is not null as subject, address, detail from security_events where type like 'events.%'").all())); d2.close()
  const page = await thief.open('/account/activity')
  console.log('the page of activity names it:', /authenticator app|factor was added|second factor/i.test(page.text), page.text.slice(page.text.indexOf('Activity'), page.text.indexOf('Activity') + 700).replaceAll(/\s+/g, ' '))
  expect((rows as { type: string }[]).map(({ type }) => type)).toContain('factor.added')
}, 110_000)
