import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { AtProvider, begin, comeBack, signInAtProvider } from '../support/at-provider.ts'
import { Client } from '../support/browser-client.ts'
import { moveClock } from '../support/code-app.ts'
import { newPerson, signedInClient } from '../support/fixtures.ts'
import { type OpenIdProvider, startFederated } from '../support/openid-provider.ts'
import { addApp } from '../support/own-factors.ts'
import type { TestServer } from '../support/server.ts'
import type { StoreConnection } from '../support/store-connection.ts'
import { storeInUse } from '../support/store-in-use.ts'
import { lockAgainstWriting } from '../support/store-locks.ts'

let server: TestServer
let provider: OpenIdProvider
let stop: () => Promise<void>
let aside: StoreConnection
beforeAll(async () => {
  // PostgreSQL waits as long for a lock as SQLite does.
  ;({ server, provider, stop } = await startFederated({ env: { DATABASE_STATEMENT_TIMEOUT: '1s' } }))
  aside = server.openDatabase()
})
afterEach(() => {
  provider.fault = null
  if (aside.inTransaction) aside.exec('rollback')
})
afterAll(async () => {
  aside.close()
  await stop()
})

let count = 0
function newLogin(): string {
  const login = `lin-${++count}`
  provider.accounts.set(login, { email: `${login}@example.com`, email_verified: true, name: 'Lin' })
  return login
}

