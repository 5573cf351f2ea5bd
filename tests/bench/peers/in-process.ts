import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { ada, openTestIssuer, visitor } from '../../support/issuer.ts'
import { openTestStore } from '../../support/store.ts'
import { authJsCookie, readAuthJs } from './auth/auth-js.ts'
import { createBetterAuth, signInToBetterAuth } from './auth/better-auth.ts'
import { ironCookie, readIron } from './auth/iron.ts'
import { person } from './auth/person.ts'
import { SqliteSessions } from './auth/sqlite-sessions.ts'

// The check of a session alone, without HTTP, all in one process and on stores of the same kind. Each message asks for
// one kind, so many times; the answer is processor time and time, each.

const folder = mkdtempSync(join(process.argv[2] ?? '', 'in-process-'))
const baseURL = 'http://localhost:3999'

const store = await openTestStore(`file:${join(folder, 'cloakroom.sqlite')}`)
const { issuer } = await openTestIssuer({ store })
const registered = await issuer.register(ada, visitor, null)
if (registered.kind !== 'signed-in') throw new Error('registering failed')
const { refreshToken } = registered.ticket

const betterAuth = await createBetterAuth(join(folder, 'better-auth.sqlite'), baseURL, false)
const cached = await createBetterAuth(join(folder, 'better-auth.sqlite'), baseURL, true)
const headers = new Headers({ cookie: await signInToBetterAuth(betterAuth, baseURL) })
const cachedHeaders = new Headers({ cookie: await signInToBetterAuth(cached, baseURL) })

const [iron, authJs] = [await ironCookie(), await authJsCookie()]
const express = new SqliteSessions(join(folder, 'express.sqlite'))
express.set('session', { user: { ...person, password: undefined }, cookie: {} })

const checks: Record<string, () => Promise<boolean>> = {
  cloakroom: async () => (await issuer.present(refreshToken, { prefetch: false, visitor })).kind === 'signed-in',
  'better-auth': async () => (await betterAuth.api.getSession({ headers })) !== null,
  'better-auth-cached': async () => (await cached.api.getSession({ headers: cachedHeaders })) !== null,
  iron: async () => (await readIron(iron)).id !== '',
  'auth-js': async () => (await readAuthJs(authJs)).id !== '',
  'express-session': () =>
    new Promise((resolve) => express.get('session', (_error, content) => resolve(Boolean(content)))),
}

process.on('message', async ({ kind, milliseconds }: { kind: string; milliseconds: number }) => {
  const check = checks[kind]
  const [begin, cpu] = [performance.now(), process.cpuUsage()]
  let count = 0
  while (performance.now() - begin < milliseconds) {
    for (let each = 0; each < 20; each++) if (!(await check?.())) throw new Error(`${kind} refuses its session`)
    count += 20
  }
  const { user, system } = process.cpuUsage(cpu)
  process.send?.({ cpuMicros: (user + system) / count, micros: ((performance.now() - begin) * 1_000) / count })
})
