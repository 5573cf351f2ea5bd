import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { boundClient, challengeIn, DeviceKey, nextChallenge, refreshWith, registerWith } from '../support/device-key.ts'
import {
  createProject,
  makeAdmin,
  newPerson,
  rowsOf,
  signedInClient,
  signIn,
  withDatabase,
} from '../support/fixtures.ts'
import { untilEventsAreWritten } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'

const second = 1_000
const minute = 60 * second

const boundCookie = '__Host-cloakroom-bound'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

async function eventTypesOf(email: string): Promise<string[]> {
  await untilEventsAreWritten(server)
  const rows = withDatabase(server, (database) =>
    database
      .prepare(
        `select type from security_events where session_id in
          (select id from sessions where user_number = (select number from users where email = ?)) order by id`,
      )
      .all(email),
  ) as { type: string }[]
  return rows.map(({ type }) => type)
}

describe('a sign-in', () => {
  test('invites the browser to bind the session, by a page and by a script', async () => {
    const client = new Client(server)
    const person = newPerson()
    const registered = await client.submit('/register', person)
    expect(registered.headers['secure-session-registration']).toMatch(
      /^\(ES256\);path="\/bff\/device\/register";challenge="[A-Za-z0-9._-]+"$/,
    )
    const { email, password } = person
    const signedIn = await new Client(server).json('POST', '/bff/login', { email, password })
    expect(challengeIn(signedIn)).not.toBe(challengeIn(registered))
  })

  test('of a browser that knows nothing of it goes on as ever', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(3 * minute)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(client.jar.names()).not.toContain(boundCookie)
    expect(rowsOf(server, person.email).sessions).toMatchObject([{ bound_at: null, binding_key: null }])
  })

  test('that is wrong invites nobody', async () => {
    const answer = await new Client(server).submit('/login', { email: 'nobody@example.com', password: 'x' })
    expect(answer.headers['secure-session-registration']).toBeUndefined()
  })
})

describe('a registration', () => {
  test('stores the key, answers with instructions, a cookie and the next challenge', async () => {
    const client = new Client(server)
    const person = newPerson()
    const key = await DeviceKey.create()
    const answer = await key.register(client, await client.submit('/register', person))
    expect(answer).toHaveStatus(200)
    const { scope, ...instructions } = answer.json<{ scope: { scope_specification: { path: string }[] } }>()
    expect(instructions).toEqual({
      session_identifier: key.bindingId,
      refresh_url: '/bff/device/refresh',
      credentials: [{ type: 'cookie', name: boundCookie, attributes: 'Path=/; Secure; HttpOnly; SameSite=Lax' }],
      allowed_refresh_initiators: ['*'],
    })
    expect(scope).toMatchObject({ origin: server.origin, include_site: false })
    expect(scope.scope_specification).toContainEqual({ type: 'exclude', path: '/build/' })
    const { value, attributes } = client.jar.find(boundCookie) ?? {}
    expect(value).toMatch(/^[A-Za-z0-9._-]{50,80}$/)
    expect(attributes).toEqual({ path: '/', secure: true, httponly: true, samesite: 'Lax', 'max-age': '600' })
    expect(nextChallenge(answer)).not.toBe('')
    const [row] = rowsOf(server, person.email).sessions as unknown as { binding_key: string; binding_id: string }[]
    expect(JSON.parse(row?.binding_key ?? '')).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x: key.publicJwk.x,
      y: key.publicJwk.y,
    })
    expect(row?.binding_id).toBe(key.bindingId)
    expect(await eventTypesOf(person.email)).toContain('session.bound')
  })

  test('holds without any cookie, since the challenge says for which session it is', async () => {
    const client = new Client(server)
    const invitation = await client.submit('/register', newPerson())
    const bare = new Client(server)
    expect(await (await DeviceKey.create()).register(bare, invitation)).toHaveStatus(200)
    expect(bare.jar.names()).toContain(boundCookie)
  })

  test('is accepted in quotes too, and from wherever the person came', async () => {
    const client = new Client(server)
    const key = await DeviceKey.create()
    const proof = await key.introduce(challengeIn(await client.submit('/register', newPerson())))
    const headers = {
      'secure-session-response': `"${proof}"`,
      'sec-fetch-site': 'cross-site',
      origin: 'https://a.example',
    }
    expect(await client.request('POST', '/bff/device/register', { headers })).toHaveStatus(200)
  })

  test('whose answer was lost leaves the session as it was: it is bound when its ticket is first seen', async () => {
    const client = new Client(server)
    const key = await DeviceKey.create()
    const proof = await key.introduce(challengeIn(await client.submit('/register', newPerson())))
    const headers = { 'secure-session-response': proof }
    await client.request('POST', '/bff/device/register', { headers, drop: true })
    await server.advance(minute)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })
})

