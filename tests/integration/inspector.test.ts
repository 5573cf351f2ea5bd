import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client } from '../support/browser-client.ts'
import { rowsOf, sessionOf, signedInClient } from '../support/fixtures.ts'
import { findSecrets } from '../support/leaks.ts'
import { eventsOf } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { pictureOf } from '../support/store-picture.ts'

const minute = 60_000
const scenarios = ['two-tabs', 'lost-answer', 'stolen-copy', 'early-thief', 'made-up']

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

type View = { began: number; facts: { term: string; text?: string }[]; moments: { title: string }[] }

const look = async (client: Client): Promise<View> => (await client.json('GET', '/inspect/timeline')).json<View>()
const titles = async (client: Client) => (await look(client)).moments.map(({ title }) => title)

async function play(client: Client, intent: string): Promise<Answer> {
  return client.post('/inspect', { intent, csrf: await client.csrf() })
}

/** Everything that a request could leave behind, but the count of plays. */
async function everything() {
  const events = await eventsOf(server)
  const database = server.openDatabase()
  const rows = ['sessions', 'mail_outbox'].map((table) => database.prepare(`select * from ${table}`).all())
  database.close()
  return { ...pictureOf(server), events, rows }
}

/** What a body must not hold: anything that looks like a secret, the values of cookies and the macs among them. */
function leaksIn(body: string, client: Client): string[] {
  const values = (client.jar.header() ?? '').split('; ').map((pair) => pair.slice(pair.indexOf('=') + 1))
  const macs = values.map((value) => value.split('.').at(-1) ?? value)
  const held = [...new Set([...values, ...macs])].filter((value) => value.length >= 20 && body.includes(value))
  return [...findSecrets(body), ...held.map((value) => `a cookie's ${value.slice(0, 4)}…`)]
}

describe('the inspector', () => {
  test('is for signed-in people', async () => {
    const stranger = new Client(server)
    expect(await stranger.get('/inspect')).toLeadTo('/login?redirectTo=%2Finspect')
    expect(await stranger.json('GET', '/inspect/timeline')).toBeProblem(401, 'sign_in_required')
  })

  test('tells what the browser holds and what the server holds', async () => {
    const { client, person } = await signedInClient(server)
    const answer = await client.get('/inspect')
    expect(answer).toHaveStatus(200)
    expect(answer.headers['cache-control']).toBe('private, no-store')
    const cookie = `__Host-Http-cloakroom=${client.refreshToken}`
    expect(answer.text).toContain(`${cookie.length} bytes with its name`)
    expect(answer.text).toContain('Path=/; Secure; HttpOnly; SameSite=Lax')
    expect(answer.text).toContain('__Host-Http-cloakroom-device')
    expect(answer.text).toContain('the API cloakroom-api; ES256, key ')
    expect(answer.text).toContain('Meant for (aud)cloakroom-api')
    expect(answer.text).toContain(`About (sub)${rowsOf(server, person.email).user?.id}`)
    expect(await titles(client)).toEqual(['Ticket 0 was shown for the first time', 'The session began'])
  })

  test('shows no secret, in no answer that it gives', async () => {
    const { client } = await signedInClient(server)
    await server.advance(6 * minute)
    const answers = [await client.get('/inspect'), await client.get('/inspect'), await client.get('/inspect.data')]
    answers.push(await client.json('GET', '/inspect/timeline'))
    for (const scenario of scenarios) answers.push(await play(client, scenario))
    const csrf = await client.csrf()
    answers.push(await client.post('/inspect.data', { intent: 'stolen-copy', csrf }))
    for (const answer of answers) expect(leaksIn(answer.body, client), `${answer.path} ${answer.status}`).toEqual([])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    // The page does speak of what it hides, so that the search above had something to look through.
    expect(answers[0]?.body).toContain('__Host-Http-cloakroom')
  })

  test('its search for secrets finds one that was planted', async () => {
    const { client } = await signedInClient(server)
    const { body } = await client.get('/inspect')
    const mac = client.refreshToken.split('.')[3] ?? ''
    const jwt = `eyJhbGciOiJFUzI1NiJ9.${'A'.repeat(40)}.${'B'.repeat(40)}`
    for (const canary of [client.refreshToken, mac, jwt]) {
      expect(leaksIn(body.replace('</main>', `<i>${canary}</i></main>`), client)).not.toEqual([])
      expect(leaksIn(`${body}${JSON.stringify({ canary })}`, client)).not.toEqual([])
    }
  })
})

