import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, refreshCookieName } from '../support/browser-client.ts'
import { sessionOf, signedInClient } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

const secret = randomBytes(32)

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { APP_SECRETS: secret.toString('base64') } })
})
afterAll(() => server?.stop())

/** What somebody makes who has this secret and has read the source. */
function seal(from: Buffer, sessionId: string, generation: number): string {
  const kid = createHash('sha256').update(from).digest('hex').slice(0, 8)
  const key = Buffer.from(hkdfSync('sha256', from, 'cloakroom/v1', 'refresh-token', 32))
  const mac = createHmac('sha256', key).update(`cloakroom refresh token|${sessionId}|${generation}`).digest('base64url')
  return `${kid}.${sessionId}.${generation}.${mac}`
}

async function statusWith(ticket: string): Promise<number> {
  const thief = new Client(server)
  thief.jar.put(refreshCookieName, ticket)
  return (await thief.get('/bff/user')).status
}

describe('a ticket', () => {
  test('is made by whoever has the secrets and reads the database', async () => {
    const { person } = await signedInClient(server)
    const { id, generation } = sessionOf(server, person.email)
    expect(await statusWith(seal(secret, id, generation))).toBe(200)
  })

  test('is not made by whoever has one of the two', async () => {
    const { client, person } = await signedInClient(server)
    const { id, generation } = sessionOf(server, person.email)
    expect(await statusWith(seal(randomBytes(32), id, generation))).toBe(401)
    expect(await statusWith(seal(secret, randomBytes(16).toString('base64url'), generation))).toBe(401)
    expect(await client.get('/bff/user')).toHaveStatus(200)
  })
})
