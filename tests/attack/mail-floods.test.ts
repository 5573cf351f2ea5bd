import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    env: {
      LIMIT_SIGN_IN_PER_ADDRESS: '30/10m',
      LIMIT_REGISTER_PER_ADDRESS: '20/1h',
      LIMIT_MAIL_PER_ADDRESS: '20/1h',
      LIMIT_MAIL_PER_MAILBOX: '6/1h',
      LIMIT_CODE_PER_ADDRESS: '30/1h',
    },
  })
})
afterAll(() => server?.stop())

test('a stranger has no more than so many mails sent to a mailbox that is not theirs', async () => {
  const victim = newPerson()
  const stranger = new Client(server)
  await stranger.json('POST', '/bff/register', victim)
  let current = victim.password
  for (let n = 0; n < 60; n++) {
    const password = `velvet lantern number ${n} over water ${n}`
    const answer = await stranger.submit('/account/password', { current, password })
    if (!answer.isRedirect) {
      break
    }
    current = password
  }
  const database = server.openDatabase()
  const mails = database
    .prepare('select kind, count(*) as n from mail_outbox where recipient = ? group by kind')
    .all(victim.email)
  database.close()
  expect(mails.reduce((sum: number, each) => sum + (each as { n: number }).n, 0)).toBeLessThanOrEqual(20)
})
