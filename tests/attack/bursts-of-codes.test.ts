import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { moveClock } from '../support/code-app.ts'
import { signedInClient } from '../support/fixtures.ts'
import { addApp } from '../support/own-factors.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { LIMIT_CODE_PER_ADDRESS: '30/1h', TRUSTED_PROXIES: '127.0.0.1' } })
})
afterAll(() => server?.stop())

test('who knows the password and sends codes at once does not close the second step to its owner for the day', async () => {
  const { client: owner, person } = await signedInClient(server)
  const { app } = await addApp(owner, server)
  await owner.json('POST', '/bff/logout')
  await moveClock(server, 31_000)
  const thief = new Client(server)
  expect(await thief.json('POST', '/bff/login', { email: person.email, password: person.password })).toHaveStatus(401)
  const csrf = await thief.csrf()
  const cookie = thief.jar.header() ?? ''
  const statuses: Record<number, number> = {}
  await Promise.all(
    Array.from({ length: 260 }, async (_, n) => {
      const answer = await fetch(`${server.origin}/bff/login/verify`, {
        method: 'POST',
        body: JSON.stringify({ code: app.wrongCode() }),
        headers: {
          'content-type': 'application/json',
          'x-csrf-token': csrf,
          cookie,
          'x-forwarded-for': `198.51.100.${Math.floor(n / 29) + 1}`,
        },
      })
      await answer.arrayBuffer()
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
    }),
  )
  const budget = server.openDatabase()
  budget.close()
  // Half an hour later, in the browser that is known.
  await moveClock(server, 30 * 60_000)
  expect(await owner.json('POST', '/bff/login', { email: person.email, password: person.password })).toHaveStatus(401)
  const answer = await owner.json('POST', '/bff/login/verify', { code: app.code() })
  expect(answer.status).toBe(200)
})
