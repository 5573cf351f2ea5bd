import { hash } from '@node-rs/argon2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { losesCookieAfterAMinute } from '../support/cleared-cookie.ts'
import { adminClient, newPerson, rowsOf, signedInClient, signIn, signUp } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

describe('A1 registration', () => {
  test('a person registers, is signed in at once and lands on the dashboard', async () => {
    const client = new Client(server)
    const person = newPerson('Grace Hopper')
    const answer = await client.submit('/register', person)
    expect(answer).toLeadTo('/dashboard')
    const dashboard = await client.follow(answer)
    expect(dashboard).toHaveStatus(200)
    expect(dashboard.text).toContain('Grace Hopper')
    expect(rowsOf(server, person.email).sessions).toHaveLength(1)
  })

  test('each field that is wrong has its own message, and what was typed stays, but never the password', async () => {
    const client = new Client(server)
    const answer = await client.submit('/register', { name: '', email: 'not an address', password: 'too short' })
    expect(answer).toHaveStatus(400)
    expect(answer.text).toContain('Enter the name that others will see')
    expect(answer.text).toContain('Enter an email address like name@example.com')
    expect(answer.text).toContain('Use at least 15 characters')
    expect(answer.html.querySelector('input[name=email]')?.getAttribute('value')).toBe('not an address')
    expect(answer.body).not.toContain('too short')
    expect(client.hasRefreshToken).toBe(false)
  })

  test('an address that has an account is refused with a clear message, whatever its case', async () => {
    const person = await signUp(new Client(server))
    const again = { ...newPerson(), email: person.email.toUpperCase() }
    const answer = await new Client(server).submit('/register', again)
    expect(answer).toHaveStatus(409)
    expect(answer.text).toContain('That address already has an account')
  })

  test('the same address from twenty browsers at once makes one account', async () => {
    const person = newPerson()
    const clients = Array.from({ length: 20 }, () => new Client(server))
    const pages = await Promise.all(clients.map((client) => client.open('/register')))
    const answers = await Promise.all(clients.map((client, index) => client.send(pages[index] ?? raise(), person)))
    expect(answers.filter((answer) => answer.isRedirect)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 409 || answer.status === 503)).toHaveLength(19)
    expect(rowsOf(server, person.email).sessions).toHaveLength(1)
  })

  test('somebody who is on their way somewhere gets there after registering', async () => {
    const client = new Client(server)
    const answer = await client.submit('/register?redirectTo=/account', newPerson())
    expect(answer).toLeadTo('/account')
  })
})

describe('A2 sign-in', () => {
  test('the right password starts a session', async () => {
    const person = await signUp(new Client(server))
    const client = new Client(server)
    const answer = await client.submit('/login', { email: person.email, password: person.password })
    expect(answer).toLeadTo('/dashboard')
    expect((await client.follow(answer)).text).toContain(person.name)
  })

  test('an unknown address and a wrong password get the same words and the same status', async () => {
    const person = await signUp(new Client(server))
    const attempts = [
      { email: person.email, password: 'this is not the password' },
      { email: newPerson().email, password: person.password },
    ]
    for (const attempt of attempts) {
      const client = new Client(server)
      const answer = await client.submit('/login', attempt)
      expect(answer).toHaveStatus(400)
      expect(answer.text).toContain('Invalid email or password')
      expect(answer.html.querySelector('input[name=email]')?.getAttribute('value')).toBe(attempt.email)
      expect(answer.body).not.toContain(attempt.password)
      expect(client.hasRefreshToken).toBe(false)
    }
  })

  test('the address is compared without case', async () => {
    const person = await signUp(new Client(server))
    await signIn(new Client(server), { ...person, email: person.email.toUpperCase() })
  })

  test('a new sign-in ends the session that this browser had', async () => {
    const { client, person } = await signedInClient(server)
    const copy = client.clone()
    const csrf = await client.csrf()
    const { email, password } = person
    const answer = await client.request('POST', '/bff/login', {
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf, origin: server.origin },
      body: JSON.stringify({ email, password }),
    })
    expect(answer).toHaveStatus(200)
    // A minute for what was under way: tests/attack/renewals.
    await server.advance(61_000)
    expect(await copy.get('/account')).toLeadTo('/login?redirectTo=%2Faccount&why=revoked')
    expect(await client.get('/account')).toHaveStatus(200)
  })

  test('"Keep me signed in" gives the cookie a life of seven days; without it the cookie ends with the browser', async () => {
    const person = await signUp(new Client(server))
    const brief = new Client(server)
    await signIn(brief, person)
    expect(brief.jar.find('__Host-Http-cloakroom')?.attributes).not.toHaveProperty('max-age')
    const long = new Client(server)
    await signIn(long, person, true)
    const maxAge = Number(long.jar.find('__Host-Http-cloakroom')?.attributes['max-age'])
    expect(maxAge).toBeGreaterThan(7 * 86_400 - 60)
    expect(maxAge).toBeLessThanOrEqual(7 * 86_400)
  })
})

