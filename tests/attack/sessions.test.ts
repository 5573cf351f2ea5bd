import { createHmac, randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, refreshCookieName } from '../support/browser-client.ts'
import { parseSetCookie } from '../support/cookie-jar.ts'
import { createProject, rowsOf, sessionOf, signedInClient, signIn, signUp } from '../support/fixtures.ts'
import { openSocket, rawExchange, statusesIn } from '../support/raw-socket.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { pictureOf } from '../support/store-picture.ts'

const rotationDue = 6 * 60_000

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

type Seen = { status: number; email: string | null; successor: string | null }

/** Asks who is signed in, over connections that all people of the test share. */
function whoAmI(agent: Agent, refreshToken: string): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const headers = { cookie: `${refreshCookieName}=${refreshToken}`, accept: 'application/json' }
    const outgoing = request(
      { port: server.port, host: 'localhost', path: '/bff/user', agent, headers },
      async (response) => {
        let body = ''
        for await (const chunk of response) body += chunk
        const cookie = response.headers['set-cookie']
          ?.map(parseSetCookie)
          .find(({ name }) => name === refreshCookieName)
        const email = (JSON.parse(body) as { user?: { email: string } }).user?.email ?? null
        resolve({ status: response.statusCode ?? 0, email, successor: cookie?.value ?? null })
      },
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}

const sessionIdIn = (refreshToken: string) => refreshToken.split('.')[1]

describe('two hundred requests of ten people at once, over four connections', () => {
  test.each([
    ['while nothing is due', 0],
    ['while everybody’s rotation is due', rotationDue],
  ])('are never answered with somebody else’s data, %s', async (_when, advanceBy) => {
    const people = await Promise.all(Array.from({ length: 10 }, () => signedInClient(server)))
    await server.advance(advanceBy)
    const agent = new Agent({ keepAlive: true, maxSockets: 4 })
    const order = Array.from({ length: 200 }, (_, n) => people[(n * 7) % 10]).filter((one) => one !== undefined)
    const seen = await Promise.all(order.map(({ client }) => whoAmI(agent, client.refreshToken)))
    agent.destroy()
    expect(seen.map(({ status, email }) => [status, email])).toEqual(order.map(({ person }) => [200, person.email]))
    for (const { client, person } of people) {
      const successors = seen.flatMap(({ email, successor }) =>
        email === person.email && successor ? [successor] : [],
      )
      expect(new Set(successors).size).toBe(advanceBy === 0 ? 0 : 1)
      for (const successor of successors) expect(sessionIdIn(successor)).toBe(sessionIdIn(client.refreshToken))
      expect(sessionOf(server, person.email).generation).toBe(advanceBy === 0 ? 0 : 1)
    }
  })

  test('are not mixed up when they stand in one pipeline on one connection', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => signedInClient(server)))
    await server.advance(rotationDue)
    const order = Array.from({ length: 24 }, (_, n) => people[n % 4]).filter((one) => one !== undefined)
    const line = (refreshToken: string) =>
      `GET /bff/user HTTP/1.1\r\nHost: localhost:${server.port}\r\nCookie: ${refreshCookieName}=${refreshToken}\r\n\r\n`
    const received = await rawExchange(server.port, order.map(({ client }) => line(client.refreshToken)).join(''))
    const answers = received.split(/(?=HTTP\/1\.1 \d{3})/).filter(Boolean)
    expect(answers).toHaveLength(order.length)
    for (const [n, { person, client }] of order.entries()) {
      expect(answers[n]).toContain(`"${person.email}"`)
      const [, sent] = new RegExp(`${refreshCookieName}=([^;]+)`).exec(answers[n] ?? '') ?? []
      if (sent) expect(sessionIdIn(sent)).toBe(sessionIdIn(client.refreshToken))
    }
  })

  test('see their own page each, names and forms included', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => signedInClient(server)))
    const marks = await Promise.all(people.map(({ client, person }) => createProject(client, `of ${person.email}`)))
    const order = Array.from({ length: 40 }, (_, n) => (n * 3) % 5)
    const pages = await Promise.all(order.map((n) => people[n]?.client.get('/dashboard', { drop: true })))
    for (const [at, n] of order.entries()) {
      for (const [other, { person }] of people.entries()) {
        expect(pages[at]?.body.includes(person.email)).toBe(other === n)
        expect(pages[at]?.body.includes(marks[other] ?? '')).toBe(other === n)
      }
    }
  })
})

