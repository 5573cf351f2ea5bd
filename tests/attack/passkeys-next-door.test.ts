import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { signedInClient } from '../support/fixtures.ts'
import { addPasskey, sendProof, signProof } from '../support/own-factors.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { SoftAuthenticator } from '../support/soft-authenticator.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { LIMIT_CODE_PER_ADDRESS: '30/1h' } })
})
afterAll(() => server?.stop())

test('thirty requests without any account from the same network shut nobody out of their passkey, in a browser that is known', async () => {
  const { client } = await signedInClient(server)
  const phone = new SoftAuthenticator(server.origin)
  await addPasskey(client, phone)
  await server.advance(11 * 60_000)

  const stranger = new Client(server)
  const statuses: Record<number, number> = {}
  for (let n = 0; n < 31; n++) {
    const { status } = await stranger.json('POST', '/bff/passkeys/sign-in', { credential: {} })
    statuses[status] = (statuses[status] ?? 0) + 1
  }

  // In the session that goes on: a confirmation by passkey.
  const asked = await client.open('/reauthenticate')
  const _confirmed = await sendProof(client, asked, 'passkey', await signProof(client, phone))
  await client.json('POST', '/bff/logout')
  const options = (await client.json('POST', '/bff/passkeys/sign-in-options')).json<{ challenge: string }>()
  const signedIn = await client.json('POST', '/bff/passkeys/sign-in', { credential: phone.prove(options) })
  expect(signedIn.status).toBe(200)
})
