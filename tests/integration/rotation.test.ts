import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { type Client, exchange, refreshCookieName } from '../support/browser-client.ts'
import { losesCookieAfterAMinute } from '../support/cleared-cookie.ts'
import { createProject, rowsOf, sessionOf, signedInClient } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const setsTicket = (answer: Answer) => answer.setCookies.some((line) => line.startsWith(`${refreshCookieName}=`))

/** A signed-in browser and a copy of its cookies from before the last rotation, which the browser has confirmed. */
async function robbed(): Promise<{ owner: Client; thief: Client; email: string }> {
  const { client: owner, person } = await signedInClient(server)
  const thief = owner.clone()
  await server.advance(6 * minute)
  await owner.get('/dashboard')
  await owner.get('/dashboard')
  return { owner, thief, email: person.email }
}

describe('A6 every request asks for the newest facts', () => {
  test('a request that rotates nothing sets no cookie', async () => {
    const { client, person } = await signedInClient(server)
    const before = sessionOf(server, person.email)
    const answer = await client.get('/dashboard')
    expect(answer).toHaveStatus(200)
    expect(setsTicket(answer)).toBe(false)
    expect(sessionOf(server, person.email).generation).toBe(before.generation)
  })

  test('a name that changed in the store shows on the next request', async () => {
    const { client, person } = await signedInClient(server)
    const database = server.openDatabase()
    database.prepare('update users set name = ? where email = ?').run('Augusta King', person.email)
    database.close()
    expect((await client.json('GET', '/bff/user')).json()).toMatchObject({ user: { name: 'Augusta King' } })
  })

  test('a deleted account is signed out at once', async () => {
    const { client, person } = await signedInClient(server)
    const database = server.openDatabase()
    database.prepare('delete from users where email = ?').run(person.email)
    database.close()
    expect((await client.get('/dashboard')).target).toMatch(/^\/login\?redirectTo=%2Fdashboard/)
    expect(client.hasRefreshToken).toBe(false)
  })
})

describe('A8 one refresh at a time', () => {
  test('50 parallel requests with one stale cookie cause exactly one rotation and get 50 good answers', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(6 * minute)
    const before = sessionOf(server, person.email)
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.get('/dashboard')))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
    expect(sessionOf(server, person.email).generation).toBe(before.generation + 1)
    const tickets = answers.flatMap(({ setCookies }) => setCookies.filter((line) => line.startsWith(refreshCookieName)))
    expect(new Set(tickets.map((line) => line.split(';', 1)[0])).size).toBe(1)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('two processes over one store rotate once between them', async () => {
    const twin = await startServer({ dataDir: server.dataDir, env: { APP_ORIGIN: server.origin } })
    try {
      const { client, person } = await signedInClient(server)
      await server.advance(6 * minute)
      await catchUp(twin, server)
      const before = sessionOf(server, person.email)
      const headers = { cookie: client.jar.header() ?? '', host: new URL(server.origin).host }
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          exchange((index % 2 === 0 ? server : twin).origin, 'GET', '/dashboard', { headers }),
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200))
      expect(sessionOf(server, person.email).generation).toBe(before.generation + 1)
    } finally {
      await twin.stop()
    }
  })

  test('20 forms sent at once with one stale ticket are each carried out once', async () => {
    const { client, person } = await signedInClient(server)
    const page = await client.open('/dashboard')
    await server.advance(6 * minute)
    const names = Array.from({ length: 20 }, (_, index) => `Project ${index}`)
    const answers = await Promise.all(names.map((name) => client.send(page, { name }, { press: 'Create' })))
    expect(answers.every(({ isRedirect }) => isRedirect)).toBe(true)
    const { projects, sessions } = rowsOf(server, person.email)
    expect(projects.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
    expect(sessions.map(({ generation }) => generation)).toEqual([1])
  })
})

describe('A9 a form is not lost when the ticket must be replaced on the way', () => {
  test('a form posted with a stale ticket is carried out once and brings the new ticket', async () => {
    const { client, person } = await signedInClient(server)
    const page = await client.open('/dashboard')
    await server.advance(6 * minute)
    const answer = await client.send(page, { name: 'Kept' }, { press: 'Create' })
    expect(answer.isRedirect).toBe(true)
    expect(setsTicket(answer)).toBe(true)
    expect(rowsOf(server, person.email).projects.map(({ name }) => name)).toEqual(['Kept'])
    expect((await client.follow(answer)).text).toContain('Kept')
  })

  test('a form whose answer is lost is carried out once, and the next request recovers', async () => {
    const { client, person } = await signedInClient(server)
    const page = await client.open('/dashboard')
    await server.advance(6 * minute)
    await client.send(page, { name: 'Lost and found' }, { press: 'Create' }, { drop: true })
    const next = await client.get('/dashboard')
    expect(next).toHaveStatus(200)
    expect(setsTicket(next)).toBe(true)
    expect(rowsOf(server, person.email).projects).toHaveLength(1)
  })
})

