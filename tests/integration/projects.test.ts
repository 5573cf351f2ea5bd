import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { adminClient, createProject, rowsOf, signedInClient, signIn } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

describe.each([
  ['embedded', false],
  ['stand-alone', true],
] as const)('with the %s API', (_name, standAloneApi) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ standAloneApi })
  })
  afterAll(() => server.stop())

  describe('A16 projects', () => {
    test('a new person has none and is told how to begin', async () => {
      const { client } = await signedInClient(server)
      expect((await client.open('/dashboard')).text).toContain('You have no current projects')
    })

    test('a person creates, reads, renames, archives, restores and deletes projects of their own', async () => {
      const { client, person } = await signedInClient(server)
      const id = await createProject(client, 'Garden', 'Beans and peas')
      const page = await client.open(`/projects/${id}`)
      expect(page.text).toContain('Garden')
      expect(page.text).toContain('Beans and peas')

      const renamed = await client.send(
        page,
        { name: 'Kitchen garden', description: 'Beans' },
        { press: 'Save changes' },
      )
      expect(renamed.target).toMatch(new RegExp(`^/projects/${id}`))
      expect((await client.follow(renamed)).text).toContain('Kitchen garden')

      await client.submit(`/projects/${id}`, {}, { press: 'Archive' })
      expect((await client.open('/dashboard')).text).not.toContain('Kitchen garden')
      expect((await client.open('/dashboard?archived=true')).text).toContain('Kitchen garden')

      await client.submit(`/projects/${id}`, {}, { press: 'Restore' })
      expect((await client.open('/dashboard')).text).toContain('Kitchen garden')

      await client.submit(`/projects/${id}`, {}, { press: 'Delete for good' })
      expect(await client.get(`/projects/${id}`)).toHaveStatus(404)
      expect(rowsOf(server, person.email).projects).toEqual([])
    })

    test('a name that is missing is refused beside its field, and what was typed stays', async () => {
      const { client, person } = await signedInClient(server)
      const answer = await client.submit('/dashboard', { name: ' ', description: 'Kept as typed' }, { press: 'Create' })
      expect(answer).toHaveStatus(400)
      expect(answer.text).toContain('Give the project a name')
      expect(answer.html.querySelector('textarea')?.textContent).toContain('Kept as typed')
      expect(rowsOf(server, person.email).projects).toEqual([])
    })

    test('what people type is shown as text and never as markup', async () => {
      const { client } = await signedInClient(server)
      const name = '</script><script>alert("x")</script><img src=x onerror=alert(1)>'
      const id = await createProject(client, name)
      for (const path of ['/dashboard', `/projects/${id}`]) {
        const page = await client.open(path)
        expect(page.body).not.toContain('<script>alert')
        expect(page.body).not.toContain('<img src=x')
        expect(page.html.querySelector('h1, h2 a')?.textContent).toBeDefined()
      }
    })

    test('a list shows only the projects of its owner, page by page', async () => {
      const { client } = await signedInClient(server)
      const { client: other } = await signedInClient(server)
      await createProject(other, 'Of somebody else')
      for (let index = 1; index <= 21; index++) await createProject(client, `Item ${index} of mine`)
      const first = await client.open('/dashboard')
      const second = await client.open('/dashboard?page=2')
      expect(first.html.querySelectorAll('article')).toHaveLength(20)
      expect(second.html.querySelectorAll('article')).toHaveLength(1)
      expect(first.text + second.text).not.toContain('Of somebody else')
    })

    test('nobody changes or deletes the project of somebody else', async () => {
      const { client: owner, person } = await signedInClient(server)
      const id = await createProject(owner, 'Mine')
      const { client: stranger } = await signedInClient(server)
      const page = await stranger.open('/dashboard')
      const csrf = page.html.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
      for (const intent of ['change', 'archive', 'restore', 'delete']) {
        const answer = await stranger.post(`/projects/${id}`, { csrf, intent, name: 'Taken', description: '' })
        expect(answer).toHaveStatus(404)
      }
      expect(rowsOf(server, person.email).projects).toMatchObject([{ name: 'Mine', archived_at: null }])
    })

    test('an admin sees the projects of everybody, with whose they are', async () => {
      const { client: admin } = await adminClient(server)
      const { client, person } = await signedInClient(server)
      await createProject(client, 'Seen by admins')
      const page = await admin.open('/admin/projects')
      expect(page.text).toContain('Seen by admins')
      expect(page.text).toContain(person.email)
    })
  })

  describe('A17 admins and accounts', () => {
    test('an admin finds a person and deletes the account with everything in it', async () => {
      const { client: admin } = await adminClient(server)
      const { client, person } = await signedInClient(server)
      await createProject(client, 'Goes too')
      const answer = await admin.submit(`/admin/users?q=${person.email}`, {}, { press: 'Delete for good' })
      expect(answer.isRedirect).toBe(true)
      expect(rowsOf(server, person.email)).toMatchObject({ user: null, projects: [], sessions: [] })
      expect((await client.get('/dashboard')).target).toMatch(/^\/login/)
      const login = await new Client(server).submit('/login', { email: person.email, password: person.password })
      expect(login).toHaveStatus(400)
    })

    test('disabling reaches the sessions of a person through this API too', async () => {
      const { client: admin } = await adminClient(server)
      const { client, person } = await signedInClient(server)
      await admin.submit(`/admin/users?q=${person.email}`, {}, { press: 'Disable' })
      expect(await client.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=disabled')
    })
  })
})

describe('A17 the last admin', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.stop())

  test.each([
    ['Delete for good', 'be deleted'],
    ['Disable my account', 'be disabled'],
    ['Give up admin', 'stop being an admin'],
  ])('"%s": the last admin cannot %s', async (press) => {
    const { client: admin, person } = await onlyAdmin()
    const answer = await admin.submit(`/admin/users?q=${person.email}`, {}, { press })
    expect(answer).toHaveStatus(409)
    expect(answer.text).toContain('last admin')
    expect(rowsOf(server, person.email).user).toMatchObject({ role: 'admin', disabled_at: null })
  })

  test('two admins who demote each other at once leave one admin', async () => {
    const one = await onlyAdmin()
    const { client: other, person: otherPerson } = await adminClient(server)
    const pages = await Promise.all([
      one.client.open(`/admin/users?q=${otherPerson.email}`),
      other.open(`/admin/users?q=${one.person.email}`),
    ])
    await Promise.all([
      one.client.send(pages[0], {}, { press: 'Remove admin' }),
      other.send(pages[1], {}, { press: 'Remove admin' }),
    ])
    const roles = [one.person, otherPerson].map(({ email }) => rowsOf(server, email).user?.role)
    expect(roles.toSorted()).toEqual(['admin', 'user'])
  })

  /** Signs an admin in and takes the role from everybody else. */
  async function onlyAdmin() {
    const admin = await adminClient(server)
    const database = server.openDatabase()
    database.prepare("update users set role = 'user' where email <> ?").run(admin.person.email)
    database.close()
    const client = new Client(server)
    await signIn(client, admin.person)
    return { client, person: admin.person }
  }
})
