import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client } from '../support/browser-client.ts'
import { newPerson, rowsOf, sessionOf, signedInClient, signUp } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { pictureOf } from '../support/store-picture.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

const countUsers = () => pictureOf(server).users.length

describe('an email address that could become another one', () => {
  test.each([
    ...[
      '"ada"@example.com',
      '"ada lovelace"@example.com',
      '"a@b"@example.com',
      'ada,bob@example.com',
      'ada@example.com,bob@x.org',
    ],
    ...[
      'ada@example.com\r\nBcc: bob@x.org',
      'ada\r\n@example.com',
      'ada@example.com\n',
      '\rada@example.com',
      'ada@example.com\u0000',
    ],
    ...[
      'ada@example.com\u0000@x.org',
      'ada，bob@example.com',
      'ada@@example.com',
      'ada＠x.org@example.com',
      'ada@x.org＠example.com',
    ],
    ...[
      'ada@example.com;bob@x.org',
      'Ada <ada@example.com>',
      'ada@example.com (x)',
      'ada@[127.0.0.1]',
      'ada@localhost',
      'ada@example',
    ],
    ...[
      'ada@.example.com',
      'ada@example..com',
      '.ada@example.com',
      'ada.@example.com',
      'a..da@example.com',
      'ada@-example.com',
    ],
    ...[
      'ada@exam ple.com',
      'a da@example.com',
      'ada@example.com\u2028',
      'a\u200bda@example.com',
      'a\u00adda@example.com',
    ],
    ...[
      'ada\u200d@example.com',
      'a\u2060da@example.com',
      'ada\u202e@example.com',
      'ada@exam\ufeffple.com',
      'ad\u3164a@example.com',
    ],
    ...[
      'ada\ud800@example.com',
      'ada\\@example.com',
      'ada@example.com\\',
      `${'a'.repeat(250)}@example.com`,
      '@example.com',
      'ada@',
    ],
    ...['\u0007da@example.com', 'a\tda@example.com', '<script>@example.com'],
  ])('%j is refused at every door', async (email) => {
    const before = countUsers()
    const client = new Client(server)
    const answer = await client.json('POST', '/bff/register', { ...newPerson(), email })
    expect(answer.status).toBe(400)
    if (email.isWellFormed()) {
      const page = await client.get('/register')
      expect(await client.send(page, { ...newPerson(), email })).toHaveStatus(400)
    }
    expect(countUsers()).toBe(before)
  })

  test('is one account however it is spelled: it cannot be registered twice', async () => {
    const mark = newPerson().email.slice(4, 12)
    const first = { ...newPerson(), email: `kaſſandra.${mark}@example.com`.replaceAll('ſ', 's') }
    await signUp(new Client(server), first)
    const spellings = [
      first.email,
      first.email.toUpperCase(),
      ` ${first.email}  `,
      first.email.replaceAll('s', 'ſ'),
      first.email.replace('k', '\u212a'),
      first.email.replace('a', 'ａ'),
      first.email.replace('@', '＠'),
      first.email.replace('.com', '．com'),
      first.email.replace('example', 'ⓔⓧⓐⓜⓟⓛⓔ'),
      first.email.replace('n', '𝓷'),
    ]
    const before = countUsers()
    for (const email of spellings) {
      const answer = await new Client(server).json('POST', '/bff/register', { ...newPerson(), email })
      expect(answer, email).toBeProblem(409, 'email_taken')
      const signedIn = await new Client(server).json('POST', '/bff/login', { email, password: first.password })
      expect(signedIn, email).toHaveStatus(200)
    }
    expect(countUsers()).toBe(before)
  })

  test('is one account in every case of every script, and no more than one', async () => {
    for (const [one, other] of [
      ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
      ['οδυσσευς', 'οδυσσευσ'],
      ['ÅSA', 'a\u030asa'],
      ['J\u030cana', 'ǰana'],
      ['ДАША', 'даша'],
    ]) {
      const mark = newPerson().email.slice(4, 12)
      const first = await new Client(server).json('POST', '/bff/register', {
        ...newPerson(),
        email: `${one}${mark}@example.com`,
      })
      expect(first).toHaveStatus(201)
      const second = await new Client(server).json('POST', '/bff/register', {
        ...newPerson(),
        email: `${other}${mark}@example.com`,
      })
      expect(second, `${one} and ${other}`).toBeProblem(409, 'email_taken')
    }
    // Other letters are other people: a dotless ı is no i, though upper case would make them one.
    const mark = newPerson().email.slice(4, 12)
    for (const local of ['mike', 'mıke'])
      expect(
        await new Client(server).json('POST', '/bff/register', {
          ...newPerson(),
          email: `${local}${mark}@example.com`,
        }),
      ).toHaveStatus(201)
  })

  test('registered twenty times at once makes one account', async () => {
    const person = newPerson()
    const spell = (n: number) => (n % 2 ? person.email.toUpperCase() : person.email.replace('@', '＠'))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        new Client(server).json('POST', '/bff/register', { ...person, email: spell(n) }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)])
  })
})

