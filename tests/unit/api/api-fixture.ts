import { randomUUID } from 'node:crypto'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { createAccessTokenVerifier, createApi } from '../../../app/api/index.server.ts'
import type { Role } from '../../../app/contract/index.ts'
import { createEventReader } from '../../../app/events/index.server.ts'
import { log } from '../../../app/kernel/index.server.ts'
import { ms, type SecurityEvent } from '../../../app/kernel/index.ts'
import { openMigratedDatabase, type SqliteDatabase, users } from '../../../db/index.ts'

export const issuer = 'https://cloakroom.test'
export const audience = 'cloakroom-api'

export type Person = { id: string; email: string; name: string; role: Role }

type CallOptions = {
  as?: Person | string
  body?: unknown
  headers?: Record<string, string>
  by?: (request: Request) => Promise<Response>
}

export type TokenChange = {
  claims?: JWTPayload
  without?: string
  header?: Record<string, unknown>
}

export type TestApi = Awaited<ReturnType<typeof startApi>>

/** A resource server over a migrated store in memory, with an issuer's keys of its own. */
export async function startApi(database: SqliteDatabase = openMigratedDatabase('file::memory:')) {
  log.level = 'silent'
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
  const keys = createLocalJWKSet({ keys: [publicJwk] })
  const verifyAccessToken = createAccessTokenVerifier({ issuer, audience, keys })
  const events: SecurityEvent[] = []
  const options = {
    ...{ database, verifyAccessToken, record: (event: SecurityEvent) => void events.push(event) },
    ...{ events: createEventReader(database), sessionIdleMs: ms('3d') },
  }
  const handle = createApi(options)

  const mint = (person: Person, change: TokenChange = {}) => {
    const claims: JWTPayload = { ...claimsOf(person), ...change.claims }
    if (change.without) delete claims[change.without]
    const header = { alg: 'ES256', kid: 'k1', typ: 'at+jwt', ...change.header }
    return new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
  }

  /** The same API, but callers are let in two by two, so that what follows runs in step. */
  const letInByPairs = () => {
    let letIn = () => {}
    let first: Promise<void> | null = null
    const inStep = async (accessToken: string) => {
      const caller = await verifyAccessToken(accessToken)
      const waiting = first
      if (waiting) letIn()
      first = waiting ? null : new Promise((resolve) => (letIn = resolve))
      await (waiting ?? first)
      return caller
    }
    return createApi({ ...options, verifyAccessToken: inStep })
  }

  const call = async (method: string, path: string, { as, body, headers, by = handle }: CallOptions = {}) => {
    const sent = new Headers(headers)
    if (as) sent.set('Authorization', `Bearer ${typeof as === 'string' ? as : await mint(as)}`)
    if (body !== undefined && !sent.has('Content-Type')) sent.set('Content-Type', 'application/json')
    const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    return by(new Request(`http://api.internal${path}`, { method, headers: sent, body: content ?? null }))
  }

  return {
    database,
    events,
    handle,
    letInByPairs,
    call,
    mint,
    publicKey,
    privateKey,
    publicJwk,
    addUser: userAdder(database),
  }
}

export function claimsOf(person: Person): JWTPayload {
  const issuedAt = Math.floor(Date.now() / 1_000)
  return {
    iss: issuer,
    aud: audience,
    sub: person.id,
    client_id: 'cloakroom-bff',
    jti: randomUUID(),
    iat: issuedAt,
    exp: issuedAt + 300,
    email: person.email,
    name: person.name,
    roles: person.role === 'admin' ? ['user', 'admin'] : ['user'],
    sid: 's1',
  }
}

function userAdder(database: SqliteDatabase) {
  let count = 0
  return (given: Partial<Person> & { disabledAt?: number } = {}): Person => {
    count += 1
    const id = given.id ?? `user-${count}`
    const person = { id, email: `${id}@example.com`, name: `Person ${count}`, role: 'user' as Role, ...given }
    const times = { createdAt: count, updatedAt: count }
    database
      .insert(users)
      .values({ ...person, ...times, emailKey: person.email.toLowerCase(), passwordHash: 'unused' })
      .run()
    return person
  }
}
