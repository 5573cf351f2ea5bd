import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import type { Client } from '../support/browser-client.ts'
import { adminClient, createProject, makeAdmin, type Person, rowsOf, signedInClient } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { pictureOf } from '../support/store-picture.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

/** What is left of an answer without what differs between any two of them. */
function gist({ status, headers, body }: Answer, id: string): object {
  const changing =
    /[A-Za-z0-9_-]{64}|nonce-[^']+|nonce="[^"]+"|"[A-Za-z0-9_-]{12}\\?"|<code>[^<]{12}<\/code>|expiresInSeconds\W+\d+/g
  return { status, headers: Object.keys(headers).sort(), body: body.replaceAll(id, 'ID').replace(changing, '') }
}

describe('the id of somebody else’s project', () => {
  let client: Client
  let csrf: string
  let theirs: string
  const nobodys = randomBytes(16).toString('base64url')
  beforeAll(async () => {
    client = (await signedInClient(server)).client
    csrf = await client.csrf()
    theirs = await createProject((await signedInClient(server)).client, 'not yours')
  })

  test.each(['', '.data', '.data?_routes=routes%2Fprojects.%24id'])(
    'answers to GET%s like an id that does not exist',
    async (suffix) => {
      const [one, other] = await Promise.all([theirs, nobodys].map((id) => client.get(`/projects/${id}${suffix}`)))
      expect(gist(one as Answer, theirs)).toEqual(gist(other as Answer, nobodys))
      expect(one?.body).not.toContain('not yours')
    },
  )

  test.each(['change', 'archive', 'restore', 'delete', 'nonsense'])(
    'answers to "%s" like an id that does not exist, and stays as it is',
    async (intent) => {
      const before = pictureOf(server)
      const fields = { csrf, intent, name: 'mine now', description: '' }
      const [one, other] = await Promise.all([theirs, nobodys].map((id) => client.post(`/projects/${id}`, fields)))
      expect(gist(one as Answer, theirs)).toEqual(gist(other as Answer, nobodys))
      expect(pictureOf(server)).toEqual(before)
    },
  )

  test('is not shown to an admin as the admin’s own either', async () => {
    const { client: admin } = await adminClient(server)
    const [one, other] = await Promise.all([theirs, nobodys].map((id) => admin.get(`/projects/${id}`)))
    expect(gist(one as Answer, theirs)).toEqual(gist(other as Answer, nobodys))
    expect(one?.status).toBe(404)
  })

  test.each([
    '..',
    '.',
    '%2e%2e',
    '%252e%252e',
    '%252f',
    '..%252fadmin',
    "' or 1=1 --",
    '*',
    '%',
    '_',
    '\u0000',
    'a'.repeat(5_000),
    '__proto__',
    'null',
    '0',
  ])('spelled %j reaches nothing', async (id) => {
    const before = pictureOf(server)
    const path = `/projects/${id.startsWith('%') || id.startsWith('.') ? id : encodeURIComponent(id)}`
    for (const answer of [await client.get(path), await client.post(path, { csrf, intent: 'delete' })])
      expect([301, 302, 400, 403, 404, 405, 413]).toContain(answer.status)
    expect(pictureOf(server)).toEqual(before)
  })
})

test('an admin’s form takes an id and nothing that leads elsewhere in the API', async () => {
  const { client } = await adminClient(server)
  const csrf = await client.csrf()
  const before = pictureOf(server)
  for (const id of [
    '..',
    '.',
    '../projects',
    '%2e%2e',
    '?x',
    '#',
    '/',
    '//',
    '',
    '*',
    "' or '1'='1",
    '..%2f..',
    'a/../b',
    '\\..',
    '__proto__',
  ]) {
    for (const intent of ['delete', 'disable', 'promote']) {
      const answer = await client.post('/admin/users', { csrf, intent, id })
      expect([400, 404, 405], `${intent} ${id}`).toContain(answer.status)
    }
  }
  for (const intent of ['', 'constructor', '__proto__', 'toString', 'Delete']) {
    const id = rowsOf(server, (await signedInClient(server)).person.email).user?.id ?? ''
    expect(await client.post('/admin/users', { csrf, intent, id })).toHaveStatus(400)
  }
  expect(pictureOf(server)).toMatchObject({ projects: before.projects })
  expect(pictureOf(server).users.length).toBe(before.users.length + 5)
})

describe('the last admin is not lost', () => {
  type Held = { client: Client; person: Person; csrf: string; id: string }

  /** A server's only two admins. */
  async function twoAdmins(): Promise<[Held, Held]> {
    const held: Held[] = []
    for (let n = 0; n < 2; n++) {
      const { client, person } = await signedInClient(server)
      held.push({ client, person, csrf: await client.csrf(), id: rowsOf(server, person.email).user?.id ?? '' })
    }
    const database = server.openDatabase()
    database.prepare("update users set role = 'user'").run()
    database.close()
    for (const { person } of held) makeAdmin(server, person.email)
    return held as [Held, Held]
  }

  function activeAdmins(): number {
    const users = pictureOf(server).users as { role: string; disabled_at: number | null }[]
    return users.filter(({ role, disabled_at }) => role === 'admin' && disabled_at === null).length
  }

  const act = ({ client, csrf }: Held, intent: string, id: string) =>
    client.post('/admin/users', { csrf, intent, id }, { drop: true })

  test.each(['demote', 'disable', 'delete'])('when two admins %s each other at the same moment', async (intent) => {
    for (let round = 0; round < 4; round++) {
      const [one, other] = await twoAdmins()
      const answers = await Promise.all([act(one, intent, other.id), act(other, intent, one.id)])
      expect(activeAdmins()).toBe(1)
      expect(answers.filter(({ location }) => location?.includes('done='))).toHaveLength(1)
      expect(answers.every(({ status }) => status < 500)).toBe(true)
    }
  })

  test.each(['demote', 'disable', 'delete'])(
    'when both %s themselves at the same moment, ten times over',
    async (intent) => {
      const [one, other] = await twoAdmins()
      const tries = Array.from({ length: 10 }, () => [act(one, intent, one.id), act(other, intent, other.id)]).flat()
      const answers = await Promise.all(tries)
      expect(activeAdmins()).toBe(1)
      expect(answers.every(({ status }) => status < 500)).toBe(true)
    },
  )

  test('when the only one there is tries all of it', async () => {
    const [one, other] = await twoAdmins()
    expect(await act(one, 'demote', other.id)).toHaveStatus(302)
    for (const intent of ['demote', 'disable', 'delete']) expect(await act(one, intent, one.id)).toHaveStatus(409)
    expect(activeAdmins()).toBe(1)
    expect(await one.client.get('/admin/users')).toHaveStatus(200)
  })

  test('when the one who was demoted tries once more with an open form', async () => {
    const [one, other] = await twoAdmins()
    const victim = await signedInClient(server)
    const id = rowsOf(server, victim.person.email).user?.id ?? ''
    expect(await act(one, 'demote', other.id)).toHaveStatus(302)
    const before = pictureOf(server)
    for (const intent of ['demote', 'delete', 'promote', 'disable'])
      expect(await act(other, intent, id)).toHaveStatus(403)
    expect(pictureOf(server)).toEqual(before)
  })
})
