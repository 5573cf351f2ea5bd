import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, signedInClient } from '../support/fixtures.ts'
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
  console.log('the owner, in the browser that the address was changed in', answer.status)
  expect(answer.status).toBe(200)
})

test('made-up codes of a neighbour do not keep anybody from undoing a change of address', async () => {
  const { client, person } = await signedInClient(server)
  await client.submit('/account/address', {}, { press: 'Confirm this address' })
  await client.submit('/verify', { code: await codeTo(server, person.email) }, { press: 'Confirm' })
  const email = `thief.${newPerson().email}`
  await client.submit('/account/address', { email, current: person.password }, { press: 'request' })
  await client.submit('/account/address', { code: await codeTo(server, email) }, { press: 'confirm' })
  const undo = await codeTo(server, person.email)
  const stranger = new Client(server)
  const page = await stranger.open('/undo')
  for (let n = 0; n < 31; n++) await stranger.send(page, { code: '00000-00000-00000-00000-00000-0' })
  const answer = await new Client(server).submit('/undo', { code: undo })
  console.log('undoing', answer.status, answer.location)
  expect(answer.isRedirect).toBe(true)
})

test('nor is a confirmation by password in a session that lives refused by what a former holder of a mark sends', async () => {
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
  console.log('confirming in the session', confirmed.status)
  expect(confirmed.isRedirect).toBe(true)
})
