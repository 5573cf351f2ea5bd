import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Page, type Project, pageOf, project } from '../../../app/contract/index.ts'
import { replaceClock } from '../../../app/kernel/index.ts'
import { projects, users } from '../../../db/index.ts'
import { type Person, startApi, type TestApi } from './api-fixture.ts'

let api: TestApi
let owner: Person
let stranger: Person
let restoreClock = () => {}

beforeEach(async () => {
  api = await startApi()
  owner = api.addUser()
  stranger = api.addUser()
})
afterEach(() => restoreClock())

async function create(body: object = { name: 'Umbrellas' }, as = owner): Promise<Project> {
  const response = await api.call('POST', '/projects', { as, body })
  expect(response.status).toBe(201)
  return project.parse(await response.json())
}

async function list(query = '', as = owner): Promise<Page<Project>> {
  const response = await api.call('GET', `/projects${query}`, { as })
  expect(response.status).toBe(200)
  return pageOf(project.strict()).parse(await response.json())
}

describe('creating', () => {
  test('a project belongs to its creator and has an address', async () => {
    const response = await api.call('POST', '/projects', {
      as: owner,
      body: { name: ' Hats ', description: 'All\r\nof' },
    })
    expect(response.status).toBe(201)
    const created = project.strict().parse(await response.json())
    expect(created).toMatchObject({ ownerId: owner.id, name: 'Hats', description: 'All\nof', archivedAt: null })
    expect(created.id).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(response.headers.get('location')).toBe(`/projects/${created.id}`)
  })

  test.each([
    ['ownerId', '{"name":"A","ownerId":"user-2"}'],
    ['role', '{"name":"A","role":"admin"}'],
    ['id', '{"name":"A","id":"mine"}'],
    ['__proto__', '{"name":"A","__proto__":{"ownerId":"user-2"}}'],
    ['constructor', '{"name":"A","constructor":{"prototype":{"ownerId":"user-2"}}}'],
  ])('the unknown field %s is refused and nothing is created', async (field, body) => {
    const response = await api.call('POST', '/projects', { as: owner, body })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_input', detail: `There is no field "${field}" here.` })
    expect(api.database.select().from(projects).all()).toEqual([])
  })

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ name: 7 }, 'name'],
    [{}, 'name'],
    [{ name: 'A', description: 'x'.repeat(2_001) }, 'description'],
  ])('%j is refused with a message at its field', async (body, field) => {
    const response = await api.call('POST', '/projects', { as: owner, body })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_input', errors: { [field]: [expect.any(String)] } })
  })

  test('an account that is gone or disabled creates nothing', async () => {
    api.database.delete(users).where(eq(users.id, stranger.id)).run()
    api.database.update(users).set({ disabledAt: 5 }).where(eq(users.id, owner.id)).run()
    for (const as of [owner, stranger]) {
      expect((await api.call('POST', '/projects', { as, body: { name: 'A' } })).status).toBe(401)
    }
    expect(api.database.select().from(projects).all()).toEqual([])
  })
})

describe('listing', () => {
  test('shows only own projects, newest first', async () => {
    restoreClock = replaceClock(() => Date.now())
    const old = await create({ name: 'Old' })
    const future = Date.now() + 60_000
    replaceClock(() => future)
    await create({ name: 'Foreign' }, stranger)
    const young = await create({ name: 'Young' })
    replaceClock(() => Date.now())
    const found = await list()
    expect(found.items.map((item) => item.id)).toEqual([young.id, old.id])
    expect(found).toMatchObject({ page: 1, limit: 20, total: 2 })
  })

  test('archived projects have a list of their own', async () => {
    const kept = await create({ name: 'Kept' })
    const archived = await create({ name: 'Archived' })
    await api.call('PATCH', `/projects/${archived.id}`, { as: owner, body: { archived: true } })
    expect((await list()).items.map((item) => item.id)).toEqual([kept.id])
    expect((await list('?archived=false')).total).toBe(1)
    expect((await list('?archived=true')).items.map((item) => item.id)).toEqual([archived.id])
  })

  test('pages add up to the whole without overlap', async () => {
    const created: string[] = []
    for (let index = 0; index < 5; index += 1) created.push((await create({ name: `P${index}` })).id)
    const pages = [await list('?limit=2'), await list('?limit=2&page=2'), await list('?limit=2&page=3')]
    expect(pages.map((page) => page.items.length)).toEqual([2, 2, 1])
    expect(pages.every((page) => page.total === 5)).toBe(true)
    const seen = pages.flatMap((page) => page.items.map((item) => item.id))
    expect(seen.toSorted()).toEqual(created.toSorted())
    expect(await list('?page=9')).toEqual({ items: [], page: 9, limit: 20, total: 5 })
  })

  test.each([
    'page=0',
    'page=-1',
    'page=1.5',
    'page=x',
    'page=',
    'page=100001',
    'limit=0',
    'limit=101',
    'archived=yes',
  ])('?%s is refused, not bent', async (query) => {
    const response = await api.call('GET', `/projects?${query}`, { as: owner })
    expect(response.status).toBe(400)
    const field = query.split('=')[0] ?? ''
    expect(await response.json()).toMatchObject({ code: 'invalid_input', errors: { [field]: [expect.any(String)] } })
  })

  test.each(['ownerId=user-2', 'sort=name', 'page=1&page=2'])('?%s is refused, not overlooked', async (query) => {
    expect((await api.call('GET', `/projects?${query}`, { as: owner })).status).toBe(400)
  })
})

