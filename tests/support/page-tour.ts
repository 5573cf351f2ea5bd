import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer } from './answer.ts'
import { Client } from './browser-client.ts'
import { adminClient, createProject, newPerson, type Person, signedInClient, signUp, withDatabase } from './fixtures.ts'
import { readMailbox } from './mailbox.ts'
import { pagesAmong, type RouteRow } from './route-table.ts'
import { startServer, type TestServer } from './server.ts'
import { tourOfFactors } from './tour-of-factors.ts'

/** A page as it was sent: what stands on it and where. */
export type Seen = { what: string; answer: Answer }
export type Look = (what: string, answer: Answer) => Answer

/** A server with all that pages may show: a provider to sign in at (which nobody calls), a contact, a limit within reach. */
export async function startTourServer(): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-test-'))
  const provider = {
    id: 'acme',
    name: 'Acme',
    issuer: 'http://localhost:1',
    clientId: 'x',
    clientSecret: 'x'.repeat(16),
  }
  const file = join(dataDir, 'providers.json')
  writeFileSync(file, JSON.stringify({ providers: [provider] }), { mode: 0o600 })
  const env = {
    PROVIDERS_FILE: file,
    SECURITY_CONTACT: 'mailto:security@example.com',
    LIMIT_MAIL_PER_ADDRESS: '20/1h',
  }
  const server = await startServer({ dataDir, env })
  const stop = async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return Object.assign(Object.create(server) as TestServer, { stop })
}

/**
 * Every page of the table of routes for a visitor, a user and an admin, and the states that pages get into: empty and full
 * lists, refused forms, notices, questions for a proof, what is shown once, dead ends. As the server sends them.
 */
export async function takeTour(server: TestServer, table: readonly RouteRow[]): Promise<Seen[]> {
  const seen: Seen[] = []
  const look: Look = (what, answer) => {
    if (answer.isRedirect) throw new Error(`${what}: ${answer.path} leads to ${answer.location}`)
    seen.push({ what, answer })
    return answer
  }
  const tour = { server, look, table }
  await tourOfStrangers(tour)
  const { client, projectId } = await tourOfOwner(tour)
  await tourOfPages(tour, 'user', client, { ':id': projectId })
  await tourOfFactors(server, look)
  await tourOfAdmin(tour)
  await tourOfEndings(tour)
  return seen
}

type Tour = { server: TestServer; look: Look; table: readonly RouteRow[] }

/** Every page of the table that the client may read; where it is sent on to is another page of the table. */
async function tourOfPages({ table, look }: Tour, role: string, client: Client, ids: Record<string, string>) {
  for (const { path } of pagesAmong(table)) {
    const concrete = path.replace('*', 'nothing-here').replace(/:\w+/, (name) => ids[name] ?? 'none')
    const answer = await client.get(concrete)
    if (!answer.isRedirect) look(`${path} as ${role}`, answer)
  }
}

async function tourOfStrangers(tour: Tour): Promise<void> {
  const { server, look } = tour
  const client = new Client(server)
  await tourOfPages(tour, 'a visitor', client, {})
  look('an empty mailbox', await client.get('/dev/mail'))
  for (const why of ['expired', 'revoked', 'reuse', 'signed-out'])
    look(`sign-in, ${why}`, await client.get(`/login?why=${why}&redirectTo=/account`))

  const person = newPerson()
  const refused = async (what: string, path: string, fields: Record<string, string>, press?: string) =>
    look(what, await client.submit(path, fields, press ? { press } : {}))
  await refused('registration, empty', '/register', { name: '', email: '', password: '' })
  await refused('registration, weak password', '/register', { ...person, password: 'passwordpassword' })
  await signUp(new Client(server), person)
  await refused('registration, address taken', '/register', person)
  await refused('sign-in, empty', '/login', { email: '', password: '' })
  await refused('sign-in, wrong', '/login', { email: person.email, password: 'not the password' })
  await refused('forgotten, empty', '/forgot', { email: 'nobody' })
  look('forgotten, sent', await client.follow(await client.submit('/forgot', { email: person.email })))
  await refused('reset, empty', '/reset', { code: '', password: '' })
  await refused('reset, wrong code', '/reset', { code: 'AAAAA', password: person.password })
  await refused('confirmation, empty', '/verify', { code: '', password: '' })
  await refused('confirmation, another mail refused', '/verify', { email: 'nobody' }, 'Send it again')
  await refused('undo, empty', '/undo', { code: '' })
  await refused('undo, wrong code', '/undo', { code: 'AAAAA' })
  const preferences = await client.get('/preferences')
  look('preferences refused', await client.send(preferences, { theme: 'purple' }))
  await client.send(preferences, { theme: 'dark', language: 'de' })
  for (const path of ['/', '/login', '/register', '/preferences']) look(`${path} in German`, await client.get(path))
  for (const path of ['/login', '/logout', '/login/with/acme'])
    look(`${path} without the proof of a form`, await client.post(path, {}))
}

