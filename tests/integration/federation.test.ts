import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AtProvider, begin, comeBack, signInAtProvider } from '../support/at-provider.ts'
import { Client } from '../support/browser-client.ts'
import { makeAdmin, newPerson, rowsOf, signedInClient, signUp } from '../support/fixtures.ts'
import { type OpenIdProvider, startFederated } from '../support/openid-provider.ts'
import { eventsOf } from '../support/security-events.ts'
import type { TestServer } from '../support/server.ts'

let server: TestServer
let provider: OpenIdProvider
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ server, provider, stop } = await startFederated({
    secondId: 'umbrella',
    entry: {
      scopes: ['openid', 'email', 'profile', 'offline_access'],
      roles: { claim: 'groups', admin: ['cloakroom-admins'] },
    },
  }))
})
afterAll(() => stop())

let count = 0
/** Somebody at the provider, whom nobody here knows. */
function newLogin(claims: Record<string, unknown> = {}): string {
  const login = `grace-${++count}`
  const email = `${login}@example.com`
  provider.accounts.set(login, { email, email_verified: true, name: 'Grace Hopper', ...claims })
  return login
}

function query<Row>(sql: string, ...values: unknown[]): Row[] {
  const database = server.openDatabase()
  try {
    return database.prepare(sql).all(...values) as Row[]
  } finally {
    database.close()
  }
}

