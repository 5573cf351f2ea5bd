import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { signedInClient } from '../support/fixtures.ts'
import { addPasskey } from '../support/own-factors.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { SoftAuthenticator } from '../support/soft-authenticator.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

test('an account whose address nobody confirmed is not entered by passkey where addresses are confirmed first', async () => {
  const { client, person } = await signedInClient(server)
  const phone = new SoftAuthenticator(server.origin)
  await addPasskey(client, phone)
  await server.restart({ REGISTRATION: 'verify-email' })
  const _byPassword = await new Client(server).json('POST', '/bff/login', {
    email: person.email,
    password: person.password,
  })
  const browser = new Client(server)
  const options = (await browser.json('POST', '/bff/passkeys/sign-in-options')).json<{ challenge: string }>()
  const byPasskey = await browser.json('POST', '/bff/passkeys/sign-in', { credential: phone.prove(options) })
  expect(byPasskey.status).toBe(403)
})