describe('an unknown address and a wrong password', () => {
  const changing = /[A-Za-z0-9_-]{64}|nonce-[^']+|nonce="[^"]+"|[A-Za-z0-9_-]{12}(?=")|[0-9a-f]{12}/g
  const named = ({ headers }: Answer) => Object.keys(headers).sort()

  test.each([
    ['/login', 400],
    ['/login.data', 400],
    ['/bff/login', 401],
  ])('answer alike at %s: status, words, headers, length', async (path, status) => {
    const known = await signUp(new Client(server))
    const unknown = newPerson()
    const answers: Answer[] = []
    for (const { email } of [known, unknown]) {
      const client = new Client(server)
      const csrf = await client.csrf()
      answers.push(await client.post(path, { email, password: 'certainly not the password', csrf }))
    }
    const [wrong, nobody] = answers
    expect(wrong?.status).toBe(status)
    expect(nobody?.status).toBe(status)
    expect(named(nobody as Answer)).toEqual(named(wrong as Answer))
    expect(nobody?.body.length).toBe(wrong?.body.length)
    expect(nobody?.body.replace(changing, '')).toBe(wrong?.body.replace(changing, ''))
    expect(nobody?.setCookies.length).toBe(wrong?.setCookies.length)
  })

  test('run out of tries alike', async () => {
    const known = await signUp(new Client(server))
    const rows: (string | number | undefined)[][] = []
    for (const { email } of [known, newPerson()]) {
      const client = new Client(server)
      const csrf = await client.csrf()
      for (let n = 0; n < 7; n++) {
        const answer = await client.post('/bff/login', { email, password: 'certainly not the password', csrf })
        rows.push([n, answer.status, answer.json<{ title: string }>().title])
      }
    }
    expect(rows.slice(7)).toEqual(rows.slice(0, 7))
  })
})

describe('a body that says more than it was asked for', () => {
  const additions = {
    role: 'admin',
    roles: ['admin'],
    isAdmin: true,
    userId: 'somebody',
    id: 'chosen-by-the-attacker',
    ownerId: 'somebody',
    emailKey: 'x@example.com',
    disabledAt: 1,
    passwordHash: '$argon2id$v=19$m=8,t=1,p=1$x$y',
    sessionId: 'x',
    expiresAt: 99_999_999_999_999,
    generation: 9,
    amr: 'mfa',
    constructor: { prototype: { role: 'admin', isAdmin: true } },
    'constructor.prototype.role': 'admin',
    'user[role]': 'admin',
    'user.role': 'admin',
    _method: 'DELETE',
  }
  const polluted = (fields: object) =>
    `${JSON.stringify({ ...fields, ...additions }).slice(0, -1)},"__proto__":{"role":"admin","isAdmin":true,"roles":["admin"]}}`
  const asForm = Object.fromEntries(
    Object.entries({ ...additions, '__proto__.role': 'admin', '__proto__[role]': 'admin', __proto__x: '' }).map(
      ([name, value]) => [name, String(value)],
    ),
  )

  test('makes nobody an admin at registration, as JSON or as a form', async () => {
    const people = [newPerson(), newPerson()]
    const json = new Client(server)
    expect(
      await json.json('POST', '/bff/register', undefined, {
        body: polluted(people[0] ?? {}),
        headers: { 'content-type': 'application/json' },
      }),
    ).toHaveStatus(201)
    const form = new Client(server)
    const csrf = await form.csrf()
    expect(await form.post('/register', { ...people[1], ...asForm, csrf })).toHaveStatus(302)
    for (const [n, client] of [json, form].entries()) {
      const { user } = rowsOf(server, people[n]?.email ?? '')
      expect(user).toMatchObject({ role: 'user', disabled_at: null })
      expect(user?.id).not.toBe(additions.id)
      expect(await client.get('/admin/users')).toHaveStatus(403)
    }
  })

  test('changes nothing at sign-in', async () => {
    const person = await signUp(new Client(server))
    const client = new Client(server)
    const body = polluted({ email: person.email, password: person.password })
    expect(
      await client.json('POST', '/bff/login', undefined, { body, headers: { 'content-type': 'application/json' } }),
    ).toHaveStatus(200)
    expect(rowsOf(server, person.email).user?.role).toBe('user')
    expect(client.jar.header()).not.toContain('chosen')
    expect(await client.get('/admin/users')).toHaveStatus(403)
    const stolen = rowsOf(server, person.email).sessions.at(-1)
    expect(stolen?.generation).toBe(0)
    expect(stolen?.expires_at).toBeLessThan(additions.expiresAt)
  })

  test('gives a project to nobody else, at creation or at a change', async () => {
    const { client, person } = await signedInClient(server)
    const victim = await signedInClient(server)
    const victimId = rowsOf(server, victim.person.email).user?.id ?? ''
    const csrf = await client.csrf()
    const fields = {
      ...asForm,
      ownerId: victimId,
      userId: victimId,
      owner_id: victimId,
      csrf,
      name: 'mine',
      description: '',
    }
    expect(await client.post('/dashboard', fields)).toHaveStatus(302)
    const [project] = rowsOf(server, person.email).projects
    expect(
      await client.post(`/projects/${project?.id}`, { ...fields, intent: 'change', name: 'still mine' }),
    ).toHaveStatus(302)
    expect(rowsOf(server, person.email).projects).toMatchObject([{ id: project?.id, name: 'still mine' }])
    expect(rowsOf(server, victim.person.email).projects).toEqual([])
    expect(sessionOf(server, person.email).revoked_at).toBeNull()
  })

  test('leaves the prototypes of the server alone', async () => {
    const bodies = [
      '{"__proto__":{"polluted":"yes"}}',
      '{"constructor":{"prototype":{"polluted":"yes"}}}',
      '{"email":{"__proto__":{"polluted":"yes"}}}',
    ]
    const client = new Client(server)
    for (const path of ['/bff/login', '/bff/register'])
      for (const body of bodies)
        expect(
          await client.json('POST', path, undefined, { body, headers: { 'content-type': 'application/json' } }),
        ).toHaveStatus(400)
    expect((await client.json('GET', '/.well-known/oauth-authorization-server')).body).not.toContain('polluted')
  })
})