/** Somebody with projects, current and archived, and another browser. */
async function tourOfOwner({ server, look }: Tour): Promise<{ client: Client; projectId: string }> {
  const { client, person } = await signedInClient(server)
  look('no projects', await client.get('/dashboard'))
  look('nothing archived', await client.get('/dashboard?archived=true'))
  look('a project refused', await client.submit('/dashboard', { name: '' }, { press: 'Create' }))
  const created = await client.submit('/dashboard', { name: 'Hats & <caps>', description: 'Two\nlines' })
  look('a project created', await client.follow(created))
  const csrf = await client.csrf()
  for (let count = 0; count < 21; count++)
    await client.post('/dashboard', { csrf, intent: 'create', name: `Nr ${count}` })
  look('many projects', await client.get('/dashboard'))
  look('more projects', await client.get('/dashboard?page=2'))
  const projectId = await createProject(client, 'Umbrellas')
  const path = `/projects/${projectId}`
  look('a change refused', await client.submit(path, { name: '' }, { press: 'Save' }))
  look('archived', await client.follow(await client.submit(path, {}, { press: 'Archive' })))
  look('archived projects', await client.get('/dashboard?archived=true'))
  look('no such project', await client.get('/projects/none'))
  look('a damaged address', await client.get('/dashboard?page=x'))
  look('an unknown intent', await client.post(path, { csrf, intent: 'fold' }))
  await tourOfAccount(server, look, client, person)
  return { client, projectId }
}

async function tourOfAccount(server: TestServer, look: Look, client: Client, person: Person): Promise<void> {
  const other = new Client(server)
  await other.submit('/login', { email: person.email, password: person.password })
  look('two sessions', await client.get('/account/sessions'))
  look('ended', await client.follow(await client.submit('/account/sessions', {}, { press: 'End session' })))
  const refused = async (what: string, path: string, fields: Record<string, string>, press?: string) =>
    look(what, await client.submit(path, fields, press ? { press } : {}))
  await refused('password refused', '/account/password', { current: '', password: '' })
  await refused('address refused', '/account/address', { email: '', current: '' })
  await refused('code of address refused', '/account/address', { code: 'AAAAA' }, 'Use the new address')
  const { password: current } = person
  const asked = await client.submit('/account/address', { email: newPerson().email, current })
  look('address asked for', await client.follow(asked))
  await refused('deletion refused', '/account/delete', { email: 'somebody@example.com' })
  const inspector = await client.get('/inspect')
  for (const button of inspector.html.querySelectorAll('.scenes button')) {
    const scene = button.getAttribute('value') ?? ''
    look(`scene ${scene}`, await client.submit('/inspect', {}, { press: button.textContent }))
  }
  look('pages of admins, to a user', await client.get('/admin'))
}

