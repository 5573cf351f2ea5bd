import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { CodeApp } from '../support/code-app.ts'
import { newPerson } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import type { StoreConnection } from '../support/store-connection.ts'

let server: TestServer
let aside: StoreConnection
beforeAll(async () => {
  server = await startServer()
  aside = server.openDatabase()
})
afterAll(async () => {
  aside.close()
  await server.stop()
})

test('a factor that is there was told of: whoever signs out in that very moment adds none in silence', async () => {
  const outcomes: { factors: number; mails: number; codes: number; status: number }[] = []
  for (let round = 0; round < 48; round++) {
    const client = new Client(server)
    const person = newPerson()
    await client.json('POST', '/bff/register', person)
    const csrf = await client.csrf()
    const shown = await client.submit('/account/security/app', {}, { press: 'start' })
    const app = new CodeApp(server, shown.html.querySelector('code.key')?.textContent ?? '')
    const other = client.clone()
    const headers = { 'x-csrf-token': csrf }
    const confirming = client.send(shown, { code: app.code() }, {}, { drop: true })
    await delay((round % 24) / 2)
    const [confirmed] = await Promise.all([confirming, other.request('POST', '/bff/logout', { headers })])
    const [user] = aside.prepare('select id from users where email = ?').all(person.email) as { id: string }[]
    const has = (sql: string) => (aside.prepare(sql).all(user?.id ?? '') as unknown[]).length
    const factors = has('select 1 from totp_factors where user_id = ?')
    const mails = has("select 1 from mail_outbox where user_id = ? and kind = 'second-factor'")
    const codes = has('select 1 from recovery_codes where user_id = ?')
    outcomes.push({ factors, mails, codes: codes > 0 ? 1 : 0, status: confirmed.status })
  }
  expect(outcomes.filter(({ factors, mails, codes }) => factors !== mails || factors !== codes)).toEqual([])
})
