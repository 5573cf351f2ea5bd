import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInAtProvider } from '../support/at-provider.ts'
import { Client } from '../support/browser-client.ts'
import { signedInClient } from '../support/fixtures.ts'
import { type OpenIdProvider, startFederated } from '../support/openid-provider.ts'
import type { TestServer } from '../support/server.ts'

// A service that takes the provider's access token and not ours, behind the proxy; a client with a key instead of a secret.

let service: Server
let seen: string[] = []
let server: TestServer
let provider: OpenIdProvider
let stop: () => Promise<void>
beforeAll(async () => {
  service = createServer((request, response) => {
    seen.push(request.headers.authorization ?? '')
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  ;({ server, provider, stop } = await startFederated({
    privateKeyJwt: true,
    // Assertions of the client are dated: the clocks may not part by much.
    accessTokenTtl: 20,
    entry: { scopes: ['openid', 'email', 'profile', 'offline_access'] },
    upstreams: [{ name: 'calendar', baseUrl, token: 'provider', allow: [{ methods: ['GET'], path: '/events' }] }],
  }))
  provider.accounts.set('grace', { email: 'grace@example.com', email_verified: true, name: 'Grace' })
})
afterAll(async () => {
  service.close()
  await stop()
})

async function call(client: Client) {
  return client.get('/bff/upstreams/calendar/events', { headers: { 'x-csrf-token': await client.csrf() } })
}

async function atProvider(): Promise<Client> {
  const client = new Client(server)
  await signInAtProvider(client, 'grace')
  seen = []
  return client
}

test("the service is given the provider's access token, and the browser never sees it", async () => {
  const client = await atProvider()
  const answer = await call(client)
  expect(answer).toHaveStatus(200)
  const [sent = ''] = seen
  expect(sent).toMatch(/^Bearer \S{20,}$/)
  for (const each of client.history) expect(each.text).not.toContain(sent.slice('Bearer '.length))
})

test('once it has run out, another one is fetched with the refresh token', async () => {
  const client = await atProvider()
  await call(client)
  await server.advance(12_000)
  try {
    expect(await call(client)).toHaveStatus(200)
    expect(seen).toHaveLength(2)
    expect(seen[0]).not.toBe(seen[1])
  } finally {
    await server.advance(-12_000)
  }
})

test('a provider that is down is 502 and signs nobody out', async () => {
  const client = await atProvider()
  await server.advance(12_000)
  provider.fault = (_request, response) => {
    response.writeHead(503).end()
    return true
  }
  try {
    expect(await call(client)).toBeProblem(502, 'bad_gateway')
  } finally {
    provider.fault = null
    await server.advance(-12_000)
  }
  expect(await client.get('/dashboard')).toHaveStatus(200)
})

test('somebody who did not sign in at the provider is told so, and stays signed in', async () => {
  const { client } = await signedInClient(server)
  expect(await call(client)).toBeProblem(403, 'forbidden')
  expect(await client.get('/dashboard')).toHaveStatus(200)
})

test('what the provider has revoked ends the session here', async () => {
  const client = await atProvider()
  await provider.forgetGrants()
  await server.advance(12_000)
  try {
    expect(await call(client)).toBeProblem(401, 'sign_in_required')
    expect(await client.get('/dashboard')).toHaveStatus(302)
  } finally {
    await server.advance(-12_000)
  }
})