describe('B3 sign-in at a provider', () => {
  test('somebody new gets an account and a session, and lands where they were going', async () => {
    const client = new Client(server)
    const login = newLogin()
    expect(await signInAtProvider(client, login, '/account')).toLeadTo('/account')
    const page = await client.open('/account')
    expect(page.text).toContain('Grace Hopper')
    expect(page.text).toContain(`${login}@example.com`)
    expect(rowsOf(server, `${login}@example.com`).sessions).toMatchObject([{ amr: 'fed' }])
  })

  test('the next sign-in finds the same account, whatever address the provider names by then', async () => {
    const login = newLogin()
    await signInAtProvider(new Client(server), login)
    const [account] = query<{ user_id: string }>('select user_id from provider_identities where subject = ?', login)
    provider.accounts.set(login, { email: 'other@example.com', email_verified: false, name: 'Other' })
    const client = new Client(server)
    expect(await signInAtProvider(client, login)).toLeadTo('/dashboard')
    expect(query('select user_id from provider_identities where subject = ?', login)).toEqual([account])
    expect((await client.open('/account')).text).toContain(`${login}@example.com`)
  })

  test('PKCE, state and nonce are new for each attempt, and no secret stands in the address', async () => {
    const client = new Client(server)
    const [first, second] = [new URL(await begin(client)), new URL(await begin(client))]
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(first.searchParams.get(name)).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(first.searchParams.get(name)).not.toBe(second.searchParams.get(name))
    }
    expect(first.searchParams.get('code_challenge_method')).toBe('S256')
    expect(first.searchParams.get('response_type')).toBe('code')
    expect(first.searchParams.get('redirect_uri')).toBe(`${server.origin}/login/callback/acme`)
  })

  test('two tabs at once both come through, the second with the session of the first', async () => {
    const client = new Client(server)
    const login = newLogin()
    const [first, second] = [await begin(client, 'Acme', '/dashboard'), await begin(client, 'Acme', '/account')]
    const there = new AtProvider(login)
    const answers = [await there.answer(first), await there.answer(second)] as const
    expect(await comeBack(client, answers[0])).toLeadTo('/dashboard')
    expect(await comeBack(client, answers[1])).toLeadTo('/account')
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('no more than four attempts wait in one browser; the oldest makes room', async () => {
    const client = new Client(server)
    const addresses: string[] = []
    for (let tab = 0; tab < 6; tab++) addresses.push(await begin(client))
    const waiting = client.jar.names().filter((name) => name.startsWith('__Host-Http-cloakroom-at-'))
    expect(waiting).toHaveLength(4)
    expect(waiting.join(' ')).toContain(new URL(addresses[5] ?? '').searchParams.get('state')?.slice(0, 12))
  })

  test('the cookie of an attempt is gone once its answer has come', async () => {
    const client = new Client(server)
    await signInAtProvider(client, newLogin())
    expect(client.jar.names().filter((name) => name.includes('-at-'))).toEqual([])
  })

  test('the code of an answer never reaches the log', async () => {
    const client = new Client(server)
    const address = await new AtProvider(newLogin()).answer(await begin(client))
    await comeBack(client, address)
    await expect.poll(() => server.output()).toContain('/login/callback/:provider')
    expect(server.output()).not.toContain(address.searchParams.get('code'))
    expect(server.output()).not.toContain(address.searchParams.get('state'))
  })

  test('a group at the provider makes an admin, and leaving it ends that with the next sign-in', async () => {
    makeAdmin(server, (await signedInClient(server)).person.email)
    const login = newLogin({ groups: ['staff', 'cloakroom-admins'] })
    const client = new Client(server)
    await signInAtProvider(client, login)
    expect(await client.get('/admin/users')).toHaveStatus(200)
    provider.accounts.set(login, {
      email: `${login}@example.com`,
      email_verified: true,
      name: 'Grace',
      groups: ['staff'],
    })
    await signInAtProvider(new Client(server), login)
    expect(await client.get('/admin/users')).toHaveStatus(403)
  })

  test('somebody with a second factor here is asked for it', async () => {
    const login = newLogin()
    const client = new Client(server)
    await signInAtProvider(client, login)
    query<never>(
      `insert into totp_factors (user_id, secret, sealed_with, last_step, created_at)
       select user_id, 'x', 'x', 0, 0 from provider_identities where subject = ? returning user_id`,
      login,
    )
    const again = new Client(server)
    expect(await signInAtProvider(again, login)).toLeadTo('/login/verify?redirectTo=%2Fdashboard')
    expect(again.hasRefreshToken).toBe(false)
  })

  test('signing out here leads on to the provider, and ends the session there', async () => {
    const client = new Client(server)
    await signInAtProvider(client, newLogin())
    const answer = await client.submit('/dashboard', {}, { press: 'Sign out' })
    const there = new URL(answer.location ?? '')
    expect(there.origin).toBe(provider.issuer)
    expect(there.searchParams.get('post_logout_redirect_uri')).toBe(`${server.origin}/login`)
    expect(there.searchParams.get('id_token_hint')).toMatch(/^eyJ/)
    expect(client.hasRefreshToken).toBe(false)
  })

  test('the policy of the sign-in page names the provider, so that browsers let the form lead there', async () => {
    const page = await new Client(server).get('/login')
    expect(page.headers['content-security-policy']).toContain(`form-action 'self' ${provider.issuer};`)
  })
})

describe('B3 an answer that is refused', () => {
  async function expectRefused(client: Client, address: URL, status: number, words: string): Promise<void> {
    const before = query<{ n: number }>('select count(*) n from sessions')[0]?.n
    const answer = await comeBack(client, address)
    expect(answer).toHaveStatus(status)
    expect(answer.text).toContain(words)
    expect(client.hasRefreshToken).toBe(false)
    expect(query<{ n: number }>('select count(*) n from sessions')[0]?.n).toBe(before)
  }
  const begunElsewhere = 'This sign-in was begun in another browser, took too long, or is done already.'

  test('in another browser than the one that asked', async () => {
    const address = await new AtProvider(newLogin()).answer(await begin(new Client(server)))
    await expectRefused(new Client(server), address, 400, begunElsewhere)
  })

  test('a second time', async () => {
    const client = new Client(server)
    const address = await new AtProvider(newLogin()).answer(await begin(client))
    const copy = client.clone()
    expect(await comeBack(client, address)).toLeadTo('/dashboard')
    await expectRefused(copy, address, 400, begunElsewhere)
  })

  test('twenty times at once: one goes through', async () => {
    const client = new Client(server)
    const address = await new AtProvider(newLogin()).answer(await begin(client))
    const answers = await Promise.all(Array.from({ length: 20 }, () => comeBack(client.clone(), address)))
    expect(answers.filter((answer) => answer.isRedirect)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 400)).toHaveLength(19)
  })

  test('the code of one attempt with the state of another', async () => {
    const client = new Client(server)
    const [mine, other] = [await begin(client), await begin(client)]
    const [first, second] = [
      await new AtProvider(newLogin()).answer(mine),
      await new AtProvider(newLogin()).answer(other),
    ]
    first.searchParams.set('state', second.searchParams.get('state') ?? '')
    await expectRefused(client, first, 502, 'The answer of Acme could not be confirmed')
  })

  test('at the address of another provider (mix-up)', async () => {
    const client = new Client(server)
    const address = await new AtProvider(newLogin()).answer(await begin(client))
    address.pathname = '/login/callback/umbrella'
    await expectRefused(client, address, 400, begunElsewhere)
  })

  test('from another issuer than the one that was asked (RFC 9207)', async () => {
    const client = new Client(server)
    const address = await new AtProvider(newLogin()).answer(await begin(client))
    address.searchParams.set('iss', 'https://evil.example')
    await expectRefused(client, address, 502, 'The answer of Acme could not be confirmed')
  })

  test('after a quarter of an hour', async () => {
    const client = new Client(server)
    const address = await new AtProvider(newLogin()).answer(await begin(client))
    await server.advance(16 * 60_000)
    try {
      await expectRefused(client, address, 400, begunElsewhere)
    } finally {
      await server.advance(-16 * 60_000)
    }
  })

  test('with a code that nobody gave', async () => {
    const client = new Client(server)
    const state = new URL(await begin(client)).searchParams.get('state')
    const made = new URL(`${server.origin}/login/callback/acme?code=made-up&state=${state}&iss=${provider.issuer}`)
    await expectRefused(client, made, 502, 'The answer of Acme could not be confirmed')
  })

  test('because the person said no', async () => {
    const client = new Client(server)
    const state = new URL(await begin(client)).searchParams.get('state')
    const denied = `${server.origin}/login/callback/acme?error=access_denied&state=${state}&iss=${provider.issuer}`
    await expectRefused(client, new URL(denied), 403, 'Acme did not sign you in')
  })

  test('with nothing in it, or with rubbish', async () => {
    for (const rest of ['', '?state=', '?state=%00', `?state=${'x'.repeat(3_000)}`, '?code=a&state=b&state=c']) {
      const answer = await new Client(server).get(`/login/callback/acme${rest}`)
      expect(answer).toHaveStatus(400)
    }
    expect(await new Client(server).get('/login/callback/nobody?state=a&code=b')).toHaveStatus(400)
  })

  test('about somebody whose address the provider has not checked', async () => {
    const client = new Client(server)
    const address = await new AtProvider(newLogin({ email_verified: false })).answer(await begin(client))
    await expectRefused(client, address, 403, 'Acme has not confirmed your email address')
  })

  test('about an address that has an account here: nothing is linked behind its owner’s back', async () => {
    const person = newPerson()
    await signUp(new Client(server), person)
    const client = new Client(server)
    const address = await new AtProvider(newLogin({ email: person.email })).answer(await begin(client))
    await expectRefused(client, address, 409, 'There is an account with your email address')
  })

  test('about somebody whose account is disabled', async () => {
    const login = newLogin()
    await signInAtProvider(new Client(server), login)
    query(`update users set disabled_at = 1 where email = ? returning id`, `${login}@example.com`)
    const client = new Client(server)
    const address = await new AtProvider(login).answer(await begin(client))
    await expectRefused(client, address, 403, 'Account is disabled')
  })

  test('a provider that is down, and then is back: nothing is lost but the attempt', async () => {
    const client = new Client(server)
    const login = newLogin()
    const address = await new AtProvider(login).answer(await begin(client))
    provider.fault = (_request, response) => {
      response.writeHead(503).end('down')
      return true
    }
    await expectRefused(client, address, 502, 'Acme cannot be reached at the moment')
    provider.fault = null
    expect(await signInAtProvider(client, login)).toLeadTo('/dashboard')
  })

  test('a provider that sends garbage', async () => {
    const client = new Client(server)
    const address = await new AtProvider(newLogin()).answer(await begin(client))
    provider.fault = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":')
      return true
    }
    await expectRefused(client, address, 502, 'Acme cannot be reached at the moment')
    provider.fault = null
  })

  test('keys that the provider has changed are fetched anew', async () => {
    const login = newLogin()
    await signInAtProvider(new Client(server), login)
    await provider.rotateKeys()
    // The library asks for keys again a minute after it did last.
    await server.advance(5 * 60_000)
    try {
      expect(await signInAtProvider(new Client(server), login)).toLeadTo('/dashboard')
    } finally {
      await server.advance(-5 * 60_000)
    }
  })

  test('clocks may differ by a minute, either way', async () => {
    for (const offset of [60_000, -60_000]) {
      await server.advance(offset)
      try {
        expect(await signInAtProvider(new Client(server), newLogin())).toLeadTo('/dashboard')
      } finally {
        await server.advance(-offset)
      }
    }
  })
})