describe('A24 the ticket changes as it is used', () => {
  test('a request after the rotation interval brings a new ticket, and the old one is not needed again', async () => {
    const { client } = await signedInClient(server)
    const first = client.refreshToken
    await server.advance(6 * minute)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(client.refreshToken).not.toBe(first)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('a person who stays is signed in through hours of silent refreshes, up to the longest time', async () => {
    const { client, person } = await signedInClient(server)
    for (let minutes = 0; minutes < 11 * 60; minutes += 20) {
      await server.advance(20 * minute)
      expect(await client.get('/account')).toHaveStatus(200)
    }
    expect(sessionOf(server, person.email).generation).toBeGreaterThan(10)
    await server.advance(2 * hour)
    expect(await client.get('/account')).toLeadTo('/login?redirectTo=%2Faccount&why=expired')
  })

  test('a response that is lost on its way does no harm: the successor is sent again', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(6 * minute)
    await client.get('/dashboard', { drop: true })
    expect(sessionOf(server, person.email).generation).toBe(1)
    await server.advance(2 * hour)
    const next = await client.get('/dashboard')
    expect(next).toHaveStatus(200)
    expect(setsTicket(next)).toBe(true)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(sessionOf(server, person.email).revoked_at).toBeNull()
  })

  test('a browser that hangs up does not cancel the rotation', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(6 * minute)
    const impatient = fetch(`${server.origin}/dashboard`, {
      headers: { cookie: client.jar.header() ?? '' },
      signal: AbortSignal.timeout(1),
    })
    await impatient.catch(() => undefined)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(sessionOf(server, person.email).revoked_at).toBeNull()
  })

  test('a straggler within the grace is answered, without a cookie', async () => {
    const { owner, thief: straggler, email } = await robbed()
    await server.advance(10 * second)
    const answer = await straggler.get('/dashboard')
    expect(answer).toHaveStatus(200)
    expect(setsTicket(answer)).toBe(false)
    expect(await owner.get('/dashboard')).toHaveStatus(200)
    expect(sessionOf(server, email).revoked_at).toBeNull()
  })

  test('a replayed refresh token ends the session, for the thief and for the owner, who is told why', async () => {
    const { owner, thief, email } = await robbed()
    await server.advance(31 * second)
    expect(await thief.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=reuse')
    const answer = await owner.get('/dashboard')
    expect(answer).toLeadTo('/login?redirectTo=%2Fdashboard&why=reuse')
    expect((await owner.follow(answer)).text).toContain('someone used an old copy of your ticket')
    expect(await losesCookieAfterAMinute(server, owner)).toBe(true)
    expect(sessionOf(server, email)).toMatchObject({ revoked_reason: 'reuse' })
  })

  test('a thief who comes first is caught as soon as the owner comes back', async () => {
    const { client: owner } = await signedInClient(server)
    const thief = owner.clone()
    await server.advance(6 * minute)
    await thief.get('/dashboard')
    expect(await thief.get('/dashboard')).toHaveStatus(200)
    await server.advance(31 * second)
    expect(await owner.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=reuse')
    expect((await thief.get('/dashboard')).target).toContain('why=reuse')
  })

  test('a form with a replayed ticket changes nothing', async () => {
    const { thief, email } = await robbed()
    const page = await thief.open('/dashboard')
    await server.advance(31 * second)
    const answer = await thief.send(page, { name: 'Planted' }, { press: 'Create' })
    expect(answer.target).toMatch(/^\/login\?.*why=reuse/)
    expect(rowsOf(server, email).projects).toEqual([])
  })

  test('a prefetch does not use up a ticket', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(6 * minute)
    const answer = await client.get('/dashboard', { headers: { 'sec-purpose': 'prefetch' } })
    expect(answer).toHaveStatus(200)
    expect(setsTicket(answer)).toBe(false)
    expect(sessionOf(server, person.email).generation).toBe(0)
  })

  test('a store that was restored from a backup catches up with the browser', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(6 * minute)
    await client.get('/dashboard')
    const database = server.openDatabase()
    database.prepare('update sessions set generation = 0 where id = ?').run(sessionOf(server, person.email).id)
    database.close()
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(sessionOf(server, person.email).generation).toBe(1)
  })
})

