import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client, refreshCookieName } from '../support/browser-client.ts'
import { inDepth } from '../support/depth.ts'
import { adminClient, createProject, rowsOf, signedInClient, signIn } from '../support/fixtures.ts'
import { runProgram } from '../support/process.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { storeInUse } from '../support/store-in-use.ts'
import { pictureOf } from '../support/store-picture.ts'

// Every route, method and kind of request, for every kind of person. What is expected follows from the declarations
// alone; each request carries the CSRF value of its own session, so that nothing but access decides.

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const allKinds = ['document', 'data', 'routes', '_data', 'json'] as const
type Kind = (typeof allKinds)[number]
// Who somebody is comes from the store; in which spelling they ask does not. `attack/route-variants` has more spellings.
const kinds: readonly Kind[] =
  storeInUse === 'sqlite' ? inDepth<readonly Kind[]>(allKinds, ['document', 'data']) : ['document', 'json']
type Route = { path: string; id: string; access: Record<string, string> }
type Outcome = 'allowed' | 'sign-in' | 'forbidden' | 'method' | 'damaged'

let server: TestServer
let routes: Route[]
let anonymous: Client
let user: Awaited<ReturnType<typeof signedInClient>>
let disabled: Awaited<ReturnType<typeof signedInClient>>
let admin: Awaited<ReturnType<typeof signedInClient>>
let victim: { id: string; email: string; projectId: string }
const secretText = 'nobody else reads this'

beforeAll(async () => {
  server = await startServer()
  routes = await readRoutes()
  anonymous = new Client(server)
  user = await signedInClient(server)
  disabled = await signedInClient(server)
  admin = await adminClient(server)
  const owner = await signedInClient(server)
  const projectId = await createProject(owner.client, secretText)
  victim = { id: rowsOf(server, owner.person.email).user?.id ?? '', email: owner.person.email, projectId }
  const database = server.openDatabase()
  database.prepare('update users set disabled_at = 1 where email = ?').run(disabled.person.email)
  database.close()
})
afterAll(() => server?.stop())

async function readRoutes(): Promise<Route[]> {
  const { stdout, stderr } = await runProgram('app/cli/routes.ts')
  const [, ...lines] = stdout.trim().split('\n')
  if (lines.length < 15) throw new Error(`the table of routes is short: ${stdout}${stderr}`)
  const found = new Map<string, Route>()
  for (const line of lines) {
    const [path = '', declared = '', access = '', id = ''] = line.split(/ {2,}/).map((cell) => cell.trim())
    const route = found.get(id) ?? { path, id, access: {} }
    for (const method of declared.split(' ')) route.access[method] = access
    found.set(id, route)
  }
  return [...found.values()]
}

/** A client whose cookies stay as they are whatever the answers say, and a CSRF value that is valid for it. */
async function personOf(role: string): Promise<{ client: Client; csrf: string }> {
  if (role === 'user') return { client: user.client, csrf: await user.client.csrf() }
  if (role === 'admin') return { client: admin.client, csrf: await admin.client.csrf() }
  if (role === 'anonymous') return { client: anonymous, csrf: await anonymous.csrf() }
  const visitor = new Client(server)
  const csrf = await visitor.csrf()
  visitor.jar.put(refreshCookieName, disabled.client.refreshToken)
  return { client: visitor, csrf }
}

function addressOf({ path, id }: Route, kind: Kind): string {
  const concrete = path.replace(':id', victim.projectId).replace('*', 'nothing-here')
  if (kind === '_data') return `${concrete}?_data=${encodeURIComponent(id)}`
  if (kind === 'document' || kind === 'json') return concrete
  const data = concrete === '/' ? '/_root.data' : `${concrete}.data`
  return kind === 'routes' ? `${data}?_routes=${encodeURIComponent(id)}` : data
}

const bodies: Record<string, () => Record<string, string>> = {
  'routes/admin.users': () => ({ intent: 'disable', id: victim.id }),
  'routes/projects.$id': () => ({ intent: 'delete' }),
}

async function attempt(route: Route, method: string, kind: Kind, role: string): Promise<Answer> {
  const { client, csrf } = people[role] ?? (await personOf(role))
  const own = { origin: server.origin, 'sec-fetch-site': 'same-origin' }
  const accept = kind === 'json' ? 'application/json' : 'text/html,*/*;q=0.8'
  const fields = new URLSearchParams({ ...bodies[route.id]?.(), csrf }).toString()
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-csrf-token': csrf, ...own }
  return client.request(method, addressOf(route, kind), {
    drop: true,
    // The proxy asks for the value on every method.
    headers: { accept, 'x-csrf-token': csrf, ...(method === 'GET' ? {} : form) },
    ...(method === 'GET' ? {} : { body: fields }),
  })
}

/** Open by declaration, yet of use only to who has just given a right password or signs with a device's key; nobody here does. */
const refusedWithoutProof: Record<string, Outcome> = {
  'routes/login_.verify': 'sign-in',
  'routes/bff.passkeys.verify-options': 'sign-in',
  'routes/bff.device.register': 'forbidden',
}

const people: Record<string, { client: Client; csrf: string }> = {}

function expectedOutcome(route: Route, method: string, kind: Kind, role: string): Outcome {
  if (kind === '_data') return 'damaged'
  const access = route.access[method]
  if (access === undefined) return 'method'
  if (access === 'public' || access === 'optional') return 'allowed'
  if (role === 'anonymous' || role === 'disabled') return 'sign-in'
  return access === 'admin' && role !== 'admin' ? 'forbidden' : 'allowed'
}