describe('B3 linking', () => {
  const path = '/account/security'

  function confirmAddress(email: string): void {
    query('update users set email_verified_at = 1 where email = ? returning id', email)
  }

  test('an account elsewhere signs in to the account that it was linked to, and others end', async () => {
    const { client, person } = await signedInClient(server)
    confirmAddress(person.email)
    const other = client.clone()
    const login = newLogin()
    const begun = await client.submit(path, {}, { press: 'Link an account of Acme' })
    const address = await new AtProvider(login).answer(begun.location ?? '')
    expect(await comeBack(client, address)).toLeadTo(`${path}?done=provider-linked`)
    expect((await client.open(path)).text).toContain(`${login}@example.com`)
    expect(other.refreshToken).toBe(client.refreshToken)
    const elsewhere = new Client(server)
    await signInAtProvider(elsewhere, login)
    expect((await elsewhere.open('/account')).text).toContain(person.email)
    expect(await eventsOf(server, 'provider.linked')).not.toEqual([])
  })

  test('needs a proof that is younger than ten minutes', async () => {
    const { client, person } = await signedInClient(server)
    confirmAddress(person.email)
    const page = await client.open(path)
    await server.advance(11 * 60_000)
    try {
      const answer = await client.send(page, {}, { press: 'Link an account of Acme' })
      expect(answer).toHaveStatus(403)
      const confirmed = await client.send(answer, { step_up_password: person.password })
      expect(new URL(confirmed.location ?? '').origin).toBe(provider.issuer)
    } finally {
      await server.advance(-11 * 60_000)
    }
  })

  test('is refused while the address here is not confirmed', async () => {
    const { client } = await signedInClient(server)
    const begun = await client.submit(path, {}, { press: 'Link an account of Acme' })
    const answer = await comeBack(client, await new AtProvider(newLogin()).answer(begun.location ?? ''))
    expect(answer).toHaveStatus(403)
    expect(answer.text).toContain('Confirm the email address of your account first')
  })

  test('an account elsewhere that belongs to somebody else is not taken from them', async () => {
    const login = newLogin()
    await signInAtProvider(new Client(server), login)
    const { client, person } = await signedInClient(server)
    confirmAddress(person.email)
    const begun = await client.submit(path, {}, { press: 'Link an account of Acme' })
    const answer = await comeBack(client, await new AtProvider(login).answer(begun.location ?? ''))
    expect(answer).toHaveStatus(409)
    expect(answer.text).toContain('belongs to another account here')
  })

  test('somebody else’s session cannot end what this one began', async () => {
    const { client, person } = await signedInClient(server)
    confirmAddress(person.email)
    const begun = await client.submit(path, {}, { press: 'Link an account of Acme' })
    const address = await new AtProvider(newLogin()).answer(begun.location ?? '')
    await client.submit('/dashboard', {}, { press: 'Sign out' })
    await signUp(client)
    expect(await comeBack(client, address)).toHaveStatus(400)
  })

  test('the last way in stays; with a password it can go', async () => {
    const login = newLogin()
    const client = new Client(server)
    await signInAtProvider(client, login)
    const refused = await client.submit(path, {}, { press: 'Remove this link' })
    expect(refused).toHaveStatus(409)
    expect(refused.text).toContain('Without it nobody could sign in to this account')
    query('update users set password_reset_required_at = null where email = ? returning id', `${login}@example.com`)
    expect(await client.submit(path, {}, { press: 'Remove this link' })).toLeadTo(`${path}?done=provider-unlinked`)
    expect(query('select * from provider_identities where subject = ?', login)).toEqual([])
  })

  test('of two ways in that are removed at once, one stays', async () => {
    const login = newLogin()
    const client = new Client(server)
    await signInAtProvider(client, login)
    const [own] = query<{ user_id: string; id: string }>('select * from provider_identities where subject = ?', login)
    query(
      `insert into provider_identities values ('second-${login}', ?, 'acme', 'https://x.example', ?, '', 0, null) returning id`,
      own?.user_id,
      login,
    )
    const page = await client.open(path)
    const results = await Promise.all([
      client.clone().send(page, { id: own?.id ?? '' }, { press: 'Remove this link' }),
      client.clone().send(page, { id: `second-${login}` }, { press: 'Remove this link' }),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual([302, 409])
  })
})

describe('B3 back-channel logout', () => {
  const path = '/bff/backchannel-logout/acme'

  function tell(token: string) {
    const plain = new Client(server, { style: 'plain' })
    return plain.request('POST', path, {
      body: new URLSearchParams({ logout_token: token }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  }

  async function signedIn() {
    const client = new Client(server)
    const login = newLogin()
    await signInAtProvider(client, login)
    return { client, login }
  }

  test('ends the sessions of a person, once: a replayed token is refused', async () => {
    const { client, login } = await signedIn()
    const token = await provider.signLogoutToken({ sub: login })
    expect((await tell(token)).status).toBeLessThan(300)
    expect(await client.get('/dashboard')).toHaveStatus(302)
    await signInAtProvider(client, login)
    expect(await tell(token)).toHaveStatus(400)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('ends one session by its `sid`, and no other', async () => {
    const { client, login } = await signedIn()
    const other = new Client(server)
    await signInAtProvider(other, login)
    const rows = query<{ provider_sid: string | null }>(
      'select provider_sid from provider_sessions where subject = ? order by created_at',
      login,
    )
    expect(rows).toHaveLength(2)
    const sid = rows[0]?.provider_sid ?? ''
    expect(sid).not.toBe('')
    await tell(await provider.signLogoutToken({ sub: login, sid }))
    expect(await client.get('/dashboard')).toHaveStatus(302)
    expect(await other.get('/dashboard')).toHaveStatus(200)
  })

  test('is refused when the token is not what it should be', async () => {
    const { client, login } = await signedIn()
    const { privateKey } = await generateKeyPair('RS256')
    const good = await provider.signLogoutToken({ sub: login })
    const bad = [
      await provider.signLogoutToken({ sub: login }, { key: privateKey }),
      await provider.signLogoutToken({ sub: login, nonce: 'x' }),
      await provider.signLogoutToken({ sub: login, events: {} }),
      await provider.signLogoutToken({}),
      await provider.signLogoutToken({ sub: login }, { typ: 'at+jwt' }),
      `${good.split('.').slice(0, 2).join('.')}.`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`,
      'rubbish',
      '',
    ]
    for (const token of bad) expect(await tell(token)).toHaveStatus(400)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })

  test('says nothing about a session when the provider’s keys cannot be had', async () => {
    const { client, login } = await signedIn()
    await provider.rotateKeys()
    const token = await provider.signLogoutToken({ sub: login })
    provider.fault = (_request, response) => {
      response.destroy()
      return true
    }
    const answer = await tell(token)
    provider.fault = null
    expect([400, 502]).toContain(answer.status)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })
})
