import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { signedInClient } from '../support/fixtures.ts'
import { codeTo } from '../support/mailbox.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    env: { LIMIT_SIGN_IN_PER_ADDRESS: '30/10m', TRUSTED_PROXIES: '127.0.0.1', LIMIT_CODE_PER_ADDRESS: '30/1h' },
  })
})
afterAll(() => server?.stop())

test('a browser is still known after the address was changed in it', async () => {
  const { client, person } = await signedInClient(server)
  const email = `new.${person.email}`
  await client.submit('/account/address', { email, current: person.password }, { press: 'request' })
  const changed = await client.submit('/account/address', { code: await codeTo(server, email) }, { press: 'confirm' })
  expect(changed.isRedirect).toBe(true)
  await client.json('POST', '/bff/logout')
  const stranger = new Client(server)
  for (let n = 0; n < 7; n++)
    await stranger.json(
      'POST',
      '/bff/login',
      { email, password: 'wrong wrong wrong wrong' },
      { headers: { 'x-forwarded-for': `198.51.100.${n + 1}` } },
    )
  const answer = await client.json('POST', '/bff/login', { email, password: person.password })
  expect(answer.status).toBe(200)
})

test('a confirmation by password in a live session is not refused for what a former holder of a mark sends', async () => {
  const { client, person } = await signedInClient(server)
  const former = new Client(server)
  await former.json(
    'POST',
    '/bff/login',
    { email: person.email, password: person.password },
    { headers: { 'x-forwarded-for': '203.0.113.9' } },
  )
  await former.json('POST', '/bff/logout')
  for (let n = 0; n < 110; n++)
    await former.json(
      'POST',
      '/bff/login',
      { email: person.email, password: 'wrong wrong wrong wrong' },
      { headers: { 'x-forwarded-for': '203.0.113.9' } },
    )
  const confirmed = await client.submit('/reauthenticate', { step_up_password: person.password })
  expect(confirmed.isRedirect).toBe(true)
})