describe('the cookie survives', () => {
  test('a redirect that a loader throws: the successor comes with it', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(rotationDue)
    const old = client.refreshToken
    for (const path of ['/login', '/dashboard?page=99', '/logout', '/login.data']) {
      const jar = client.clone()
      jar.jar.put(refreshCookieName, old)
      const answer = await jar.get(path)
      expect([202, 302]).toContain(answer.status)
      expect(jar.refreshToken, path).not.toBe(old)
      expect(answer.headers['cache-control']).toBe('private, no-store')
    }
    expect(sessionOf(server, person.email).generation).toBe(1)
  })

  test('a refusal and a page that does not exist', async () => {
    for (const path of ['/nothing-here', '/admin/users', '/dashboard?page=x', '/admin/users.data', '/projects/none']) {
      const { client } = await signedInClient(server)
      await server.advance(rotationDue)
      const old = client.refreshToken
      await client.get(path)
      expect(client.refreshToken, path).not.toBe(old)
      expect(await client.get('/dashboard')).toHaveStatus(200)
    }
  })

  test('a form that is refused after the session was rotated', async () => {
    const { client } = await signedInClient(server)
    await server.advance(rotationDue)
    const old = client.refreshToken
    expect(await client.post('/dashboard', { name: 'x', csrf: 'nothing' })).toHaveStatus(403)
    expect(client.refreshToken).not.toBe(old)
  })
})

test('a client that hangs up does not cancel a rotation: the successor is sent again', async () => {
  for (let n = 0; n < 5; n++) {
    const { client, person } = await signedInClient(server)
    await server.advance(rotationDue)
    const old = client.refreshToken
    const socket = openSocket(
      server.port,
      `GET /dashboard HTTP/1.1\r\nHost: localhost:${server.port}\r\nCookie: ${refreshCookieName}=${old}\r\n\r\n`,
    )
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('connect', resolve))
    // Long enough for the request to be read, too short for its answer.
    await delay(n)
    socket.destroy()
    await delay(200)
    const answer = await client.get('/bff/user')
    expect(answer).toHaveStatus(200)
    expect(client.refreshToken).not.toBe(old)
    expect(sessionOf(server, person.email)).toMatchObject({ generation: 1, revoked_at: null })
    expect(await client.get('/dashboard')).toHaveStatus(200)
  }
})

describe('a captured cookie is dead', () => {
  test('after logout, on every kind of request, and revives nothing', async () => {
    for (const path of ['form', '/bff/logout']) {
      const { client, person } = await signedInClient(server)
      const thief = client.clone()
      expect(await thief.get('/dashboard', { drop: true })).toHaveStatus(200)
      if (path === 'form') await client.submit('/account', {}, { press: 'Sign out' })
      else await client.json('POST', path)
      const picture = pictureOf(server)
      for (const target of [
        '/dashboard',
        '/dashboard.data',
        '/bff/user',
        '/account',
        '/dashboard.data?_routes=routes%2Fdashboard',
      ]) {
        const answer = await thief.get(target, { drop: true })
        expect(answer.body).not.toContain(person.email)
        expect(
          answer.setCookies.some((line) => line.startsWith(`${refreshCookieName}=`) && !line.includes('Max-Age=0')),
        ).toBe(false)
      }
      expect(await thief.get('/bff/user', { drop: true })).toBeProblem(401, 'sign_in_required')
      expect(pictureOf(server)).toEqual(picture)
    }
  })

  test('after logout even when its own requests were under way at that moment', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(rotationDue)
    const thief = client.clone()
    const csrf = await client.csrf()
    const racing = Array.from({ length: 10 }, () => thief.get('/bff/user', { drop: true }))
    const leaving = client.post('/logout', { csrf })
    await Promise.all([...racing, leaving])
    expect(sessionOf(server, person.email).revoked_at).not.toBeNull()
    expect(await thief.get('/bff/user')).toHaveStatus(401)
  })
})

