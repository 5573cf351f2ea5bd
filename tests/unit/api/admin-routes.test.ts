import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { managedUser, ownedProject, pageOf } from '../../../app/contract/index.ts'
import { numberOf, projects, sessions, users } from '../../../db/index.ts'
import { type Person, startApi, type TestApi } from './api-fixture.ts'

let api: TestApi
let admin: Person
let person: Person

beforeEach(async () => {
  api = await startApi()
  admin = api.addUser({ role: 'admin' })
  person = api.addUser()
})

const roleOf = (id: string) => api.database.select().from(users).where(eq(users.id, id)).get()?.role
const enabledAdmins = () =>
  api.database
    .select()
    .from(users)
    .all()
    .filter((user) => user.role === 'admin' && user.disabledAt === null)

function addSession(userId: string, id: string): void {
  const times = { rotatedAt: 1, createdAt: 1, lastSeenAt: 1, expiresAt: 9e12 }
  const values = {
    id,
    userNumber: numberOf(userId),
    generation: 0,
    persistent: false,
    agent: '',
    address: '',
    amr: 'pwd',
    ...times,
  }
  api.database.insert(sessions).values(values).run()
}

test.each([
  ['GET', '/admin/projects'],
  ['GET', '/admin/users'],
  ['GET', '/admin/users/user-1'],
  ['PATCH', '/admin/users/user-1'],
  ['DELETE', '/admin/users/user-1'],
])('%s %s without the admin role is 403, whatever is sent', async (method, path) => {
  const response = await api.call(method, path, { as: person, ...(method === 'PATCH' ? { body: '{' } : {}) })
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ code: 'admin_required', title: 'Admin access required' })
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="cloakroom", error="insufficient_scope"/)
  expect(api.events).toEqual([
    expect.objectContaining({ type: 'access.refused', outcome: 'refused', actorId: person.id, sessionId: 's1' }),
  ])
  expect((await api.call(method, path)).status).toBe(401)
})

test('the list of all projects says whose they are', async () => {
  await api.call('POST', '/projects', { as: person, body: { name: 'Hats' } })
  await api.call('POST', '/projects', { as: admin, body: { name: 'Coats' } })
  const response = await api.call('GET', '/admin/projects?limit=100', { as: admin })
  const { items, total } = pageOf(ownedProject.strict()).parse(await response.json())
  expect(total).toBe(2)
  const owners = items.map(({ name, ownerId, ownerName, ownerEmail }) => [name, ownerId, ownerName, ownerEmail])
  expect(owners.toSorted()).toEqual([
    ['Coats', admin.id, admin.name, admin.email],
    ['Hats', person.id, person.name, person.email],
  ])
})

describe('the list of people', () => {
  async function search(query: string) {
    const response = await api.call('GET', `/admin/users${query}`, { as: admin })
    expect(response.status).toBe(200)
    return pageOf(managedUser.strict()).parse(await response.json())
  }
  const idsOf = async (q: string) => (await search(`?q=${encodeURIComponent(q)}`)).items.map((user) => user.id)

  test('shows everybody, newest first, in pages', async () => {
    expect(await search('')).toMatchObject({ items: [{ id: person.id }, { id: admin.id }], page: 1, total: 2 })
    expect(await search('?limit=1&page=2')).toMatchObject({ items: [{ id: admin.id }], limit: 1, total: 2 })
  })

  test('finds by part of the address or the name, without case', async () => {
    api.addUser({ id: 'zoe', email: 'Zoe.Quill@Example.org', name: 'Zoë Ångström' })
    expect(await idsOf('QUILL@example')).toEqual(['zoe'])
    expect(await idsOf('Ångst')).toEqual(['zoe'])
    expect(await idsOf('Zoë'.normalize('NFD'))).toEqual(['zoe'])
    expect(await idsOf('nobody')).toEqual([])
    expect(await search('?q=PERSON&limit=1')).toMatchObject({ items: [{ id: person.id }], total: 2 })
  })

  test('takes wildcards and quotes of SQL as letters', async () => {
    for (const name of ['50% off', 'snake_case', 'wow!', "O'Neil", 'back\\slash'])
      api.addUser({ id: `${name[0]}`, name })
    expect(await idsOf('%')).toEqual(['5'])
    expect(await idsOf('_')).toEqual(['s'])
    expect(await idsOf('!')).toEqual(['w'])
    expect(await idsOf("O'N")).toEqual(['O'])
    expect(await idsOf('\\')).toEqual(['b'])
    expect(await idsOf('p%n')).toEqual([])
    expect(await idsOf("' or 1=1 --")).toEqual([])
  })

  test.each(['limit=101', 'page=0', `q=${'x'.repeat(255)}`, 'q=a%00b', 'sort=password_hash', 'q=a&q=b'])(
    '?%s is refused',
    async (query) => {
      expect((await api.call('GET', `/admin/users?${query}`, { as: admin })).status).toBe(400)
    },
  )
})