/** A file of events tells of other people's refusals; whoever is asked to confirm that it is them is past the guard. */
function isLetIn(status: number, body: string, headers: Answer['headers']): boolean {
  if (status === 200) return headers['content-disposition']?.startsWith('attachment') ?? false
  return status === 403 && body.includes('step_up_required')
}

/** What an answer comes to, whether it is a page, a document or single-fetch data. */
function outcomeOf({ status, location, body, headers }: Answer): Outcome {
  if (isLetIn(status, body, headers)) return 'allowed'
  const isPage = headers['content-type']?.startsWith('text/html') ?? false
  const says = (code: string) => !isPage && body.includes(code)
  if (status === 405 || says('"method_not_allowed"')) return 'method'
  if (status === 403 || says('"admin_required"')) return 'forbidden'
  if (status === 401 || says('"sign_in_required"')) return 'sign-in'
  if (leadsToSignIn(location ?? '', isPage ? '' : body)) return 'sign-in'
  return status === 400 && body.includes('address of this page is damaged') ? 'damaged' : 'allowed'
}

const leadsToSignIn = (location: string, data: string) =>
  /\/login\?redirectTo=/.test(location) || /"\/login\?redirectTo=/.test(data)

async function refreshPerson(role: string): Promise<void> {
  const holder = { user, admin }[role]
  if (holder === undefined) return
  holder.client.jar.clear()
  await signIn(holder.client, holder.person)
  people[role] = await personOf(role)
}

/** What is wrong with the answer to one request; empty when nothing is. */
async function look(role: string, route: Route, method: string, kind: Kind): Promise<string[]> {
  const answer = await attempt(route, method, kind, role)
  const expected = expectedOutcome(route, method, kind, role)
  const observed = outcomeOf(answer)
  const shows = answer.body.includes(secretText)
  const found: string[] = []
  const isProofMissing = expected === 'allowed' && observed === refusedWithoutProof[route.id]
  if (observed !== expected && !isProofMissing) found.push(`${observed} instead of ${expected}`)
  if (shows !== mayReadVictim(role, route, method, kind)) found.push(`${shows ? 'shows' : 'hides'} somebody's project`)
  if (answer.status >= 500) found.push('is a fault')
  return found.map((what) => `${method} ${addressOf(route, kind)} (${kind}, ${answer.status}): ${what}`)
}

/** Signing out is tried one by one, with a session of its own each time. */
async function lookAtAllKinds(role: string, route: Route, method: string): Promise<string[]> {
  if (!route.id.endsWith('logout')) {
    return (await Promise.all(kinds.map((kind) => look(role, route, method, kind)))).flat()
  }
  const found: string[] = []
  for (const kind of kinds) {
    found.push(...(await look(role, route, method, kind)))
    if (method === 'POST') await refreshPerson(role)
  }
  return found
}

describe.each(['anonymous', 'user', 'disabled', 'admin'])('somebody %s', (role) => {
  test('gets on every route, by every method and kind of request, what the declarations say', async () => {
    people[role] = await personOf(role)
    const surprises: string[] = []
    for (const route of routes) {
      // The admin's own effects are another test's.
      if (role === 'admin' && route.id === 'routes/admin.users') continue
      for (const method of methods) surprises.push(...(await lookAtAllKinds(role, route, method)))
    }
    expect(surprises).toEqual([])
  })
})

function mayReadVictim(role: string, { id }: Route, method: string, kind: Kind): boolean {
  return role === 'admin' && id === 'routes/admin.projects' && method === 'GET' && kind !== '_data'
}

describe('the store, not the status, shows that', () => {
  const variants = [
    '',
    '.data',
    '.data?_routes=routes%2Fadmin.users',
    '?index',
    '.data?index',
    '?_data=routes%2Fadmin.users',
  ]

  test.each(['anonymous', 'user', 'disabled'])('nobody %s has an effect that is an admin’s', async (role) => {
    const { client, csrf } = await personOf(role)
    const before = pictureOf(server)
    for (const variant of variants) {
      for (const path of ['/admin/users', '/Admin/Users', '/admin/users/', '/%61dmin/users']) {
        if (path.endsWith('/') && variant.startsWith('.')) continue
        for (const intent of ['disable', 'enable', 'promote', 'demote', 'delete'])
          await client.post(`${path}${variant}`, { csrf, intent, id: victim.id }, { drop: true })
      }
    }
    expect(pictureOf(server)).toEqual(before)
  })

  test.each(['anonymous', 'user', 'disabled', 'admin'])('nobody %s changes somebody’s project', async (role) => {
    const { client, csrf } = await personOf(role)
    const before = pictureOf(server)
    for (const variant of [
      '',
      '.data',
      '.data?_routes=routes%2Fprojects.%24id',
      '?index',
      '?_data=routes%2Fprojects.%24id',
    ]) {
      for (const intent of ['change', 'archive', 'restore', 'delete']) {
        const fields = { csrf, intent, name: 'taken over', description: 'taken over' }
        await client.post(`/projects/${victim.projectId}${variant}`, fields, { drop: true })
      }
    }
    expect(pictureOf(server)).toEqual(before)
  })

  test('the very same requests do have their effect when an admin sends them', async () => {
    const { client, csrf } = await personOf('admin')
    const roleOf = () => rowsOf(server, victim.email).user
    for (const [intent, check] of [
      ['disable', () => roleOf()?.disabled_at !== null],
      ['enable', () => roleOf()?.disabled_at === null],
      ['promote', () => roleOf()?.role === 'admin'],
      ['demote', () => roleOf()?.role === 'user'],
      ['delete', () => roleOf() === null],
    ] as const) {
      expect(await client.post('/admin/users', { csrf, intent, id: victim.id }, { drop: true })).toHaveStatus(302)
      expect(check(), intent).toBe(true)
    }
  })
})
