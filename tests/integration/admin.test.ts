import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { adminClient, newPerson, rowsOf, signedInClient, signIn } from '../support/fixtures.ts'
import { type EventRow, eventsOf, untilEventsAreWritten } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let admin: Awaited<ReturnType<typeof adminClient>>
beforeAll(async () => {
  server = await startServer()
  admin = await adminClient(server)
})
afterAll(() => server.stop())

async function somebody() {
  const { client, person } = await signedInClient(server)
  const id = rowsOf(server, person.email).user?.id ?? ''
  return { client, person, id, path: `/admin/users/${id}` }
}

const adminId = () => rowsOf(server, admin.person.email).user?.id

async function expectLastEvent(type: string, expected: Partial<EventRow>): Promise<void> {
  expect((await eventsOf(server, type)).at(-1)).toMatchObject(expected)
}

describe("B7 a person's page", () => {
  test('shows account, sessions and events, and nothing secret', async () => {
    const { path, person, id } = await somebody()
    await expect.poll(async () => (await admin.client.open(path)).text.includes('account.registered')).toBe(true)
    const page = await admin.client.open(path)
    expect(page.text).toContain(person.email)
    expect(page.text).toContain('Chrome 150 on Linux')
    expect(page.bytes).not.toContain('argon2')
    expect(page.bytes).toContain(id)
    expect(await admin.client.get('/admin/users/AAAAAAAAAAAAAAAAAAAAAA')).toHaveStatus(404)
  })

  test('disabling takes a reason, which stands there until the account is enabled', async () => {
    const { path, client, id } = await somebody()
    const answer = await admin.client.submit(path, { reason: 'Lent to a friend' }, { press: 'Disable the account' })
    expect(answer).toLeadTo(`${path}?done=user-disabled`)
    expect((await admin.client.open(path)).text).toContain('Lent to a friend')
    expect(await client.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=disabled')
    await expectLastEvent('account.disabled', { actor_id: adminId() ?? null, subject_id: id })
    await admin.client.submit(path, {}, { press: 'Enable the account' })
    expect((await admin.client.open(path)).text).not.toContain('Lent to a friend')
  })

  test('a reason that is too long or not one line changes nothing', async () => {
    const { path, person } = await somebody()
    for (const reason of ['x'.repeat(201), 'two\nlines']) {
      const answer = await admin.client.submit(path, { reason }, { press: 'Disable the account' })
      expect(answer).toHaveStatus(400)
    }
    expect(rowsOf(server, person.email).user?.disabled_at).toBeNull()
  })

  test('ending sessions signs the person out everywhere', async () => {
    const { path, client, id, person } = await somebody()
    await admin.client.submit(path, {}, { press: 'End all sessions' })
    expect(await client.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=revoked')
    const revoked = await eventsOf(server, 'session.revoked')
    expect(revoked.find((event) => event.actor_id === adminId())).toMatchObject({
      subject_id: id,
      detail: '{"reason":"ended-by-admin","count":1}',
    })
    await signIn(client, person)
    expect((await client.open('/account/sessions')).text).toContain('ended by an admin')
    expect((await client.open('/account/activity')).text).toContain('An admin ended your sessions')
  })

  test('asking for a new password stops the old one, which only then says why', async () => {
    const { path, client, person } = await somebody()
    expect(await admin.client.submit(path, {}, { press: 'Ask for a new password' })).toLeadTo(
      `${path}?done=user-reset-required`,
    )
    expect(await client.get('/dashboard')).toHaveStatus(302)
    const { email, password } = person
    const right = await new Client(server).submit('/login', { email, password })
    expect(right).toHaveStatus(403)
    expect(right.text).toContain('An admin has asked for a new password')
    const wrong = await new Client(server).submit('/login', { email, password: 'something else entirely' })
    expect(wrong).toHaveStatus(400)
    expect(wrong.text).not.toContain('An admin has asked')
    const script = await new Client(server).json('POST', '/bff/login', { email, password })
    expect(script).toBeProblem(403, 'password_reset_required')
    await expectLastEvent('account.reset_required', { actor_id: adminId() ?? null })
  })

  test('roles are given and taken, and an account is deleted', async () => {
    const { path, person } = await somebody()
    await admin.client.submit(path, {}, { press: 'Give admin rights' })
    expect(rowsOf(server, person.email).user?.role).toBe('admin')
    await admin.client.submit(path, {}, { press: 'Remove admin rights' })
    expect(rowsOf(server, person.email).user?.role).toBe('user')
    expect(await admin.client.submit(path, {}, { press: 'Delete for good' })).toLeadTo('/admin/users?done=user-deleted')
    expect(rowsOf(server, person.email).user).toBeNull()
  })

  test('nothing there sets a password or shows a code', async () => {
    const { path, person } = await somebody()
    const page = await admin.client.open(path)
    expect(page.html.querySelectorAll('input[type=password]')).toEqual([])
    const before = rowsOf(server, person.email).user?.password_hash
    const csrf = await admin.client.csrf()
    const extra = { password: 'chosen by an admin', passwordHash: 'x', email: 'new@example.com' }
    await admin.client.post(path, { csrf, intent: 'promote', ...extra })
    expect(rowsOf(server, person.email).user).toMatchObject({ email: person.email, password_hash: before })
  })

  test('changes need a fresh proof', async () => {
    const { path, person } = await somebody()
    const old = await adminClient(server)
    await server.advance(11 * 60_000)
    const asked = await old.client.submit(path, {}, { press: 'Delete for good' })
    expect(asked).toHaveStatus(403)
    expect(asked.text).toContain('Please confirm that it is you')
    expect(rowsOf(server, person.email).user).not.toBeNull()
    await server.advance(-11 * 60_000)
  })

  test('is not for people, whatever they send', async () => {
    const { client } = await signedInClient(server)
    const { path, person } = await somebody()
    const csrf = await client.csrf()
    expect(await client.get(path)).toHaveStatus(403)
    for (const intent of ['disable', 'delete', 'promote', 'end-sessions', 'require-reset']) {
      expect(await client.post(path, { csrf, intent })).toHaveStatus(403)
    }
    expect(rowsOf(server, person.email).user).toMatchObject({ role: 'user', disabled_at: null })
    for (const page of ['/admin', '/admin/events', '/admin/events/export'])
      expect(await client.get(page)).toHaveStatus(403)
  })
})

describe('the last admin in parallel', () => {
  test('two admins who demote, disable or delete each other at once leave one', async () => {
    const own = await startServer()
    try {
      const one = await adminClient(own)
      for (const press of ['Remove admin rights', 'Disable the account', 'Delete for good']) {
        const two = await adminClient(own)
        const pathOf = (email: string) => `/admin/users/${rowsOf(own, email).user?.id}`
        const [ofOne, ofTwo] = [pathOf(one.person.email), pathOf(two.person.email)]
        // Both see the page before either presses: whoever is gone first could not open it any more.
        const [asOne, asTwo] = await Promise.all([one.client.open(ofTwo), two.client.open(ofOne)])
        await Promise.all([one.client.send(asOne, {}, { press }), two.client.send(asTwo, {}, { press })])
        const database = own.openDatabase()
        const admins = database.prepare("select email from users where role = 'admin' and disabled_at is null").all()
        // For the next round, the first admin is one again.
        database.prepare("update users set role = 'user'").run()
        database.prepare("update users set role = 'admin', disabled_at = null where email = ?").run(one.person.email)
        database.close()
        expect(admins, press).toHaveLength(1)
        if (press === 'Disable the account') await signIn(one.client, one.person).catch(() => undefined)
      }
    } finally {
      await own.stop()
    }
  })
})

describe('sorting people', () => {
  test('goes by the columns that are listed', async () => {
    const mark = newPerson().email.slice(4, 12)
    for (const name of [`Zoe ${mark}`, `Abe ${mark}`, `Mia ${mark}`]) {
      const client = new Client(server)
      await client.submit('/register', { ...newPerson(name) })
    }
    const namesBy = async (query: string) =>
      (await admin.client.open(`/admin/users?q=${mark}&${query}`)).html
        .querySelectorAll('.card-title')
        .map((title) => title.textContent.trim().split(' ')[0])
    expect(await namesBy('sort=name&order=asc')).toEqual(['Abe', 'Mia', 'Zoe'])
    expect(await namesBy('sort=name&order=desc')).toEqual(['Zoe', 'Mia', 'Abe'])
    expect(await namesBy('sort=joined&order=asc')).toEqual(['Zoe', 'Abe', 'Mia'])
  })

  test.each([
    'sort=password_hash',
    'sort=name;drop%20table%20users',
    `sort=${encodeURIComponent('(select password_hash from users limit 1)')}`,
    'sort=__proto__',
    'sort=constructor',
    'order=asc,1',
  ])('refuses ?%s', async (query) => {
    expect(await admin.client.get(`/admin/users?${query}`)).toHaveStatus(400)
  })
})

describe('B8 security events', () => {
  test('are filtered by kind, outcome, person and time', async () => {
    const { person, id } = await somebody()
    await untilEventsAreWritten(server)
    const count = async (query: string) =>
      (await admin.client.open(`/admin/events?${query}`)).html.querySelectorAll('.record > li').length
    expect(await count(`person=${encodeURIComponent(person.email)}`)).toBe(2)
    expect(await count(`person=${id}&type=account.registered`)).toBe(1)
    expect(await count(`person=${id}&outcome=refused`)).toBe(0)
    expect(await count(`person=${id}&until=2020-01-01T00:00`)).toBe(0)
    expect(await count(`person=${id}&from=2020-01-01T00:00&address=127.0.0.1`)).toBe(2)
    expect(await count('person=nobody@example.com')).toBe(0)
  })

  test.each(['type=nonsense', 'outcome=1', 'from=yesterday', 'before=-1', `person=${'x'.repeat(300)}`])(
    'refuse the filter ?%s',
    async (query) => {
      expect(await admin.client.get(`/admin/events?${query}`)).toHaveStatus(400)
      expect((await admin.client.get(`/admin/events/export?${query}`)).status).toBe(400)
    },
  )

  test('as CSV never hold a formula, even when a browser calls itself one', async () => {
    const agent = '=HYPERLINK("http://evil.example","x")'
    const visitor = new Client(server)
    const page = await visitor.open('/login')
    const fields = { email: 'nobody@example.com', password: 'not a password of anybody' }
    await visitor.send(page, fields, {}, { headers: { 'user-agent': agent } })
    expect(await eventsOf(server, 'signin.failed')).toContainEqual(expect.objectContaining({ agent }))
    const answer = await admin.client.get('/admin/events/export?format=csv&type=signin.failed')
    expect(answer).toHaveStatus(200)
    expect(answer.headers['content-type']).toContain('text/csv')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="cloakroom-events.csv"')
    expect(answer.headers['cache-control']).toBe('private, no-store')
    expect(answer.body).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`)
    expect(answer.body).not.toMatch(/(^|,)"?[=+@]/m)
    await expectLastEvent('events.exported', { actor_id: adminId() ?? null })
  })

  test('as JSON are whole, also when they do not fit into one part', async () => {
    const database = server.openDatabase()
    const insert = database.prepare(
      "insert into security_events (created_at, keep_until, type, outcome) values (?, 9e15, 'keys.retired', 'success')",
    )
    for (let count = 0; count < 1_203; count++) insert.run(count)
    database.close()
    const answer = await admin.client.get('/admin/events/export?format=json&type=keys.retired')
    const events = answer.json<{ id: number; at: string }[]>()
    expect(events).toHaveLength(1_203)
    expect(new Set(events.map(({ id }) => id)).size).toBe(1_203)
    expect(events.at(-1)?.at).toBe('1970-01-01T00:00:00.000Z')
  })
})

describe('the overview', () => {
  test('counts sign-ins and sessions, draws them without style attributes and says them in a table', async () => {
    const page = await admin.client.open('/admin')
    expect(page.html.querySelectorAll('figure svg[role=img]')).toHaveLength(4)
    expect(page.html.querySelectorAll('[style]')).toEqual([])
    const rows = page.html.querySelectorAll('tbody tr')
    expect(rows).toHaveLength(48)
    expect(Number(rows[0]?.querySelectorAll('td')[3]?.textContent)).toBeGreaterThan(0)
    const month = await admin.client.open('/admin?span=month')
    expect(month.html.querySelectorAll('tbody tr')).toHaveLength(30)
    expect(Number(month.html.querySelectorAll('tbody tr')[0]?.querySelectorAll('td')[3]?.textContent)).toBeGreaterThan(
      0,
    )
    expect(await admin.client.get('/admin?span=year')).toHaveStatus(400)
  })
})
