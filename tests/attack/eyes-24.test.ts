import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { LIMIT_SIGN_IN_PER_ADDRESS: '30/10m' } })
})
afterAll(() => server?.stop())

test('forty-five people behind one address who sign in at once, each with the right password, are all let in', async () => {
  const people = Array.from({ length: 45 }, () => newPerson())
  for (const person of people) await new Client(server).json('POST', '/bff/register', person)
  const visitors = await Promise.all(people.map(async ({ email, password }) => {
    const client = new Client(server)
    const csrf = await client.csrf()
    return { body: JSON.stringify({ email, password }), headers: { 'content-type': 'application/json', 'x-csrf-token': csrf, cookie: client.jar.header() ?? '' } }
  }))
  const statuses: Record<string, number> = {}
  const waits: (string | null)[] = []
  await Promise.all(
    visitors.map(async (init) => {
      const answer = await fetch(`${server.origin}/bff/login`, { method: 'POST', ...init })
      await answer.arrayBuffer()
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      if (answer.status === 429) waits.push(answer.headers.get('retry-after'))
    }),
  )
  console.log('at once', statuses, 'Retry-After', waits[0])
  // The ones who come later, one after the other, with one slip between them all.
  const aside = server.openDatabase()
  console.log('points', aside.prepare("select key, points from rate_limits where key like 'sign-in%'").all())
  aside.close()
  expect(statuses).toEqual({ 200: 45 })
})