/** People whom nobody has to sign in, straight in the store. */
function addPeople(server: TestServer, count: number): void {
  withDatabase(server, (database) => {
    const [first] = database.prepare('select * from users limit 1').all() as Record<string, unknown>[]
    // The store numbers them.
    const { number: _, ...template } = first ?? {}
    const columns = Object.keys(template)
    const insert = database.prepare(
      `insert into users (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    )
    for (let index = 0; index < count; index++) {
      const { name, email } = newPerson(`Number ${index}`)
      insert.run(...Object.values({ ...template, id: email, email, email_key: email, name }))
    }
  })
}

async function tourOfAdmin(tour: Tour): Promise<void> {
  const { server, look } = tour
  const { client, person } = await adminClient(server)
  const other = await signedInClient(server)
  addPeople(server, 21)
  const idOf = (email: string) =>
    withDatabase(server, (database) =>
      database.prepare('select id from users where email = ?').pluck().get(email),
    ) as string
  const id = idOf(other.person.email)
  await tourOfPages(tour, 'an admin', client, { ':id': id })
  look('many people', await client.get('/admin/users?page=2'))
  look('nobody found', await client.get('/admin/users?q=nobody-is-called-so'))
  look('no such person', await client.get('/admin/users/none'))
  look('events of a person', await client.get(`/admin/events?person=${id}`))
  look('no events', await client.get('/admin/events?person=nobody-is-called-so'))
  const csrf = await client.csrf()
  const self = `/admin/users/${idOf(person.email)}`
  look('the only admin stays', await client.post(self, { csrf, intent: 'demote' }))
  look(
    'the only admin stays in the list',
    await client.post('/admin/users', { csrf, intent: 'demote', id: idOf(person.email) }),
  )
  const disabled = await client.post(`/admin/users/${id}`, { csrf, intent: 'disable', reason: 'Lent to a friend' })
  look('somebody disabled', await client.follow(disabled))
  await client.post(`/admin/users/${id}`, { csrf, intent: 'require-reset' })
  look('asked for a new password', await client.get(`/admin/users/${id}`))
  look('somebody disabled in the list', await client.get('/admin/users'))
}

/** What comes with time, with theft and with too much of something. */
async function tourOfEndings({ server, look }: Tour): Promise<void> {
  const { client, person } = await signedInClient(server)
  const thief = new Client(server)
  await thief.submit('/login', { email: person.email, password: person.password })
  const copy = thief.clone()
  for (let round = 0; round < 2; round++) {
    await server.advance(6 * 60_000)
    await thief.get('/dashboard')
    await thief.get('/dashboard')
  }
  await copy.get('/dashboard')
  look('a ticket was used twice', await client.get('/dashboard'))
  look('activity with an alarm', await client.get('/account/activity'))
  look('lately ended', await client.get('/account/sessions'))

  const asked = look('a question for a proof', await client.submit('/account/delete', { email: person.email }))
  look('a wrong proof', await client.send(asked, { step_up_password: 'not the password' }, { press: 'Confirm' }))
  look('a question before a page', await client.get('/reauthenticate?redirectTo=/account/export'))
  const page = await client.get('/reauthenticate?redirectTo=/account/export')
  look('a wrong proof before a page', await client.send(page, { step_up_password: 'no' }, { press: 'Confirm' }))

  if ((await readMailbox(server)).length === 0) throw new Error('no mail was sent on the way')
  look('a full mailbox', await new Client(server).get('/dev/mail'))
  const tired = new Client(server)
  let answer = await tired.submit('/forgot', { email: newPerson().email })
  for (let tries = 0; tries < 60 && answer.status !== 429; tries++) {
    answer = await tired.submit('/forgot', { email: newPerson().email })
  }
  look('too many mails', answer)
  for (let tries = 0; tries < 12 && answer.status !== 429; tries++) answer = await tired.submit('/login', person)
  const page429 = await client.get('/reauthenticate')
  for (let tries = 0; tries < 6; tries++) {
    answer = await client.send(page429, { step_up_password: 'not the password' }, { press: 'Confirm' })
  }
  look('too many wrong proofs', answer)
}
