import { getTableName } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { tables } from '../support/crowded-tables.ts'
import { adminClient, createProject, rowsOf, signedInClient, signIn } from '../support/fixtures.ts'
import { findSecrets } from '../support/leaks.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { SECURITY_CONTACT: 'mailto:security@example.com' } })
})
afterAll(() => server.stop())

type Export = {
  account: { email: string }
  sessions: { address: string }[]
  waysToSignIn: { passkeys: object[] }
  projects: { name: string }[]
  events: { type: string; at: string; address: string | null }[]
}

/** Where the export has what a table holds about its person, or why it is not in it. */
const exported: Record<string, { part: string } | { leftOut: string }> = {
  users: { part: 'account' },
  sessions: { part: 'sessions' },
  projects: { part: 'projects' },
  security_events: { part: 'events' },
  mail_outbox: { part: 'mails' },
  totp_factors: { part: 'waysToSignIn' },
  passkeys: { part: 'waysToSignIn' },
  recovery_codes: { part: 'waysToSignIn' },
  provider_identities: { part: 'accountsElsewhere' },
  factor_sets: { leftOut: 'a count of changes' },
  provider_sessions: { leftOut: 'tokens; the sessions that they belong to are in it' },
  one_time_codes: { leftOut: 'hashes of codes; that each was asked for and used stands in the events' },
  attempts: { leftOut: 'keyed hashes of what was tried, by whomever' },
  rate_limits: { leftOut: 'keyed hashes and network addresses of whoever asked, for minutes' },
  spent_marks: { leftOut: 'random names of what was used, for minutes' },
  signing_keys: { leftOut: 'keys of the house' },
}

describe('the export', () => {
  test('has a part for every table that is about its person, or there is a reason why not', async () => {
    expect(Object.keys(exported).toSorted()).toEqual(tables.map(getTableName).toSorted())
    const { client, person } = await signedInClient(server)
    await client.submit('/account/address', {}, { press: 'Confirm this address' })
    const data = (await client.get('/account/export')).json<Export & Record<string, unknown>>()
    const parts = Object.values(exported).flatMap((each) => ('part' in each ? [each.part] : []))
    expect(Object.keys(data).toSorted()).toEqual([...new Set(parts), 'exportedAt', 'site'].toSorted())
    expect(data.mails).toMatchObject([{ kind: 'confirm-address', recipient: person.email, sentAt: null }])
  })

  test('is one JSON file with everything about the person and no secret', async () => {
    const { client, person } = await signedInClient(server)
    await createProject(client, 'Current one')
    const other = await createProject(client, 'Archived one')
    await client.submit(`/projects/${other}`, {}, { press: 'Archive' })
    await expect.poll(async () => (await client.get('/account/export')).json<Export>().events.length).toBeGreaterThan(1)
    const answer = await client.get('/account/export')
    expect(answer).toHaveStatus(200)
    expect(answer.headers['cache-control']).toBe('private, no-store')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="cloakroom-export.json"')
    const data = answer.json<Export>()
    expect(data.account.email).toBe(person.email)
    expect(data.waysToSignIn).toMatchObject({ passkeys: [] })
    expect(data.sessions).toMatchObject([{ address: '127.0.0.1' }])
    expect(data.projects.map(({ name }) => name).toSorted()).toEqual(['Archived one', 'Current one'])
    expect(data.events.map(({ type }) => type)).toContain('account.registered')
    expect(data.events[0]?.at).toMatch(/^20\d\d-.*Z$/)
    expect(findSecrets(answer.bytes)).toEqual([])
    expect(answer.body).not.toContain(client.refreshToken)
  })

  test('holds nothing of anybody else, whatever the address says', async () => {
    const { client: victim, person } = await signedInClient(server)
    await createProject(victim, 'Not for others')
    const { client } = await signedInClient(server)
    const id = rowsOf(server, person.email).user?.id ?? ''
    for (const path of ['/account/export', `/account/export?id=${id}`, `/account/export?userId=${id}`]) {
      const answer = await client.get(path)
      expect(answer).toHaveStatus(200)
      expect(answer.body).not.toContain(id)
      expect(answer.body).not.toContain('Not for others')
    }
    expect(await new Client(server).get('/account/export')).toLeadTo('/login?redirectTo=%2Faccount%2Fexport')
  })

  test('hides where an admin sat who changed the account', async () => {
    const { client, person } = await signedInClient(server)
    const { client: admin, person: theAdmin } = await adminClient(server)
    await admin.submit(`/admin/users?q=${person.email}`, {}, { press: 'Make admin' })
    const adminId = rowsOf(server, theAdmin.email).user?.id ?? 'none'
    const changes = async () =>
      (await client.get('/account/export')).json<Export>().events.filter(({ type }) => type === 'account.role_changed')
    await expect.poll(changes).toHaveLength(1)
    expect(await changes()).toMatchObject([{ actorId: 'an admin', address: null, agent: null, sessionId: null }])
    expect((await client.get('/account/export')).body).not.toContain(adminId)
  })

  test('asks for a fresh proof', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(11 * 60_000)
    const answer = await client.get('/account/export')
    expect(answer).toLeadTo('/reauthenticate?redirectTo=%2Faccount%2Fprivacy')
    const page = await client.open('/account/privacy')
    expect(page.text).toContain('Confirm that it is you')
    const confirmed = await client.submit('/reauthenticate?redirectTo=%2Faccount%2Fprivacy', {
      step_up_password: person.password,
    })
    expect(confirmed).toLeadTo('/account/privacy')
    expect(await client.get('/account/export')).toHaveStatus(200)
  })
})

