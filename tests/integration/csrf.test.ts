import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, exchange } from '../support/browser-client.ts'
import { newPerson, rowsOf, signedInClient } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const attacks: [what: string, headers: Record<string, string>][] = [
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['a sibling host', { 'sec-fetch-site': 'same-site' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['another port of this host', { origin: 'http://localhost:1' }],
  ['a sandboxed frame', { origin: 'null' }],
  ['an origin that only looks like ours', { origin: 'http://localhost.evil.example' }],
]

describe('A22 forms that another site sends', () => {
  test.each(attacks)(
    'a form from %s is refused although its value is right, and changes nothing',
    async (_what, headers) => {
      const { client, person } = await signedInClient(server)
      const page = await client.open('/dashboard')
      const answer = await client.send(page, { name: 'Planted' }, { press: 'Create' }, { headers })
      expect(answer).toHaveStatus(403)
      expect(answer.text).toContain('This form could not be trusted')
      expect(rowsOf(server, person.email).projects).toEqual([])
    },
  )

  test.each(attacks)('a call of a JSON endpoint from %s is refused', async (_what, headers) => {
    const { client } = await signedInClient(server)
    const answer = await client.json('POST', '/bff/logout', undefined, { headers })
    expect(answer).toBeProblem(403, 'csrf_refused')
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test.each([
    ['none', () => ''],
    ['a wrong one', () => 'A'.repeat(64)],
    ['one of another session', async () => (await signedInClient(server)).client.csrf()],
    ['one from before signing in', () => new Client(server).csrf()],
  ])('a form with our own headers but %s instead of its value is refused', async (_what, value) => {
    const { client, person } = await signedInClient(server)
    const answer = await client.post('/dashboard', { intent: 'create', name: 'Planted', csrf: await value() })
    expect(answer).toHaveStatus(403)
    expect(rowsOf(server, person.email).projects).toEqual([])
  })

  test('the variants of a path that the framework knows are guarded alike', async () => {
    const { client, person } = await signedInClient(server)
    const body = { headers: { 'sec-fetch-site': 'cross-site' } }
    const csrf = await client.csrf()
    for (const path of [
      '/dashboard.data',
      '/dashboard/',
      '/dashboard?index',
      '/Dashboard',
      '/dashboard?_data=routes%2Fdashboard',
    ]) {
      const answer = await client.post(path, { intent: 'create', name: 'Planted', csrf }, body)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    }
    expect(rowsOf(server, person.email).projects).toEqual([])
  })

  test('a forwarded host does not make another origin ours', async () => {
    const { client, person } = await signedInClient(server)
    const page = await client.open('/dashboard')
    const headers = { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    expect(await client.send(page, { name: 'Planted' }, { press: 'Create' }, { headers })).toHaveStatus(403)
    expect(rowsOf(server, person.email).projects).toEqual([])
  })

  test('a client that sends neither header passes on the value alone', async () => {
    const { client, person } = await signedInClient(server, 'plain')
    const answer = await client.submit('/dashboard', { name: 'By text browser' }, { press: 'Create' })
    expect(answer.isRedirect).toBe(true)
    expect(rowsOf(server, person.email).projects).toHaveLength(1)
  })

  test('nobody can be signed in to an account of the attacker: the sign-in form is bound to its browser', async () => {
    const { person } = await signedInClient(server)
    const victim = new Client(server)
    const attackersValue = await new Client(server).csrf()
    const { email, password } = person
    const answer = await victim.post('/login', { email, password, csrf: attackersValue })
    expect(answer).toHaveStatus(403)
    expect(victim.hasRefreshToken).toBe(false)
  })

  test('a request for another host is not answered', async () => {
    const headers = { host: 'evil.example' }
    const answer = await exchange(server.origin, 'GET', '/', { headers })
    expect(answer).toHaveStatus(421)
    expect(answer.body).not.toContain('evil.example')
  })

  test('a refused sign-in form still lets the person try again', async () => {
    const client = new Client(server)
    const { name, email, password } = newPerson()
    await client.json('POST', '/bff/register', { name, email, password })
    await client.json('POST', '/bff/logout')
    const page = await client.open('/login')
    expect(await client.send(page, { email, password }, {}, { headers: { origin: 'null' } })).toHaveStatus(403)
    expect((await client.submit('/login', { email, password })).isRedirect).toBe(true)
  })
})