function tell(token: string) {
  return new Client(server, { style: 'plain' }).request('POST', '/bff/backchannel-logout/acme', {
    body: new URLSearchParams({ logout_token: token }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

/** Somebody with an app here, whose first step at the provider is taken. */
async function atSecondStep() {
  const login = newLogin()
  const first = new Client(server)
  await signInAtProvider(first, login)
  const { app } = await addApp(first, server)
  // A code is good for once, and one was used to add the app.
  await moveClock(server, 31_000)
  const client = new Client(server)
  expect(await signInAtProvider(client, login)).toLeadTo('/login/verify?redirectTo=%2Fdashboard')
  const [row] = aside
    .prepare('select provider_sid as sid from provider_sessions where subject = ? and session_id is null')
    .all(login) as { sid: string }[]
  return { client, login, app, sid: row?.sid ?? '' }
}

/** Somebody with a password here, who is signed in by the account at the provider that is linked to theirs. */
async function linked() {
  const login = newLogin()
  const { client: first, person } = await signedInClient(server)
  aside.prepare('update users set email_verified_at = 1 where email = ? returning id').all(person.email)
  const begun = await first.submit('/account/security', {}, { press: 'Link an account of Acme' })
  await comeBack(first, await new AtProvider(login).answer(begun.location ?? ''))
  await first.json('POST', '/bff/logout')
  const client = new Client(server)
  expect(await signInAtProvider(client, login)).toLeadTo('/dashboard')
  const rows = aside
    .prepare('select provider_sid as sid from provider_sessions where subject = ? and session_id is not null')
    .all(login) as { sid: string }[]
  expect(rows).toHaveLength(1)
  return { client, person, login, sid: rows[0]?.sid ?? '' }
}

const renewals: Record<string, (client: Client, password: string) => Promise<unknown>> = {
  'a new password': (client, current) =>
    client.submit('/account/password', { current, password: newPerson().password }),
  'a confirmation': (client, password) => client.submit('/reauthenticate', { step_up_password: password }),
}

describe('a logout at the provider', () => {
  test.each(['person', 'session'])('of a %s ends a sign-in that waits for its second step', async (whose) => {
    const { client, login, app, sid } = await atSecondStep()
    const page = await client.open('/login/verify')
    const about = whose === 'person' ? { sub: login } : { sub: login, sid }
    expect((await tell(await provider.signLogoutToken(about))).status).toBeLessThan(300)
    const answer = await client.send(page, { code: app.code() })
    expect(answer.isRedirect && answer.location).not.toBe('/dashboard')
    expect(client.hasRefreshToken).toBe(false)
    expect(await client.get('/login/verify')).toHaveStatus(302)
    expect(
      aside.prepare('select * from provider_sessions where subject = ? and session_id is null').all(login),
    ).toEqual([])
  })

  test('of somebody else leaves a second step alone', async () => {
    const { client, app } = await atSecondStep()
    const page = await client.open('/login/verify')
    await tell(await provider.signLogoutToken({ sub: newLogin() }))
    expect(await client.send(page, { code: app.code() })).toLeadTo('/dashboard')
  })

  test.each(['person', 'session'])('of a %s counts for a sign-in whose code is being redeemed', async (whose) => {
    const login = newLogin()
    const client = new Client(server)
    const address = await new AtProvider(login).answer(await begin(client))
    let told: number | null = null
    provider.fault = (request, response) => {
      if (!request.url?.startsWith('/token')) return false
      const end = response.end.bind(response) as (...given: unknown[]) => typeof response
      // The provider has made its tokens; before they arrive, the person signs out there.
      response.end = ((...given: unknown[]) => {
        const claims = JSON.parse(
          Buffer.from(String(JSON.parse(String(given[0])).id_token).split('.')[1] ?? '', 'base64url').toString(),
        )
        const about = whose === 'person' ? { sub: login } : { sid: claims.sid }
        void provider
          .signLogoutToken(about)
          .then(tell)
          .then(({ status }) => {
            told = status
            end(...given)
          })
        return response
      }) as typeof response.end
      return false
    }
    const answer = await comeBack(client, address)
    expect(told).toBeLessThan(300)
    expect(answer).toHaveStatus(400)
    expect(client.hasRefreshToken).toBe(false)
    provider.fault = null
    expect(await signInAtProvider(client, login)).toLeadTo('/dashboard')
  })

  test.each(
    Object.keys(renewals).flatMap((renewal) => [
      ['person', renewal],
      ['session', renewal],
    ]),
  )('of a %s ends the session that took the place of the first after %s', async (whose, renewal) => {
    const { client, person, login, sid } = await linked()
    const before = client.refreshToken.split('.')[1]
    await renewals[renewal]?.(client, person.password)
    expect(client.refreshToken.split('.')[1]).not.toBe(before)
    expect(await client.get('/dashboard')).toHaveStatus(200)
    const about = whose === 'person' ? { sub: login } : { sub: login, sid }
    expect((await tell(await provider.signLogoutToken(about))).status).toBeLessThan(300)
    expect(await client.get('/bff/user')).toHaveStatus(401)
  })

  test('that the store could not carry out can be told again', async () => {
    const login = newLogin()
    const client = new Client(server)
    await signInAtProvider(client, login)
    const token = await provider.signLogoutToken({ sub: login })
    lockAgainstWriting(aside)
    expect(await tell(token)).toHaveStatus(503)
    aside.exec('rollback')
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect((await tell(token)).status).toBeLessThan(300)
    expect(await client.get('/dashboard')).toHaveStatus(302)
    expect(await tell(token)).toHaveStatus(400)
  })

  test('whose mark was written and whose sessions could not be ended leaves the mark unused', async () => {
    const login = newLogin()
    const client = new Client(server)
    await signInAtProvider(client, login)
    const token = await provider.signLogoutToken({ sub: login })
    refuseToEndSessions(aside)
    try {
      expect((await tell(token)).status).toBeGreaterThanOrEqual(500)
    } finally {
      letSessionsEnd(aside)
    }
    expect((await tell(token)).status).toBeLessThan(300)
    expect(await client.get('/dashboard')).toHaveStatus(302)
  })
})

/** From here on the store fails whoever ends a session, in the middle of what they do. */
function refuseToEndSessions(database: StoreConnection): void {
  database.exec(
    storeInUse === 'sqlite'
      ? "create trigger refuse_ends before update of revoked_at on sessions begin select raise(abort, 'not now'); end"
      : `create function refuse_ends() returns trigger as $$ begin raise exception 'not now'; end $$ language plpgsql;
         create trigger refuse_ends before update of revoked_at on sessions for each row execute function refuse_ends()`,
  )
}

function letSessionsEnd(database: StoreConnection): void {
  database.exec(`drop trigger refuse_ends${storeInUse === 'sqlite' ? '' : ' on sessions'}`)
}