describe('the time line', () => {
  test('shows rotations, stragglers and refusals of this session and of no other', async () => {
    const { client } = await signedInClient(server)
    const { client: other } = await signedInClient(server)
    const late = client.clone()
    await server.advance(6 * minute)
    await client.get('/inspect')
    expect((await look(client)).moments[0]?.title).toBe('Ticket 1 was shown for the first time')
    await late.get('/dashboard')
    await client.post('/inspect', { intent: 'two-tabs' })
    await expect
      .poll(() => titles(client))
      .toEqual([
        'A form was turned away',
        'A straggler showed ticket 0',
        'Ticket 1 was shown for the first time',
        'Ticket 0 was replaced by ticket 1',
        'The session began',
      ])
    expect(await titles(other)).toEqual(['Ticket 0 was shown for the first time', 'The session began'])
  })

  test('looking on neither replaces the ticket nor counts as use, however often', async () => {
    const { client, person } = await signedInClient(server)
    await client.get('/inspect')
    const before = sessionOf(server, person.email)
    await server.advance(20 * minute)
    for (let count = 0; count < 3; count++) {
      const answer = await client.json('GET', '/inspect/timeline')
      expect(answer).toHaveStatus(200)
      expect(answer.setCookies).toEqual([])
    }
    expect(sessionOf(server, person.email)).toEqual(before)
    await client.get('/inspect')
    expect(sessionOf(server, person.email).generation).toBe(before.generation + 1)
  })

  test('shows what another process did to the session', async () => {
    const { client } = await signedInClient(server)
    const second = await startServer({ dataDir: server.dataDir })
    try {
      const elsewhere = new Client(second, { jar: client.jar })
      await second.advance(3 * 60 * minute)
      expect(await elsewhere.get('/dashboard')).toHaveStatus(200)
      await expect.poll(() => titles(client)).toContain('Ticket 0 was replaced by ticket 1')
    } finally {
      await second.stop()
    }
  })
})

describe('the sandbox', () => {
  test('shows each defence, and leaves sessions, events, mails and the list of devices as they were', async () => {
    const { client } = await signedInClient(server)
    await client.get('/account/sessions')
    const token = client.refreshToken
    const before = await everything()
    expect(await titles(client)).toHaveLength(2)
    const said: Record<string, string> = {}
    for (const scenario of scenarios) {
      const answer = await play(client, scenario)
      expect(answer).toHaveStatus(200)
      expect(answer.setCookies).toEqual([])
      said[scenario] = answer.text
    }
    expect(said['two-tabs']).toContain('Tab B shows ticket 0 rotate, then resend')
    expect(said['two-tabs']).toContain('Sent to the browser: ticket 1, the same text as before.')
    expect(said['lost-answer']).toContain('ticket 1, and it gets lost')
    expect(said['stolen-copy']).toContain('The thief shows ticket 0 reuse')
    expect(said['stolen-copy']).toContain('Row afterwards: ended (an old copy was used).')
    expect(said['early-thief']).toContain('The thief shows ticket 1 refused')
    expect(said['made-up']).toContain('A stranger shows a made-up ticket malformed')
    expect(await everything()).toEqual(before)
    expect(client.refreshToken).toBe(token)
    const devices = await client.get('/account/sessions')
    expect(devices.text).toContain('You are signed in nowhere else.')
    expect(devices.text).not.toContain('Lately ended')
    expect((await client.get('/dashboard')).text).not.toContain('copy of your ticket')
  })

  test('is refused without the CSRF value, for scenes that there are not, and to strangers', async () => {
    const { client } = await signedInClient(server)
    expect(await client.post('/inspect', { intent: 'two-tabs' })).toHaveStatus(403)
    expect(await play(client, 'constructor')).toHaveStatus(400)
    expect(await play(client, '')).toHaveStatus(400)
    const stranger = new Client(server)
    expect((await play(stranger, 'two-tabs')).target).toMatch(/^\/login\?/)
  })

  test('says when it is enough for a while', async () => {
    const { client } = await signedInClient(server)
    const csrf = await client.csrf()
    for (let count = 0; count < 30; count++) await client.post('/inspect.data', { intent: 'made-up', csrf })
    const answer = await client.post('/inspect', { intent: 'made-up', csrf })
    expect(answer).toHaveStatus(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.text).toContain('That is enough for a while. Try again in')
    const { client: other } = await signedInClient(server)
    expect(await play(other, 'made-up')).toHaveStatus(200)
  })
})