describe('A3 disabled accounts', () => {
  test('only the right password learns that an account is disabled', async () => {
    const { client: admin } = await adminClient(server)
    const { person } = await signedInClient(server)
    await disable(admin, person.email)
    const right = await new Client(server).submit('/login', { email: person.email, password: person.password })
    expect(right).toHaveStatus(403)
    expect(right.text).toContain('Account is disabled')
    const wrong = await new Client(server).submit('/login', {
      email: person.email,
      password: 'this is not the password',
    })
    expect(wrong).toHaveStatus(400)
    expect(wrong.text).not.toContain('disabled')
  })

  test('every session of a disabled account dies at once and the person is told why', async () => {
    const { client: admin } = await adminClient(server)
    const { client, person } = await signedInClient(server)
    const second = new Client(server)
    await signIn(second, person)
    await disable(admin, person.email)
    for (const browser of [client, second]) {
      const answer = await browser.get('/dashboard')
      expect(answer).toLeadTo('/login?redirectTo=%2Fdashboard&why=disabled')
      expect((await browser.follow(answer)).text).toContain('this account is disabled')
    }
    expect(await losesCookieAfterAMinute(server, client)).toBe(true)
  })

  test('an account that is enabled again can sign in, but its old sessions stay dead', async () => {
    const { client: admin } = await adminClient(server)
    const { client, person } = await signedInClient(server)
    const copy = client.clone()
    await disable(admin, person.email)
    const answer = await admin.submit(`/admin/users?q=${person.email}`, {}, { press: 'Enable' })
    expect(answer.isRedirect).toBe(true)
    expect((await copy.get('/dashboard')).isRedirect).toBe(true)
    await signIn(new Client(server), person)
  })
})

describe('A21 password hashing', () => {
  test('a password is stored as Argon2id with the present parameters', async () => {
    const person = await signUp(new Client(server))
    expect(rowsOf(server, person.email).user?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test('signing in upgrades a hash with old parameters, and only then', async () => {
    const person = await signUp(new Client(server))
    const old = await hash(person.password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 })
    const database = server.openDatabase()
    database.prepare('update users set password_hash = ? where email = ?').run(old, person.email)
    database.close()
    await new Client(server).submit('/login', { email: person.email, password: 'this is not the password' })
    expect(rowsOf(server, person.email).user?.password_hash).toBe(old)
    await signIn(new Client(server), person)
    const upgraded = rowsOf(server, person.email).user?.password_hash
    expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    await signIn(new Client(server), person)
    expect(rowsOf(server, person.email).user?.password_hash).toBe(upgraded)
  })
})

async function disable(admin: Client, email: string): Promise<void> {
  const answer = await admin.submit(`/admin/users?q=${encodeURIComponent(email)}`, {}, { press: 'Disable' })
  expect(answer.isRedirect).toBe(true)
}

function raise(): never {
  throw new Error('a page is missing')
}
