import { createAccessTokenVerifier, createApi } from '../../../app/api/index.server.ts'
import { createEventReader } from '../../../app/events/index.server.ts'
import type { Issuer, IssuerSettings, Principal } from '../../../app/identity/index.server.ts'
import { openIssuerOver, type PostedMail, standingClock, testSettings, visitor } from '../issuer.ts'
import { clientId, clientSecret, openProvider } from '../openid-provider.ts'
import { BeginAnew, openWatchedStore } from './watched-store.ts'

export type RaceHouse = Awaited<ReturnType<typeof openRaceHouse>>

/** A start that was held back when all was verified and nothing written. */
export type HeldStart = { arrived: Promise<void>; release(): void }

/**
 * Three issuers over one store, as nodes are, with a real provider and the API: what is held happens at `here`, or at
 * `confirming`, where addresses are confirmed first; everything else at `there`.
 */
export async function openRaceHouse() {
  const clock = standingClock(Date.now())
  const store = await openWatchedStore()
  const { provider, serve } = await openProvider()
  // Shorter than what is left to a token that is used: each use asks the provider anew.
  await serve(testSettings.APP_ORIGIN, { accessTokenTtl: 5 })
  const scopes = ['openid', 'email', 'profile', 'offline_access']
  const entry = { id: 'acme', name: 'Acme', issuer: provider.issuer, clientId, clientSecret, scopes }
  const plenty = { points: 1_000_000, durationMs: 60_000 }
  const settings: Partial<IssuerSettings> = {
    providers: [{ ...entry, registration: 'create' as const }],
    ...{ LIMIT_SIGN_IN_PER_ADDRESS: plenty, LIMIT_MAIL_PER_ADDRESS: plenty, LIMIT_CODE_PER_ADDRESS: plenty },
    LIMIT_REGISTER_PER_ADDRESS: plenty,
  }
  const watched = { database: store.watched, close: () => {} }
  const there = await openIssuerOver(store, { settings })
  const here = await openIssuerOver(watched, { settings })
  const confirming = await openIssuerOver(watched, { settings: { ...settings, REGISTRATION: 'verify-email' } })
  const admin = await createAdmin(there.issuer)
  const nodes = [there, here, confirming]
  const api = createApi({
    database: store.database,
    verifyAccessToken: createAccessTokenVerifier({
      issuer: testSettings.APP_ORIGIN,
      audience: testSettings.ACCESS_TOKEN_AUDIENCE,
      keys: there.issuer.verificationKey,
    }),
    events: createEventReader(store.database),
    sessionIdleMs: testSettings.SESSION_IDLE,
    record: () => {},
  })
  return {
    ...{ clock, store, provider, admin },
    there: there.issuer,
    here: here.issuer,
    confirming: confirming.issuer,
    /** The code of the newest mail of this kind to somebody. */
    codeFor(kind: PostedMail['kind'], to: string): string {
      const mail = nodes.flatMap(({ mails }) => mails).findLast((each) => each.kind === kind && each.to === to)
      const code = mail && 'code' in mail ? mail.code : mail && 'undoCode' in mail ? mail.undoCode : null
      if (code === null) throw new Error(`no ${kind} went to ${to}`)
      return code
    },
    /** What an admin asks of the API. */
    async ask(method: string, path: string, body?: object): Promise<number> {
      const { jwt } = await there.issuer.mintAccessToken(admin)
      const headers = { authorization: `Bearer ${jwt}`, 'content-type': 'application/json' }
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      return (await api(new Request(`http://api.invalid${path}`, { method, headers, ...sent }))).status
    },
    /** Holds the next start back between what it has verified and what it writes. */
    hold(): HeldStart {
      const [arrived, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      store.watch((text, isInTransaction) => {
        if (!isInTransaction || !/^\s*insert into "sessions"/i.test(text)) return
        store.watch(null)
        arrived.resolve()
        throw new BeginAnew(released.promise)
      })
      return { arrived: arrived.promise, release: released.resolve }
    },
    /** The time of the provider, and nothing held. */
    reset() {
      clock.step(Date.now() - clock.now())
      store.watch(null)
    },
    async close() {
      clock.restore()
      await provider.stop()
      await store.close()
    },
  }
}

async function createAdmin(issuer: Issuer): Promise<Principal> {
  const person = { name: 'Grace', email: 'admin@example.com', password: 'the keeper of all the keys' }
  const result = await issuer.register(person, visitor, null)
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  await issuer.promote(person.email)
  return { ...result.principal, roles: ['user', 'admin'] }
}
