import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, rowsOf, signIn } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

let server: TestServer
let ranges: Upstream
beforeAll(async () => {
  ranges = await startUpstream()
  server = await startServer({ env: { PASSWORD_BREACH_URL: `${ranges.origin}/range/` } })
})
afterAll(async () => {
  await server.stop()
  await ranges.close()
})

const sha1 = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()

const refused: [string, string, RegExp][] = [
  ['a common password', 'dragon!basketball', /lists of common passwords/],
  ['a phrase that everybody knows', 'correct horse battery staple', /lists of common passwords/],
  ['a sequence', 'qwertyuiopasdfg', /runs along the keyboard/],
  ['a repetition', 'passwordpassword1', /repeats something short/],
  ['the own name', 'Ada Lovelace 1815', /without your name/],
  ['the name of the site', 'Cloakroom localhost', /name of this site/],
]

describe('registering with', () => {
  test.each(refused)('%s is refused by the page, with the reason at the field', async (_, password, words) => {
    const person = { ...newPerson(), password }
    const client = new Client(server)
    const answer = await client.submit('/register', person)
    expect(answer).toHaveStatus(400)
    expect(answer.html.querySelector('#register-password-error')?.textContent).toMatch(words)
    const input = answer.html.querySelector('input[name=password]')
    expect(input?.getAttribute('aria-invalid')).toBe('true')
    expect(input?.getAttribute('aria-describedby')).toContain('register-password-error')
    expect(input?.getAttribute('value')).toBeUndefined()
    expect(answer.html.querySelector('input[name=name]')?.getAttribute('value')).toBe(person.name)
    expect(answer.html.querySelector('input[name=email]')?.getAttribute('value')).toBe(person.email)
    expect(answer.body).not.toContain(password)
    expect(client.hasRefreshToken).toBe(false)
    expect(rowsOf(server, person.email).user).toBeNull()
  })

  test.each(refused)('%s is refused by the endpoint, with the reason by field', async (_, password, words) => {
    const person = { ...newPerson(), password }
    const client = new Client(server)
    const answer = await client.json('POST', '/bff/register', person)
    expect(answer).toHaveStatus(400)
    expect(answer.json()).toMatchObject({
      code: 'invalid_input',
      errors: { password: [expect.stringMatching(words)] },
    })
    expect(answer.body).not.toContain(password)
    expect(client.hasRefreshToken).toBe(false)
    expect(rowsOf(server, person.email).user).toBeNull()
  })

  test('a refused password says nothing of whether the address is taken', async () => {
    const person = newPerson()
    await new Client(server).submit('/register', person)
    const answer = await new Client(server).submit('/register', { ...person, password: 'qwertyuiopasdfg' })
    expect(answer).toHaveStatus(400)
    expect(answer.html.querySelector('#register-email-error')).toBeNull()
  })

  test('a password from a breach is refused, and the log knows neither it nor what was asked', async () => {
    const person = newPerson()
    const digest = sha1(person.password)
    ranges.answer = (_call, response) => void response.end(`${digest.slice(5)}:3\r\n`)
    const answer = await new Client(server).submit('/register', person)
    expect(answer).toHaveStatus(400)
    expect(answer.html.querySelector('#register-password-error')?.textContent).toMatch(/data breach/)
    expect(ranges.calls.at(-1)).toMatchObject({ path: `/range/${digest.slice(0, 5)}` })
    expect(server.output()).not.toContain(person.password)
    await expect.poll(() => server.output()).toMatch(/account\.password_refused/)
  })

  test('a good password works while the range service is out of order', async () => {
    const person = newPerson()
    ranges.answer = (_call, response) => void response.writeHead(500).end()
    expect((await new Client(server).submit('/register', person)).isRedirect).toBe(true)
    await expect.poll(() => server.output()).toMatch(/breach lookup gave no answer/)
    expect(server.output()).not.toContain(sha1(person.password).slice(0, 5))
  })
})

test('signing in asks nothing of a password but that it is right', async () => {
  const person = newPerson()
  ranges.answer = (_call, response) => void response.end(`${'0'.repeat(35)}:1\r\n`)
  await new Client(server).submit('/register', person)
  const calls = ranges.calls.length
  const client = new Client(server)
  const wrong = await client.submit('/login', { email: person.email, password: 'aaa' })
  expect(wrong).toHaveStatus(400)
  expect(wrong.html.querySelector('#login-password-error')).toBeNull()
  await signIn(client, person)
  expect(client.hasRefreshToken).toBe(true)
  expect(ranges.calls).toHaveLength(calls)
})

test('without scripts the page says what is wanted and shows no meter', async () => {
  const page = await new Client(server).open('/register')
  expect(page.text).toContain('At least 15 characters')
  expect(page.html.querySelector('meter')).toBeNull()
})