describe('reading, changing and deleting', () => {
  test('the owner reads a project', async () => {
    const created = await create()
    const response = await api.call('GET', `/projects/${created.id}`, { as: owner })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual(created)
  })

  test('renaming leaves the description alone', async () => {
    const created = await create({ name: 'Before', description: 'Long story' })
    const response = await api.call('PATCH', `/projects/${created.id}`, { as: owner, body: { name: 'After' } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ id: created.id, name: 'After', description: 'Long story' })
  })

  test('a description can be emptied', async () => {
    const created = await create({ name: 'A', description: 'Long story' })
    const response = await api.call('PATCH', `/projects/${created.id}`, { as: owner, body: { description: '' } })
    expect(await response.json()).toMatchObject({ name: 'A', description: '' })
  })

  test('archiving twice keeps the first date, and it can be taken back', async () => {
    const { id } = await create()
    const archive = async (archived: boolean) => {
      const response = await api.call('PATCH', `/projects/${id}`, { as: owner, body: { archived } })
      return ((await response.json()) as Project).archivedAt
    }
    const first = await archive(true)
    expect(first).toEqual(expect.any(Number))
    const later = Date.now() + 60_000
    restoreClock = replaceClock(() => later)
    const again = await api.call('PATCH', `/projects/${id}`, {
      as: await api.mint(owner, { claims: { exp: Math.floor(later / 1_000) + 60 } }),
      body: { archived: true },
    })
    expect(await again.json()).toMatchObject({ archivedAt: first, updatedAt: later })
    restoreClock()
    expect(await archive(false)).toBeNull()
  })

  test.each([['{}'], ['{"ownerId":"user-2"}'], ['{"archived":"yes"}'], ['{"name":""}'], ['{"createdAt":1}']])(
    'the change %s is refused and nothing changes',
    async (body) => {
      const created = await create({ name: 'A', description: 'B' })
      const response = await api.call('PATCH', `/projects/${created.id}`, { as: owner, body })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'invalid_input' })
      expect((await list()).items).toEqual([created])
    },
  )

  test('a deleted project is gone', async () => {
    const { id } = await create()
    const response = await api.call('DELETE', `/projects/${id}`, { as: owner })
    expect(response.status).toBe(204)
    expect(await response.text()).toBe('')
    expect((await api.call('GET', `/projects/${id}`, { as: owner })).status).toBe(404)
    expect((await api.call('DELETE', `/projects/${id}`, { as: owner })).status).toBe(404)
  })

  test.each([
    ['GET', undefined],
    ['PATCH', { name: 'Mine now' }],
    ['DELETE', undefined],
  ])("%s on somebody else's project answers exactly as on one that does not exist", async (method, body) => {
    const created = await create()
    const answer = async (id: string, as: Person) => {
      const response = await api.call(method, `/projects/${id}`, { as, body })
      return [response.status, [...response.headers], await response.text()]
    }
    const foreign = await answer(created.id, stranger)
    expect(foreign[0]).toBe(404)
    expect(foreign).toEqual(await answer('AAAAAAAAAAAAAAAAAAAAAA', stranger))
    expect(foreign).toEqual(await answer("x'%20or%201=1--", stranger))
    const admin = api.addUser({ role: 'admin' })
    expect((await answer(created.id, admin))[0]).toBe(404)
    expect((await list()).items).toEqual([created])
  })
})
