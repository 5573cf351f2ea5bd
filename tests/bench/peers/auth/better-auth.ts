import { hash, verify } from '@node-rs/argon2'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import SQLite from 'better-sqlite3'
import { person } from './person.ts'

/** The parameters of Cloakroom's own hashes, so that both do the same work. */
const argon2id = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

/**
 * better-auth on SQLite with the pragmas of Cloakroom's store: sessions of its own table, passwords by Argon2id with the
 * same parameters, the checks of Origin on, limits and telemetry off. With `cachesCookie` a signed copy of the session
 * travels in a cookie for five minutes, and the store is not asked.
 */
export async function createBetterAuth(file: string, baseURL: string, cachesCookie: boolean) {
  const database = new SQLite(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  const options = {
    database,
    baseURL,
    secret: 'a secret of the benchmark, which guards nothing at all',
    trustedOrigins: [baseURL],
    emailAndPassword: {
      enabled: true,
      password: {
        hash: (password: string) => hash(password, argon2id),
        verify: (given: { hash: string; password: string }) => verify(given.hash, given.password),
      },
    },
    session: { cookieCache: { enabled: cachesCookie, maxAge: 300 } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  } satisfies Parameters<typeof betterAuth>[0]
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  return betterAuth(options)
}

export type BetterAuth = Awaited<ReturnType<typeof createBetterAuth>>

/** Makes the person's account when there is none, signs them in and returns what the browser then sends as `Cookie`. */
export async function signInToBetterAuth({ handler }: BetterAuth, baseURL: string): Promise<string> {
  const post = (path: string, body: object) =>
    handler(
      new Request(`${baseURL}/api/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: baseURL },
        body: JSON.stringify(body),
      }),
    )
  await post('/sign-up/email', person)
  const answer = await post('/sign-in/email', { email: person.email, password: person.password })
  if (!answer.ok) throw new Error(`better-auth refused to sign in: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
}