describe('a bound session', () => {
  test('is served with its ticket, and for some seconds to requests that had left before', async () => {
    const { client } = await boundClient(server)
    const early = client.clone()
    early.jar.store([`${boundCookie}=; Max-Age=0`.concat('; Path=/; Secure')])
    expect(await early.get('/dashboard')).toHaveStatus(200)
    await server.advance(11 * second)
    expect(await early.get('/dashboard')).toHaveStatus(403)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('asks the store no more than any other', async () => {
    const { client, person } = await boundClient(server)
    await client.get('/dashboard')
    const before = rowsOf(server, person.email).sessions
    await client.get('/dashboard')
    expect(rowsOf(server, person.email).sessions).toEqual(before)
  })

  test('goes on after the use of its key, with a challenge that was handed out ahead', async () => {
    const { client, key } = await boundClient(server)
    await server.advance(10 * minute + 30 * second)
    expect(await key.refresh(client)).toHaveStatus(200)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('that slept for long is asked once more, and nobody takes that for an attack', async () => {
    const { client, key, person } = await boundClient(server)
    await server.advance(90 * minute)
    const asked = await key.refresh(client)
    expect(asked).toHaveStatus(403)
    expect(await key.refresh(client, nextChallenge(asked))).toHaveStatus(200)
    expect(await eventTypesOf(person.email)).not.toContain('binding.refused')
  })

  test('whose ticket has run out has the browser send the very same request again, and nothing is done before', async () => {
    const { client, key, person } = await boundClient(server)
    const page = await client.open('/dashboard')
    await server.advance(10 * minute + 11 * second)
    const copy = client.clone()
    const sent = await client.send(page, { name: 'Once', description: '' }, { press: 'Create' })
    expect(sent).toHaveStatus(307)
    expect(sent.target).toBe('/dashboard')
    expect(client.jar.names()).not.toContain(boundCookie)
    expect(client.hasRefreshToken).toBe(true)
    await key.refresh(client)
    expect((await client.send(page, { name: 'Once', description: '' }, { press: 'Create' })).isRedirect).toBe(true)
    expect(rowsOf(server, person.email).projects.map(({ name }) => name)).toEqual(['Once'])
    // Single fetch would wrap a redirect of its own.
    const data = await copy.get('/dashboard.data')
    expect([data.status, data.target]).toEqual([307, '/dashboard.data'])
  })

  test('without its ticket gets a page that says so, and a document; both leave the session alone', async () => {
    const { client, person } = await boundClient(server)
    await server.advance(11 * second)
    client.jar.store([`${boundCookie}=; Max-Age=0; Path=/; Secure`])
    const page = await client.get('/dashboard')
    expect(page).toHaveStatus(403)
    expect(page.text).toContain('This browser could not show that it is yours')
    expect(page.html.querySelector('a[href="/dashboard"]')?.text).toBe('Try again')
    expect(page.setCookies).toEqual([])
    const document = await client.json('GET', '/bff/user')
    expect([document.status, document.json()]).toMatchObject([403, { code: 'device_unproved' }])
    expect(rowsOf(server, person.email).sessions).toMatchObject([{ revoked_at: null }])
    expect(await eventTypesOf(person.email)).toContain('session.unproved')
    // There is always a way back in.
    await signIn(client, person)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('keeps its key when its person proves again that it is them', async () => {
    const { client, key, person } = await boundClient(server)
    const before = rowsOf(server, person.email).sessions.find(({ revoked_at }) => revoked_at === null)
    const page = await client.open('/reauthenticate?redirectTo=/account')
    const renewed = await client.send(page, { step_up_password: person.password })
    expect(renewed.isRedirect).toBe(true)
    expect(renewed.headers['secure-session-registration']).toBeUndefined()
    await server.advance(10 * minute + 30 * second)
    expect(await key.refresh(client)).toHaveStatus(200)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    const live = rowsOf(server, person.email).sessions.filter(({ revoked_at }) => revoked_at === null)
    expect(live).toMatchObject([{ binding_id: key.bindingId }])
    expect(live[0]?.id).not.toBe(before?.id)
  })

  test('ends with a sign-out: the browser drops what it kept', async () => {
    const { client, key } = await boundClient(server)
    await client.json('POST', '/bff/logout')
    expect(client.jar.names()).not.toContain(boundCookie)
    expect(await key.refresh(client)).toHaveStatus(404)
  })

  test('keeps its key when its person chooses a new password', async () => {
    const { client, key, person } = await boundClient(server)
    const password = `${person.password} and more`
    const changed = await client.submit('/account/password', { current: person.password, password })
    expect(changed.isRedirect).toBe(true)
    expect(changed.headers['secure-session-registration']).toBeUndefined()
    expect(await key.refresh(client)).toHaveStatus(200)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    const live = rowsOf(server, person.email).sessions.filter(({ revoked_at }) => revoked_at === null)
    expect(live).toMatchObject([{ binding_id: key.bindingId }])
  })

  test('that is signed in to again is another session with another key', async () => {
    const { client, key, person } = await boundClient(server)
    const again = new Client(server, { jar: client.jar })
    await client.json('POST', '/bff/logout')
    const signedIn = await again.submit('/login', { email: person.email, password: person.password })
    const next = await DeviceKey.create()
    await next.register(again, signedIn)
    expect(next.bindingId).not.toBe(key.bindingId)
    expect(await key.refresh(again)).toHaveStatus(404)
    expect(await next.refresh(again)).toHaveStatus(200)
  })

  test('is asked to use its key for a sensitive change, and the change is carried out once', async () => {
    const { client, key, person } = await boundClient(server)
    const other = new Client(server)
    await signIn(other, person)
    await server.advance(4 * minute)
    const page = await client.open('/account/sessions')
    const sent = await client.send(page, {}, { press: 'End all other sessions' })
    expect([sent.status, sent.target]).toEqual([307, '/account/sessions'])
    expect(await other.get('/dashboard')).toHaveStatus(200)
    await key.refresh(client)
    expect((await client.send(page, {}, { press: 'End all other sessions' })).target).toContain('done=sessions-ended')
    expect((await other.get('/dashboard')).isRedirect).toBe(true)
  })

  test('is shown as bound where one is signed in, and in the inspector', async () => {
    const { client } = await boundClient(server)
    expect((await client.open('/account/sessions')).text).toContain('Bound to this device')
    const inspect = async () => (await client.open('/inspect')).text
    expect(await inspect()).toContain('The stamp of your device')
    await expect.poll(async () => (await inspect()).includes('Your session was bound to this device')).toBe(true)
  })

  test('reaches the API through the proxy with its ticket alone', async () => {
    const { client } = await boundClient(server)
    await createProject(client, 'Listed')
    const call = async (who: Client) =>
      who.request('GET', '/bff/api/projects', { headers: { 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin' } })
    const csrf = await client.csrf()
    expect(await call(client)).toHaveStatus(200)
    await server.advance(11 * second)
    const copy = client.clone()
    copy.jar.store([`${boundCookie}=; Max-Age=0; Path=/; Secure`])
    expect(await call(copy)).toHaveStatus(403)
  })
})

describe('the use of a key', () => {
  test('starts with a challenge where none was handed out: 403, then a ticket, without any cookie', async () => {
    const { key } = await boundClient(server)
    const bare = new Client(server)
    const asked = await refreshWith(bare, key.bindingId, null)
    expect(asked).toHaveStatus(403)
    expect(asked.headers['secure-session-challenge']).toContain(`;id="${key.bindingId}"`)
    expect(await key.refresh(bare, nextChallenge(asked))).toHaveStatus(200)
    expect(bare.jar.names()).toEqual([boundCookie])
  })

  test('accepts header values in quotes', async () => {
    const { key } = await boundClient(server)
    const bare = new Client(server)
    const headers = {
      'sec-secure-session-id': `"${key.bindingId}"`,
      'secure-session-response': `"${await key.prove(key.challenge)}"`,
      'sec-fetch-site': 'cross-site',
    }
    expect(await bare.request('POST', '/bff/device/refresh', { headers })).toHaveStatus(200)
  })

  test('after a lost answer is asked for once more, and goes on', async () => {
    const { client, key } = await boundClient(server)
    const headers = {
      'sec-secure-session-id': key.bindingId,
      'secure-session-response': await key.prove(key.challenge),
    }
    await client.request('POST', '/bff/device/refresh', { headers, drop: true })
    const again = await key.refresh(client)
    expect(again).toHaveStatus(403)
    expect(await key.refresh(client, nextChallenge(again))).toHaveStatus(200)
  })

  test('of a binding that nobody knows, or under a damaged name, is 404', async () => {
    const { client, key } = await boundClient(server)
    expect(await refreshWith(client, 'AAAAAAAAAAAAAAAAAAAAAA', await key.prove(key.challenge))).toHaveStatus(404)
    expect(await refreshWith(client, "x' or 1", null)).toHaveStatus(404)
    expect(await client.request('POST', '/bff/device/refresh')).toHaveStatus(404)
  })

  test('is never answered 429, however often somebody asks', async () => {
    const { key } = await boundClient(server)
    const bare = new Client(server)
    const answers = await Promise.all(Array.from({ length: 60 }, () => refreshWith(bare, key.bindingId, null)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]))
  })

  test('of a session that has idled away is 404', async () => {
    const { client, key } = await boundClient(server)
    withDatabase(server, (database) =>
      database.prepare('update sessions set last_seen_at = 0 where binding_id = ?').run(key.bindingId),
    )
    expect(await key.refresh(client)).toHaveStatus(404)
  })
})

describe('the settings', () => {
  let strict: TestServer
  beforeAll(async () => {
    strict = await startServer({ env: { DEVICE_BINDING_FOR_ADMINS: 'required', DEVICE_BINDING_TTL: '2m' } })
  })
  afterAll(() => strict.stop())

  test('can require it for admins: until then they have the rights of users', async () => {
    const client = new Client(strict)
    const person = newPerson()
    const invitation = await client.submit('/register', person)
    makeAdmin(strict, person.email)
    const page = await client.get('/admin/users')
    expect(page).toHaveStatus(403)
    expect(page.text).toContain('This needs a session that is bound to a device')
    expect((await client.json('GET', '/bff/user')).json()).toMatchObject({ user: { roles: ['user'] } })
    const key = await DeviceKey.create()
    expect((await key.register(client, invitation)).setCookies[0]).toContain('Max-Age=120')
    expect(await client.get('/admin/users')).toHaveStatus(200)
    expect((await client.json('GET', '/bff/user')).json()).toMatchObject({ user: { roles: ['user', 'admin'] } })
    // A renewed proof keeps the key, and the rights with it.
    const confirming = await client.open('/reauthenticate?redirectTo=/admin/users')
    expect((await client.send(confirming, { step_up_password: person.password })).isRedirect).toBe(true)
    expect(await client.get('/admin/users')).toHaveStatus(200)
  })

  test('can turn it off: nothing is asked for any more, and browsers are told to drop what they keep', async () => {
    const { client, key } = await boundClient(strict)
    await strict.restart({ DEVICE_BINDING_FOR_ADMINS: 'optional', DEVICE_BINDING: 'off' })
    await strict.advance(5 * minute)
    client.jar.store([`${boundCookie}=; Max-Age=0; Path=/; Secure`])
    expect(await client.get('/dashboard')).toHaveStatus(200)
    const answer = await key.refresh(client)
    expect([answer.status, answer.json()]).toMatchObject([200, { continue: false }])
    const newcomer = new Client(strict)
    expect((await newcomer.submit('/register', newPerson())).headers['secure-session-registration']).toBeUndefined()
    expect(await registerWith(newcomer, await key.introduce('x'))).toHaveStatus(403)
  })
})