describe('signing in', () => {
  test('makes a new session each time and ends the one that this browser had', async () => {
    const { client, person } = await signedInClient(server)
    const first = client.clone()
    const another = await signUp(new Client(server))
    for (const who of [person, another, person]) {
      const answer = await client.json('POST', '/bff/login', { email: who.email, password: who.password })
      expect(answer).toHaveStatus(200)
    }
    expect(await first.get('/bff/user')).toHaveStatus(401)
    const { sessions } = rowsOf(server, person.email)
    expect(sessions.map(({ revoked_reason }) => revoked_reason)).toEqual(['replaced', 'replaced', null])
    expect(new Set(sessions.map(({ id }) => id)).size).toBe(3)
    expect(sessionIdIn(client.refreshToken)).toBe(sessions[2]?.id)
  })

  test('does not carry on with a session that somebody planted', async () => {
    const attacker = await signedInClient(server)
    const person = await signUp(new Client(server))
    const victim = new Client(server)
    victim.jar.put(refreshCookieName, attacker.client.refreshToken)
    await victim.json('POST', '/bff/login', { email: person.email, password: person.password })
    expect(sessionIdIn(victim.refreshToken)).not.toBe(sessionIdIn(attacker.client.refreshToken))
    expect(await attacker.client.get('/bff/user')).toHaveStatus(401)
  })

  test('clears a pre-session cookie that somebody planted, so that its values die', async () => {
    const attacker = new Client(server)
    const value = await attacker.csrf()
    const person = await signUp(new Client(server))
    const victim = new Client(server)
    victim.jar.put('__Host-Http-cloakroom-pre', attacker.jar.find('__Host-Http-cloakroom-pre')?.value ?? '')
    await signIn(victim, person)
    expect(victim.jar.find('__Host-Http-cloakroom-pre')).toBeNull()
    expect(await victim.post('/logout', { csrf: value })).toHaveStatus(403)
    expect(await victim.get('/bff/user')).toHaveStatus(200)
  })
})

describe('a refresh token that was not issued to its bearer signs nobody in', () => {
  test('made up, borrowed, cut or put together from two', async () => {
    const { client, person } = await signedInClient(server)
    const { client: attacker } = await signedInClient(server)
    const [kid = '', sid = '', , mac = ''] = client.refreshToken.split('.')
    const [, ownSid = '', ownGeneration = '', ownMac = ''] = attacker.refreshToken.split('.')
    const guess = createHmac('sha256', 'guess').update(sid).digest('base64url')
    const random = (bytes: number) => randomBytes(bytes).toString('base64url')
    const planted = [
      ...[
        `${kid}.${sid}.0.${ownMac}`,
        `${kid}.${sid}.0.${guess}`,
        `${kid}.${sid}.0.${'A'.repeat(43)}`,
        `${kid}.${sid}.0.`,
      ],
      ...[`${kid}.${sid}.1.${mac}`, `${kid}.${sid}.00.${mac}`, `${kid}.${sid}.-0.${mac}`, `${kid}.${sid}.0e0.${mac}`],
      ...[`${kid}.${ownSid}.${ownGeneration}.${mac}`, `${kid}.${random(16)}.0.${mac}`, `${sid}.${sid}.0.${mac}`],
      ...[
        `.${sid}.0.${mac}`,
        `${kid}.${sid}.0.${mac}.`,
        `${kid}.${sid}.0.${mac.slice(0, -1)}`,
        `${kid}.${sid}.0.${mac}A`,
      ],
      ...[`${kid}..0.${mac}`, `${random(6)}.${random(16)}.0.${random(32)}`, 'x', '', '"', `"${client.refreshToken}"`],
      ...[`${kid}.${sid}.0.${mac.toUpperCase()}`, `${kid}.${sid}.${2 ** 53}.${mac}`, 'null', '%00', 'a'.repeat(4_000)],
    ]
    const picture = pictureOf(server)
    for (const value of planted) {
      const answer = await rawExchange(
        server.port,
        `GET /bff/user HTTP/1.1\r\nHost: localhost:${server.port}\r\nCookie: ${refreshCookieName}=${value}\r\nConnection: close\r\n\r\n`,
      )
      expect(statusesIn(answer), value).toEqual([401])
      expect(answer).not.toContain(person.email)
    }
    expect(pictureOf(server)).toEqual(picture)
    expect(await client.get('/bff/user'), 'garbage revokes nothing').toHaveStatus(200)
  })

  test('from another installation', async () => {
    const elsewhere = await startServer()
    try {
      const { client: foreign } = await signedInClient(elsewhere)
      const planted = new Client(server)
      planted.jar.put(refreshCookieName, foreign.refreshToken)
      expect(await planted.get('/bff/user')).toHaveStatus(401)
      expect(planted.hasRefreshToken).toBe(false)
    } finally {
      await elsewhere.stop()
    }
  })
})

