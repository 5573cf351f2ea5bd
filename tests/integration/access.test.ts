import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { adminClient, createProject, newPerson, signedInClient, signUp } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const forPeople = ['/dashboard', '/account', '/projects/AAAAAAAAAAAAAAAAAAAAAA']
const forAdmins = ['/admin/users', '/admin/projects']

describe('A12 protected pages', () => {
  test.each([...forPeople, ...forAdmins])(
    '%s sends an anonymous visitor to sign in, with the way back',
    async (path) => {
      const answer = await new Client(server).get(path)
      expect(answer).toHaveStatus(302)
      expect(answer).toLeadTo(`/login?redirectTo=${encodeURIComponent(path)}`)
    },
  )

  test.each([
    ['/dashboard', 'routes/dashboard'],
    ['/account', 'routes/account'],
    ['/projects/AAAAAAAAAAAAAAAAAAAAAA', 'routes/projects.$id'],
    ['/admin/users', 'routes/admin.users'],
    ['/admin/projects', 'routes/admin.projects'],
  ])('the data of %s is no way around the guard', async (path, route) => {
    const client = new Client(server)
    for (const variant of [`${path}.data`, `${path}.data?_routes=${encodeURIComponent(route)}`]) {
      const answer = await client.get(variant)
      expect(answer.body).not.toContain('items')
      expect(answer.body).toContain('/login')
    }
    expect(await client.get(`${path}?_data=${encodeURIComponent(route)}`)).toHaveStatus(400)
  })

  test('signing in leads to where the person was going, query included', async () => {
    const person = await signUp(new Client(server))
    const client = new Client(server)
    const login = await client.follow(await client.get('/dashboard?archived=true&page=1'))
    const answer = await client.send(login, { email: person.email, password: person.password })
    expect(answer).toLeadTo('/dashboard?archived=true&page=1')
  })

  test.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/%09/evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '@evil.example',
    '/\t/evil.example',
  ])('a way back of %j never leaves the site', async (redirectTo) => {
    const person = await signUp(new Client(server))
    const client = new Client(server)
    const page = await client.open(`/login?redirectTo=${encodeURIComponent(redirectTo)}`)
    const { email, password } = person
    const answer = await client.send(page, { email, password, redirectTo })
    expect(answer.isRedirect).toBe(true)
    const target = new URL(answer.location ?? '', server.origin)
    expect(target.origin).toBe(server.origin)
    expect(answer.location).toMatch(/^\/(?![/\\])/)
  })

  test('a signed-in visitor of the sign-in page is sent on', async () => {
    const { client } = await signedInClient(server)
    expect(await client.get('/login?redirectTo=/account')).toLeadTo('/account')
    expect(await client.get('/register')).toLeadTo('/dashboard')
  })

  test('a project of somebody else answers like one that does not exist', async () => {
    const owner = await signedInClient(server)
    const id = await createProject(owner.client, 'Private')
    const { client: stranger } = await signedInClient(server)
    const other = await stranger.get(`/projects/${id}`)
    const missing = await stranger.get('/projects/AAAAAAAAAAAAAAAAAAAAAA')
    expect(other).toHaveStatus(404)
    expect(missing).toHaveStatus(404)
    expect(other.text.replace(/Reference: \S+/, '')).toBe(missing.text.replace(/Reference: \S+/, ''))
    expect(other.body).not.toContain('Private')
  })
})

describe('A13 optional authentication', () => {
  test('the start page is for everybody and knows who is signed in', async () => {
    const anonymous = await new Client(server).get('/')
    expect(anonymous).toHaveStatus(200)
    expect(anonymous.text).toContain('Sign in')
    expect(anonymous.text).not.toContain('Sign out')
    const { client } = await signedInClient(server)
    const known = await client.get('/')
    expect(known.text).toContain('Sign out')
  })
})

describe('A14 roles', () => {
  test.each(forAdmins)('%s answers a user with 403 "Admin access required"', async (path) => {
    const { client } = await signedInClient(server)
    const answer = await client.get(path)
    expect(answer).toHaveStatus(403)
    expect(answer.text).toContain('Admin access required')
    expect(answer.text).toContain('Sign out')
  })

  test.each(forAdmins)('%s is open to an admin', async (path) => {
    const { client } = await adminClient(server)
    expect(await client.get(path)).toHaveStatus(200)
  })

  test('a user cannot carry out what an admin can, even with a form of their own', async () => {
    const { client } = await signedInClient(server)
    const { person: other } = await signedInClient(server)
    const page = await client.open('/dashboard')
    const csrf = page.html.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
    const id = (await adminUserId(other.email)) ?? ''
    const answer = await client.post('/admin/users', { csrf, id, intent: 'delete' })
    expect(answer).toHaveStatus(403)
    expect(await adminUserId(other.email)).toBe(id)
  })

  test('a role that is given or taken shows on the very next request of a running session', async () => {
    const { client: admin } = await adminClient(server)
    const { client, person } = await signedInClient(server)
    expect(await client.get('/admin/users')).toHaveStatus(403)
    await admin.submit(`/admin/users?q=${person.email}`, {}, { press: 'Make admin' })
    expect(await client.get('/admin/users')).toHaveStatus(200)
    await admin.submit(`/admin/users?q=${person.email}`, {}, { press: 'Remove admin' })
    expect(await client.get('/admin/users')).toHaveStatus(403)
  })

  test('nobody makes themselves an admin by adding fields to a form', async () => {
    const client = new Client(server)
    const page = await client.open('/register')
    const person = newPerson()
    const csrf = page.html.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
    await client.post('/register', { ...person, csrf, role: 'admin', roles: 'admin', userId: 'x' })
    expect(await client.get('/admin/users')).toHaveStatus(403)
    const script = new Client(server)
    const extra = { ...newPerson(), role: 'admin', roles: ['admin'], constructor: { prototype: { role: 'admin' } } }
    expect((await script.json('POST', '/bff/register', extra)).status).toBeLessThan(500)
    expect((await script.get('/admin/users')).status).not.toBe(200)
  })
})

async function adminUserId(email: string): Promise<string | undefined> {
  const database = server.openDatabase()
  const row = database.prepare('select id from users where email = ?').get(email) as { id: string } | undefined
  database.close()
  return row?.id
}
