import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client } from '../support/browser-client.ts'
import { adminClient, type Person, rowsOf, signedInClient } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

const tenMinutes = 600_000

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

/** An admin who signed in eleven minutes ago, and the page on which they disable somebody. */
let admin: { client: Client; person: Person }
let target: Person
let asked: Answer

async function disable(client: Client): Promise<Answer> {
  const page = await client.open(`/admin/users?q=${encodeURIComponent(target.email)}`)
  return client.send(page, {}, { press: 'Disable' })
}

const answerWith = (page: Answer, password: string, client = admin.client) =>
  client.send(page, { step_up_password: password }, { press: 'Confirm' })

const isDisabled = () => rowsOf(server, target.email).user?.disabled_at !== null

beforeEach(async () => {
  admin = await adminClient(server)
  target = (await signedInClient(server)).person
  await server.advance(tenMinutes + 60_000)
  asked = await disable(admin.client)
})

describe('a sensitive change with a sign-in older than ten minutes', () => {
  test('asks for the password and changes nothing meanwhile', () => {
    expect(asked.status).toBe(403)
    expect(asked.text).toContain('Please confirm that it is you')
    expect(isDisabled()).toBe(false)
  })

  test('is carried out in the request that brings the right password, in a new session', async () => {
    const before = admin.client.refreshToken
    const answer = await answerWith(asked, admin.person.password)
    expect(answer.isRedirect).toBe(true)
    expect(isDisabled()).toBe(true)
    expect(admin.client.refreshToken.split('.')[1]).not.toBe(before.split('.')[1])
    expect(rowsOf(server, admin.person.email).sessions.map((session) => session.revoked_reason)).toEqual([
      'replaced',
      null,
    ])
  })

  test('keeps the form after a wrong password', async () => {
    const again = await answerWith(asked, 'not my password at all')
    expect(again.status).toBe(403)
    expect(again.text).toContain('That password is not right')
    expect(isDisabled()).toBe(false)
    expect((await answerWith(again, admin.person.password)).isRedirect).toBe(true)
    expect(isDisabled()).toBe(true)
  })

  test('counts wrong passwords like a sign-in', async () => {
    let page = asked
    for (let tries = 0; tries < 5; tries++) page = await answerWith(page, 'not my password at all')
    const refused = await answerWith(page, admin.person.password)
    expect(refused.status).toBe(429)
    expect(isDisabled()).toBe(false)
  })

  test('cannot be prepared by somebody else', async () => {
    const other = await adminClient(server)
    await server.advance(tenMinutes + 60_000)
    const theirs = await disable(other.client)
    const form = new URLSearchParams({
      csrf: await admin.client.csrf(),
      step_up_form: theirs.html.querySelector('input[name=step_up_form]')?.getAttribute('value') ?? '',
      step_up_password: admin.person.password,
    })
    const answer = await admin.client.post('/admin/users', Object.fromEntries(form))
    expect(answer.status).toBe(422)
    expect(isDisabled()).toBe(false)
  })

  test('cannot be carried out after ten more minutes', async () => {
    await server.advance(tenMinutes + 60_000)
    const answer = await answerWith(asked, admin.person.password)
    expect(answer.status).toBe(422)
    expect(isDisabled()).toBe(false)
  })
})

test('a fresh sign-in is not asked again', async () => {
  await answerWith(asked, admin.person.password)
  const answer = await admin.client.send(
    await admin.client.open(`/admin/users?q=${encodeURIComponent(target.email)}`),
    {},
    { press: 'Enable' },
  )
  expect(answer.isRedirect).toBe(true)
  expect(isDisabled()).toBe(false)
})

describe('/reauthenticate', () => {
  test('renews the session and leads on, to own paths only', async () => {
    const { client } = admin
    const session = client.refreshToken.split('.')[1]
    const answer = await client.submit('/reauthenticate?redirectTo=/account', {
      step_up_password: admin.person.password,
    })
    expect(answer.target).toBe('/account')
    expect(client.refreshToken.split('.')[1]).not.toBe(session)
    const away = await client.submit('/reauthenticate?redirectTo=//evil.test', {
      step_up_password: admin.person.password,
    })
    expect(away.target).toBe('/dashboard')
  })

  test('is for signed-in people', async () => {
    expect((await new Client(server).get('/reauthenticate')).target).toMatch(/^\/login\?/)
  })
})