describe('cookies that come twice never switch identity', () => {
  const names = { refresh: refreshCookieName, pre: '__Host-Http-cloakroom-pre', device: '__Host-Http-cloakroom-device' }

  async function pair(name: string): Promise<[string, string]> {
    const values: string[] = []
    for (let n = 0; n < 2; n++) {
      const { client } = await signedInClient(server)
      const fresh = new Client(server)
      await fresh.csrf()
      values.push((name === names.pre ? fresh : client).jar.find(name)?.value ?? '')
    }
    return [values[0] ?? '', values[1] ?? '']
  }

  test.each(Object.values(names))(
    '%s: in either order, in one header or in two, the request is refused',
    async (name) => {
      const [one, two] = await pair(name)
      const picture = pictureOf(server)
      const heads = [
        `Cookie: ${name}=${one}; ${name}=${two}`,
        `Cookie: ${name}=${two}; ${name}=${one}`,
        `Cookie: ${name}=${one};${name}=${two}`,
        `Cookie: ${name}=${one}; ${name}=${one}`,
        `Cookie: ${name}=; ${name}=${two}`,
        `Cookie: ${name}=${one}\r\nCookie: ${name}=${two}`,
        `Cookie: a=b; ${name}=${two}; c=d\r\nCookie: ${name}=${one}`,
      ]
      for (const head of heads) {
        for (const path of ['/dashboard', '/bff/user', '/dashboard.data', '/bff/csrf', '/login']) {
          const bytes = `GET ${path} HTTP/1.1\r\nHost: localhost:${server.port}\r\n${head}\r\nConnection: close\r\n\r\n`
          const received = await rawExchange(server.port, bytes)
          expect(statusesIn(received), `${head} at ${path}`).toEqual([400])
          expect(received).not.toMatch(/@example\.com/)
          expect(received).not.toMatch(/^set-cookie:/im)
        }
      }
      expect(pictureOf(server)).toEqual(picture)
    },
  )

  test('a cookie whose name only looks like ours is not ours', async () => {
    const { client } = await signedInClient(server)
    const token = client.refreshToken
    for (const name of [
      '__host-http-cloakroom',
      '__Host-cloakroom',
      'cloakroom',
      ` ${refreshCookieName} `,
      `x${refreshCookieName}`,
    ]) {
      const bytes = `GET /bff/user HTTP/1.1\r\nHost: localhost:${server.port}\r\nCookie: a=b; ${name}=${token}\r\nConnection: close\r\n\r\n`
      expect(statusesIn(await rawExchange(server.port, bytes)), name).toEqual([401])
    }
  })
})
