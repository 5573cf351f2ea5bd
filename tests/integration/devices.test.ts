import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { losesCookieAfterAMinute } from '../support/cleared-cookie.ts'
import { rowsOf, signedInClient, signIn } from '../support/fixtures.ts'
import { untilEventsAreWritten } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const sessionsPath = '/account/sessions'

/** Somebody who is signed in with two browsers. */
async function withTwoBrowsers() {
  const { client, person } = await signedInClient(server)
  const other = new Client(server)
  await signIn(other, person)
  return { client, other, person }
}

describe('B4 sessions', () => {
  test('are listed with browser, address and this one marked', async () => {
    const { client } = await withTwoBrowsers()
    const page = await client.open(sessionsPath)
    expect(page.text.match(/Chrome 150 on Linux/g)?.length).toBeGreaterThanOrEqual(2)
    expect(page.text).toContain('127.0.0.1')
    expect(page.text.match(/This browser/g)).toHaveLength(1)
  })

  test('one that is ended is refused with its next request, and is listed as ended', async () => {
    const { client, other } = await withTwoBrowsers()
    expect(await client.submit(sessionsPath, {}, { press: 'End session' })).toLeadTo(
      '/account/sessions?done=session-ended',
    )
    expect(await other.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=revoked')
    expect(await losesCookieAfterAMinute(server, other)).toBe(true)
    const page = await client.open(sessionsPath)
    expect(page.text).toContain('You are signed in nowhere else')
    expect(page.text).toContain('ended by you')
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('all others end at once, this one stays', async () => {
    const { client, other, person } = await withTwoBrowsers()
    const third = new Client(server)
    await signIn(third, person)
    expect(await client.submit(sessionsPath, {}, { press: 'End all other sessions' })).toLeadTo(
      '/account/sessions?done=sessions-ended',
    )
    for (const gone of [other, third]) expect(await gone.get('/dashboard')).toHaveStatus(302)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('one that ran out is not listed', async () => {
    const { client, other, person } = await withTwoBrowsers()
    const database = server.openDatabase()
    const [first] = rowsOf(server, person.email).sessions
    database
      .prepare('update sessions set expires_at = 1 where user_number = ? and id <> ?')
      .run(first?.user_number, first?.id)
    database.close()
    expect((await client.open(sessionsPath)).text).toContain('You are signed in nowhere else')
    expect(await other.get('/dashboard')).toHaveStatus(302)
  })

  test('ending needs a fresh proof; the form that waited is carried out with it', async () => {
    const { client, other, person } = await withTwoBrowsers()
    await client.open(sessionsPath)
    await server.advance(11 * 60_000)
    const asked = await client.submit(sessionsPath, {}, { press: 'End session' })
    expect(asked).toHaveStatus(403)
    expect(asked.text).toContain('Please confirm that it is you')
    expect(await other.get('/dashboard')).toHaveStatus(200)
    const done = await client.send(asked, { step_up_password: person.password })
    expect(done).toLeadTo('/account/sessions?done=session-ended')
    expect(await other.get('/dashboard')).toHaveStatus(302)
  })
})

describe("attacks on other people's sessions", () => {
  test('the id of somebody else answers like one that does not exist, and ends nothing', async () => {
    const { client } = await withTwoBrowsers()
    const { client: victim, person } = await signedInClient(server)
    const id = rowsOf(server, person.email).sessions[0]?.id ?? ''
    const csrf = await client.csrf()
    const answers = []
    for (const each of [id, 'AAAAAAAAAAAAAAAAAAAAAA', "' or 1=1 --"]) {
      answers.push(await client.post(sessionsPath, { csrf, intent: 'end', id: each }))
    }
    for (const answer of answers) expect(answer).toHaveStatus(404)
    const texts = answers.map((answer) => answer.text.replace(/Reference: \S+/, ''))
    expect(new Set(texts).size).toBe(1)
    expect(await victim.get('/dashboard')).toHaveStatus(200)
  })

  test('nothing of them is on the page, and ending all others leaves them alone', async () => {
    const { client } = await withTwoBrowsers()
    const { client: victim, person } = await signedInClient(server)
    const id = rowsOf(server, person.email).sessions[0]?.id ?? ''
    expect((await client.open(sessionsPath)).bytes).not.toContain(id)
    await client.submit(sessionsPath, {}, { press: 'End all other sessions' })
    expect(await victim.get('/dashboard')).toHaveStatus(200)
  })
})

describe('B8 activity', () => {
  test("tells one's own story in words, and nobody else's", async () => {
    const { client, person } = await withTwoBrowsers()
    await new Client(server).submit('/login', { email: person.email, password: 'not the right one at all' })
    const failed = 'Somebody tried to sign in with a wrong password'
    await expect.poll(async () => (await client.open('/account/activity')).text).toContain(failed)
    const page = await client.open('/account/activity')
    expect(page.text).toContain('You registered')
    expect(page.text).toContain('You signed in, for the first time on this browser')
    const { client: stranger } = await signedInClient(server)
    expect((await stranger.open('/account/activity')).text).not.toContain('wrong password')
  })

  test('is shown in parts, newest first', async () => {
    const { client, person } = await signedInClient(server)
    for (let count = 0; count < 32; count++) await signIn(new Client(server), person)
    await expect.poll(async () => (await client.open('/account/activity')).text.includes('Older')).toBe(true)
    const page = await client.open('/account/activity')
    const older = page.html.querySelectorAll('.pager a').find((link) => link.textContent === 'Older')
    const rest = await client.open(older?.getAttribute('href')?.replaceAll('&amp;', '&') ?? '')
    expect(rest.text).toContain('You registered')
    expect(await client.get('/account/activity?before=nonsense')).toHaveStatus(400)
  })
})

describe('notices', () => {
  const mailsTo = (email: string) => {
    const database = server.openDatabase()
    const rows = database.prepare('select kind from mail_outbox where recipient = ? order by created_at').all(email)
    database.close()
    return (rows as { kind: string }[]).map(({ kind }) => kind)
  }

  test('a sign-in from a new browser is announced by mail, one from a known browser is not', async () => {
    const { other, person } = await withTwoBrowsers()
    await expect.poll(() => mailsTo(person.email)).toEqual(['new-device'])
    await other.submit('/account', {}, { press: 'Sign out' })
    await signIn(other, person)
    expect(mailsTo(person.email)).toEqual(['new-device'])
  })

  test('a ticket that was used twice is announced by mail and on the dashboard, until it was read', async () => {
    const { client, other, person } = await withTwoBrowsers()
    const thief = other.clone()
    for (let round = 0; round < 2; round++) {
      await server.advance(6 * 60_000)
      await other.get('/dashboard')
      await other.get('/dashboard')
    }
    expect(await thief.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=reuse')
    await expect.poll(() => mailsTo(person.email)).toContain('session-copied')
    expect((await client.open('/dashboard')).text).toContain('One of your sessions was ended')
    expect(await client.submit('/dashboard', {}, { press: 'I have read this' })).toLeadTo('/dashboard')
    expect((await client.open('/dashboard')).text).not.toContain('One of your sessions was ended')
    await untilEventsAreWritten(server)
    expect((await client.open('/account/activity')).text).toContain('Somebody used an old copy of your ticket')
  })
})