describe('deleting an account', () => {
  test('takes account, sessions and projects away at once, and signs out', async () => {
    const { client, person } = await signedInClient(server)
    await createProject(client, 'Goes too')
    const other = new Client(server)
    await signIn(other, person)
    const { id, number } = rowsOf(server, person.email).user ?? { id: '', number: 0 }
    expect(await client.submit('/account/delete', { email: person.email.toUpperCase() })).toLeadTo('/farewell')
    expect(client.hasRefreshToken).toBe(false)
    expect((await client.open('/farewell')).text).toContain('Your account is deleted')
    expect(await other.get('/dashboard')).toHaveStatus(302)
    const again = await new Client(server).submit('/login', { email: person.email, password: person.password })
    expect(again).toHaveStatus(400)

    const database = server.openDatabase()
    const count = (sql: string, of: string | number = id) => (database.prepare(sql).get(of) as { count: number }).count
    expect(count('select count(*) as count from users where id = ?')).toBe(0)
    expect(count('select count(*) as count from sessions where user_number = ?', number)).toBe(0)
    expect(count('select count(*) as count from projects where owner_id = ?')).toBe(0)
    await expect
      .poll(() =>
        count("select count(*) as count from security_events where type = 'account.deleted' and actor_id = ?"),
      )
      .toBe(1)
    // What stays says nothing about who it was.
    const rows = JSON.stringify(database.prepare('select * from security_events').all())
    const mails = JSON.stringify(database.prepare('select * from mail_outbox').all())
    database.close()
    expect(rows).not.toContain(person.email)
    expect(rows).not.toContain(person.name)
    expect(mails).not.toContain(person.email)
  })

  test('does nothing without the right address', async () => {
    const { client, person } = await signedInClient(server)
    const answer = await client.submit('/account/delete', { email: 'somebody@example.com' })
    expect(answer).toHaveStatus(400)
    expect(answer.text).toContain('That is not the email address of this account')
    expect(rowsOf(server, person.email).user).not.toBeNull()
  })

  test('asks for a fresh proof and is carried out with it', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(11 * 60_000)
    const asked = await client.submit('/account/delete', { email: person.email })
    expect(asked).toHaveStatus(403)
    expect(rowsOf(server, person.email).user).not.toBeNull()
    expect(await client.send(asked, { step_up_password: person.password })).toLeadTo('/farewell')
    expect(rowsOf(server, person.email).user).toBeNull()
  })
})

describe('the last admin', () => {
  test('cannot delete themselves, and of two at once only one can', async () => {
    const own = await startServer()
    try {
      const { client: first, person: one } = await adminClient(own)
      const refused = await first.submit('/account/delete', { email: one.email })
      expect(refused).toHaveStatus(409)
      expect(refused.text).toContain('You are the last admin')
      expect(rowsOf(own, one.email).user).not.toBeNull()
      const { client: second, person: two } = await adminClient(own)
      const answers = await Promise.all([
        first.submit('/account/delete', { email: one.email }),
        second.submit('/account/delete', { email: two.email }),
      ])
      expect(answers.map(({ status }) => status).toSorted()).toEqual([302, 409])
    } finally {
      await own.stop()
    }
  })
})

describe('well-known addresses', () => {
  test('change-password leads to where the password is changed', async () => {
    const answer = await new Client(server).get('/.well-known/change-password')
    expect(answer).toLeadTo('/account/password')
    expect(answer.setCookies).toEqual([])
  })

  test('security.txt names a contact and does not run out soon, nor in more than a year', async () => {
    const answer = await new Client(server).get('/.well-known/security.txt')
    expect(answer).toHaveStatus(200)
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.headers['cache-control']).toBe('public, max-age=86400')
    expect(answer.body).toContain('Contact: mailto:security@example.com\n')
    expect(answer.body).toContain(`Canonical: ${server.origin}/.well-known/security.txt`)
    const expires = Date.parse(/^Expires: (.+)$/m.exec(answer.body)?.[1] ?? '')
    expect(expires - Date.now()).toBeGreaterThan(30 * 86_400_000)
    expect(expires - Date.now()).toBeLessThan(365 * 86_400_000)
  })

  test('without a contact there is no security.txt', async () => {
    const own = await startServer()
    try {
      expect(await new Client(own).get('/.well-known/security.txt')).toBeProblem(404, 'not_found')
    } finally {
      await own.stop()
    }
  })
})