describe('one account', () => {
  test('is shown without anything secret', async () => {
    const response = await api.call('GET', `/admin/users/${person.id}`, { as: admin })
    expect(managedUser.strict().parse(await response.json())).toEqual({
      ...person,
      ...{ disabledAt: null, disabledReason: null, passwordResetRequiredAt: null, createdAt: 2 },
      emailVerifiedAt: null,
    })
  })

  test.each(['GET', 'PATCH', 'DELETE'])('that does not exist is 404 to %s', async (method) => {
    const body = method === 'PATCH' ? { role: 'admin' } : undefined
    expect((await api.call(method, '/admin/users/nobody', { as: admin, body })).status).toBe(404)
  })

  test('becomes an admin and is recorded so', async () => {
    const response = await api.call('PATCH', `/admin/users/${person.id}`, { as: admin, body: { role: 'admin' } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ id: person.id, role: 'admin' })
    expect(api.events).toEqual([
      {
        type: 'account.role_changed',
        outcome: 'success',
        actorId: admin.id,
        subjectId: person.id,
        detail: { from: 'user', to: 'admin' },
      },
    ])
  })

  test('is disabled with all its sessions, and enabled again without them', async () => {
    addSession(person.id, 'theirs')
    addSession(admin.id, 'own')
    const patch = (disabled: boolean) =>
      api.call('PATCH', `/admin/users/${person.id}`, { as: admin, body: { disabled } })
    expect(await (await patch(true)).json()).toMatchObject({ disabledAt: expect.any(Number) })
    const rows = api.database.select().from(sessions).all()
    expect(rows.find((row) => row.id === 'theirs')).toMatchObject({
      revokedAt: expect.any(Number),
      revokedReason: 'disabled',
    })
    expect(rows.find((row) => row.id === 'own')).toMatchObject({ revokedAt: null, revokedReason: null })
    expect(await (await patch(false)).json()).toMatchObject({ disabledAt: null })
    expect(api.database.select().from(sessions).all()).toEqual(rows)
    expect(api.events.map(({ type, actorId, subjectId }) => [type, actorId, subjectId])).toEqual([
      ['account.disabled', admin.id, person.id],
      ['account.enabled', admin.id, person.id],
    ])
  })

  test('that is disabled already keeps its date, and what was missed is mended', async () => {
    api.database.update(users).set({ disabledAt: 5 }).where(eq(users.id, person.id)).run()
    addSession(person.id, 'left-over')
    const response = await api.call('PATCH', `/admin/users/${person.id}`, { as: admin, body: { disabled: true } })
    expect(await response.json()).toMatchObject({ disabledAt: 5 })
    expect(api.events).toEqual([])
    expect(api.database.select().from(sessions).get()?.revokedReason).toBe('disabled')
  })

  test('is deleted with its projects and sessions', async () => {
    addSession(person.id, 'theirs')
    await api.call('POST', '/projects', { as: person, body: { name: 'Hats' } })
    const response = await api.call('DELETE', `/admin/users/${person.id}`, { as: admin })
    expect(response.status).toBe(204)
    expect(roleOf(person.id)).toBeUndefined()
    expect(api.database.select().from(projects).all()).toEqual([])
    expect(api.database.select().from(sessions).all()).toEqual([])
    expect(api.events).toEqual([
      { type: 'account.deleted', outcome: 'success', actorId: admin.id, subjectId: person.id },
    ])
  })

  test.each(['{}', '{"role":"root"}', '{"disabled":"true"}', '{"role":"admin","email":"a@b.cd"}', '{"__proto__":{}}'])(
    'is not touched by the change %s',
    async (body) => {
      const response = await api.call('PATCH', `/admin/users/${person.id}`, { as: admin, body })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'invalid_input' })
      expect(roleOf(person.id)).toBe('user')
      expect(api.events).toEqual([])
    },
  )
})

describe('the last enabled admin', () => {
  const takings: [string, string, object | undefined][] = [
    ['be demoted', 'PATCH', { role: 'user' }],
    ['be disabled', 'PATCH', { disabled: true }],
    ['be demoted and disabled', 'PATCH', { role: 'user', disabled: true }],
    ['keep the role but be disabled', 'PATCH', { role: 'admin', disabled: true }],
    ['be deleted', 'DELETE', undefined],
  ]

  test.each(takings)('cannot %s, not even by themself or beside a disabled admin', async (_, method, body) => {
    api.addUser({ role: 'admin', disabledAt: 5 })
    addSession(admin.id, 'own')
    const response = await api.call(method, `/admin/users/${admin.id}`, { as: admin, body })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ code: 'last_admin' })
    expect(enabledAdmins()).toMatchObject([{ id: admin.id }])
    expect(api.database.select().from(sessions).get()?.revokedAt).toBeNull()
    expect(api.events).toEqual([])
  })

  test.each(takings)('can %s once there is another', async (_, method, body) => {
    const second = api.addUser({ role: 'admin' })
    const response = await api.call(method, `/admin/users/${admin.id}`, { as: admin, body })
    expect(response.status).toBeLessThan(300)
    expect(enabledAdmins()).toMatchObject([{ id: second.id }])
  })

  const pairs = takings.flatMap((one) => takings.map((other) => [one[0], other[0], one, other] as const))
  test.each(pairs)('survives two admins of whom at once one should %s, the other %s', async (_, __, one, other) => {
    const second = api.addUser({ role: 'admin' })
    const by = api.letInByPairs()
    const answers = await Promise.all([
      api.call(one[1], `/admin/users/${second.id}`, { as: admin, body: one[2], by }),
      api.call(other[1], `/admin/users/${admin.id}`, { as: second, body: other[2], by }),
    ])
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status < 300)).toHaveLength(1)
    expect(enabledAdmins()).toHaveLength(1)
  })

  test('who is disabled may be deleted, being no longer one', async () => {
    const former = api.addUser({ role: 'admin', disabledAt: 5 })
    expect((await api.call('DELETE', `/admin/users/${former.id}`, { as: admin })).status).toBe(204)
  })
})

test('of two equal changes at once, one is recorded', async () => {
  const by = api.letInByPairs()
  const promote = () => api.call('PATCH', `/admin/users/${person.id}`, { as: admin, body: { role: 'admin' }, by })
  const answers = await Promise.all([promote(), promote()])
  expect(answers.map((answer) => answer.status)).toEqual([200, 200])
  expect(api.events).toHaveLength(1)
})