describe('A24 an expired refresh token', () => {
  test('a session ends at its longest time and the person is told', async () => {
    const { client } = await signedInClient(server)
    await server.advance(12 * hour)
    const answer = await client.get('/dashboard')
    expect(answer).toLeadTo('/login?redirectTo=%2Fdashboard&why=expired')
    expect((await client.follow(answer)).text).toContain('reached its longest time')
    expect(await losesCookieAfterAMinute(server, client)).toBe(true)
  })

  test('a kept session that is not used for three days ends', async () => {
    const { client, person } = await signedInClient(server)
    await client.json('POST', '/bff/logout')
    await client.json('POST', '/bff/login', { email: person.email, password: person.password, remember: true })
    await server.advance(3 * day)
    expect(await client.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=idle')
  })

  test('a kept session that is used lives for seven days and not an hour longer', async () => {
    const { client, person } = await signedInClient(server)
    await client.json('POST', '/bff/logout')
    await client.json('POST', '/bff/login', { email: person.email, password: person.password, remember: true })
    for (let days = 1; days < 7; days++) {
      await server.advance(day)
      expect(await client.get('/dashboard')).toHaveStatus(200)
    }
    await server.advance(day)
    expect(await client.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=expired')
  })
})

describe('A24 garbage instead of a ticket', () => {
  test.each([
    ['nothing', ''],
    ['noise', 'x'.repeat(100)],
    ['a JWT', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.AAAAAAAAAAAAAAAA'],
    ['a very long text', 'a.'.repeat(4_000)],
  ])('%s signs nobody in and clears the cookie', async (_what, value) => {
    const { client } = await signedInClient(server)
    client.jar.put(refreshCookieName, value)
    expect(await client.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard')
    expect(client.hasRefreshToken).toBe(false)
  })

  test("a ticket with any part altered is refused and ends nobody's session", async () => {
    const { client, person } = await signedInClient(server)
    const genuine = client.refreshToken.split('.')
    const forgeries = genuine.map((part, index) =>
      genuine.with(
        index,
        index === 2 ? String(Number(part) + 1) : `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`,
      ),
    )
    for (const forgery of forgeries) {
      const forger = client.clone()
      forger.jar.put(refreshCookieName, forgery.join('.'))
      expect((await forger.get('/dashboard')).isRedirect).toBe(true)
    }
    expect(sessionOf(server, person.email)).toMatchObject({ revoked_at: null, generation: 0 })
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('a ticket that comes twice in one request is refused and changes nothing', async () => {
    const { client: one } = await signedInClient(server)
    const { client: other, person } = await signedInClient(server)
    const cookie = `${one.jar.header()}; ${other.jar.header()}`
    expect(await exchange(server.origin, 'GET', '/bff/user', { headers: { cookie } })).toBeProblem(
      400,
      'malformed_request',
    )
    expect(sessionOf(server, person.email).revoked_at).toBeNull()
  })
})

describe('A10 signing out', () => {
  test('leads to the sign-in page and ends the session on the server', async () => {
    const { client, person } = await signedInClient(server)
    const copy = client.clone()
    const answer = await client.submit('/dashboard', {}, { press: 'Sign out' })
    expect(answer.target).toMatch(/^\/login/)
    expect(client.hasRefreshToken).toBe(false)
    expect(await copy.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=revoked')
    expect(sessionOf(server, person.email).revoked_at).not.toBeNull()
  })

  test('is final: requests in flight, before and after, cannot revive the session', async () => {
    const { client, person } = await signedInClient(server)
    const page = await client.open('/dashboard')
    await server.advance(6 * minute)
    const copies = Array.from({ length: 30 }, () => client.clone())
    const early = copies.slice(0, 15).map((copy) => copy.get('/dashboard'))
    const signOut = client.send(page, {}, { press: 'Sign out' })
    const late = copies.slice(15).map((copy) => copy.get('/dashboard'))
    const answers = await Promise.all([...early, signOut, ...late])
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
    for (const copy of copies) expect((await copy.get('/dashboard')).isRedirect).toBe(true)
    expect(sessionOf(server, person.email).revoked_at).not.toBeNull()
  })

  test('twice is no harm', async () => {
    const { client } = await signedInClient(server)
    const page = await client.open('/dashboard')
    const copy = client.clone()
    expect((await client.send(page, {}, { press: 'Sign out' })).isRedirect).toBe(true)
    expect((await copy.send(page, {}, { press: 'Sign out' })).status).toBeLessThan(500)
  })

  test('is not done by a link', async () => {
    const { client } = await signedInClient(server)
    expect(await client.get('/logout')).toLeadTo('/account')
    expect(await client.get('/account')).toHaveStatus(200)
  })
})

describe('the cookie survives a restart of the server', () => {
  test('a session goes on after the server was started anew over the same store', async () => {
    const { client } = await signedInClient(server)
    await createProject(client, 'Before the restart')
    await server.restart()
    const page = await client.get('/dashboard')
    expect(page).toHaveStatus(200)
    expect(page.text).toContain('Before the restart')
  })
})

/** Sets the twin's clock to the other server's, as far as their `Date` headers tell. */
async function catchUp(twin: TestServer, leader: TestServer): Promise<void> {
  const timeOf = async ({ origin }: TestServer) =>
    Date.parse((await exchange(origin, 'GET', '/favicon.svg')).headers.date ?? '')
  await twin.advance((await timeOf(leader)) - (await timeOf(twin)))
}
