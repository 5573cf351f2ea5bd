import { randomBytes } from 'node:crypto'
import { Client, type ClientStyle } from './browser-client.ts'
import { startServer, type TestServer } from './server.ts'

export type Person = { name: string; email: string; password: string }

/** Somebody who has never been here: an address and a passphrase that no other test uses. */
export function newPerson(name = 'Ada Lovelace'): Person {
  const mark = randomBytes(6).toString('hex')
  return { name, email: `ada.${mark}@example.com`, password: `velvet ${randomBytes(9).toString('base64url')} lantern` }
}

/** Registers somebody through the page; the client is signed in afterwards. */
export async function signUp(client: Client, person: Person = newPerson()): Promise<Person> {
  const answer = await client.submit('/register', person)
  if (!answer.isRedirect) throw new Error(`registering failed with ${answer.status}: ${answer.text.slice(0, 500)}`)
  return person
}

/** Signs somebody in through the page. */
export async function signIn(client: Client, { email, password }: Person, remember = false): Promise<void> {
  const answer = await client.submit('/login', { email, password, ...(remember ? { remember: 'on' } : {}) })
  if (!answer.isRedirect) throw new Error(`signing in failed with ${answer.status}: ${answer.text.slice(0, 500)}`)
}

/** A new client of a new person, signed in. */
export async function signedInClient(
  server: TestServer,
  style: ClientStyle = 'browser',
): Promise<{ client: Client; person: Person }> {
  const client = new Client(server, { style })
  return { client, person: await signUp(client) }
}

/** A server of one's own with one person signed in, and the value for `X-CSRF-Token`. */
export async function startSignedIn(): Promise<{ server: TestServer; client: Client; csrf: string }> {
  const server = await startServer()
  const { client } = await signedInClient(server)
  return { server, client, csrf: await client.csrf() }
}

/** Makes an account an admin, straight in the store. */
export function makeAdmin(server: TestServer, email: string): void {
  withDatabase(server, (database) => database.prepare("update users set role = 'admin' where email = ?").run(email))
}

/** A new client of a new admin, signed in. */
export async function adminClient(server: TestServer): Promise<{ client: Client; person: Person }> {
  const admin = await signedInClient(server)
  makeAdmin(server, admin.person.email)
  return admin
}

/** Creates a project through the dashboard and returns its id. */
export async function createProject(client: Client, name: string, description = ''): Promise<string> {
  const answer = await client.submit('/dashboard', { name, description }, { press: 'Create' })
  const id = new URL(answer.location ?? '', 'http://own.invalid').searchParams.get('project')
  if (id === null) throw new Error(`creating a project failed with ${answer.status}: ${answer.text.slice(0, 500)}`)
  return id
}

export type UserRow = {
  number: number
  id: string
  email: string
  role: string
  disabled_at: number | null
  password_hash: string
}

export type SessionRow = {
  id: string
  user_number: number
  generation: number
  rotated_at: number
  confirmed_at: number | null
  expires_at: number
  persistent: number
  revoked_at: number | null
  revoked_reason: string | null
}

export type ProjectRow = { id: string; owner_id: string; name: string; description: string; archived_at: number | null }

/** The rows of one person, read from the store. */
export function rowsOf(server: TestServer, email: string) {
  return withDatabase(server, (database) => {
    const user = database.prepare('select * from users where email = ?').get(email) as UserRow | undefined
    const of = (table: string, column: string, owner: string | number) =>
      database.prepare(`select * from ${table} where ${column} = ? order by created_at, id`).all(owner)
    return {
      user: user ?? null,
      sessions: of('sessions', 'user_number', user?.number ?? 0) as SessionRow[],
      projects: of('projects', 'owner_id', user?.id ?? '') as ProjectRow[],
    }
  })
}

/** The one session of a person who signed in once. Throws when there is another number of them. */
export function sessionOf(server: TestServer, email: string): SessionRow {
  const { sessions } = rowsOf(server, email)
  const [session] = sessions
  if (!session || sessions.length !== 1) throw new Error(`${sessions.length} sessions instead of one`)
  return session
}

export function withDatabase<Result>(
  server: TestServer,
  work: (database: ReturnType<TestServer['openDatabase']>) => Result,
) {
  const database = server.openDatabase()
  try {
    return work(database)
  } finally {
    database.close()
  }
}
