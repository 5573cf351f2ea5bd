import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client, refreshCookieName } from '../support/browser-client.ts'
import { losesCookieAfterAMinute } from '../support/cleared-cookie.ts'
import { newPerson, type Person, rowsOf, signedInClient, signUp } from '../support/fixtures.ts'
import { type HoldingLine, startBehindLine } from '../support/holding-line.ts'

// Several tabs of one browser, whose answers come in any order, while one of them renews the session; and somebody with a
// copy of the ticket from before. The answer with the new cookie is kept back, so that nothing here is a matter of luck.

let line: HoldingLine
beforeAll(async () => {
  line = await startBehindLine()
})
afterAll(() => line?.stop())

const sessionIn = (client: Client) => client.refreshToken.split('.')[1]
const changesTicket = ({ setCookies }: Answer) => setCookies.some((each) => each.startsWith(`${refreshCookieName}=`))
/** What a script of a page asks; not a page that somebody opens. */
const poll = (client: Client) => client.json('GET', '/bff/user')

type Renewal = { what: string; path: string; run: (client: Client, person: Person) => Promise<Answer> }
const confirmation: Renewal = {
  what: 'a confirmation',
  path: '/reauthenticate',
  run: (client, { password }) => client.submit('/reauthenticate', { step_up_password: password }, { press: 'Confirm' }),
}
const signIn: Renewal = {
  what: 'another sign-in',
  path: '/bff/login',
  run: (client, { email, password }) => client.json('POST', '/bff/login', { email, password }),
}
const newPassword: Renewal = {
  what: 'a new password',
  path: '/account/password',
  run: async (client, { password }) => {
    const page = await client.open('/account/password')
    const names = page.html.querySelectorAll('input[type=password]').map((each) => each.getAttribute('name') ?? '')
    const values = names.map((_, index) => (index === 0 ? password : newPerson().password))
    const [first = '', next = '', ...rest] = values
    return client.send(
      page,
      Object.fromEntries(names.map((name, index) => [name, [first, next, ...rest.map(() => next)][index] ?? ''])),
    )
  },
}

/** A browser with two tabs, one of which has renewed the session; the answer with the cookie is still under way. */
async function renewing(renewal: Renewal) {
  const { client, person } = await signedInClient(line.server)
  const tab = new Client(line.server, { jar: client.jar })
  const thief = client.clone()
  const before = sessionIn(client)
  const csrf = await client.csrf()
  const held = line.hold('POST', renewal.path)
  const answer = renewal.run(client, person)
  await held.arrived
  const arrive = async () => {
    held.release()
    return answer
  }
  return { client, person, tab, thief, before, csrf, arrive }
}

describe.each([confirmation, signIn])('while the answer to $what is under way', (renewal) => {
  test('another tab is answered as if nothing had happened, and loses nothing', async () => {
    const { client, tab, before, arrive } = await renewing(renewal)
    for (const path of ['/bff/user', '/dashboard', '/dashboard.data', '/bff/user']) {
      const answer = await tab.get(path)
      expect(answer).toHaveStatus(200)
      expect(changesTicket(answer)).toBe(false)
    }
    expect(await arrive()).not.toHaveStatus(401)
    expect(sessionIn(client)).not.toBe(before)
    expect(await poll(tab)).toHaveStatus(200)
    expect(await tab.get('/dashboard')).toHaveStatus(200)
  })

  test('a form of a page from before, sent with the ticket from before, is carried out', async () => {
    const { tab, csrf, person, arrive } = await renewing(renewal)
    const answer = await tab.post('/dashboard', { csrf, intent: 'create', name: 'On the way', description: '' })
    expect(answer.isRedirect).toBe(true)
    expect(rowsOf(line.server, person.email).projects).toHaveLength(1)
    await arrive()
  })

  test('an answer of before that comes after it takes no cookie away', async () => {
    const { client, tab, arrive } = await renewing(renewal)
    const slow = line.hold('GET', '/bff/user')
    const asked = poll(tab)
    await slow.arrived
    await arrive()
    const renewed = client.refreshToken
    slow.release()
    expect(await asked).toHaveStatus(200)
    expect(client.refreshToken).toBe(renewed)
    expect(await poll(tab)).toHaveStatus(200)
  })

  test('signing out in another tab means the session that goes on', async () => {
    const { tab, thief, person, csrf, arrive } = await renewing(renewal)
    expect((await tab.post('/logout', { csrf })).target).toBe('/login?why=signed-out')
    expect(rowsOf(line.server, person.email).sessions.every(({ revoked_at }) => revoked_at !== null)).toBe(true)
    await arrive()
    expect(await poll(tab)).toHaveStatus(401)
    expect(await poll(thief)).toHaveStatus(401)
  })

  test('a copy of the ticket from before gains nothing, and counts for a minute', async () => {
    const { client, thief, person, arrive } = await renewing(renewal)
    await arrive()
    const page = await thief.get('/dashboard')
    expect(page).toHaveStatus(200)
    expect(changesTicket(page)).toBe(false)
    const csrf = await thief.csrf()
    const sensitive: [string, Record<string, string>][] = [
      ['/account/sessions', { intent: 'end-others' }],
      ['/account/security/app', {}],
      ['/account/delete', { step_up_password: person.password }],
      ['/account/password', { current: person.password, password: newPerson().password }],
      ['/account/address', { current: person.password, email: newPerson().email }],
      ['/reauthenticate', { step_up_password: person.password }],
    ]
    for (const [path, fields] of sensitive) {
      const answer = await thief.post(path, { csrf, ...fields })
      expect(answer, path).toHaveStatus(409)
      expect(answer.text).toContain('was renewed in another tab')
      expect(changesTicket(answer), path).toBe(false)
    }
    expect((await thief.get('/account/export')).target).toBe('/reauthenticate?redirectTo=%2Faccount%2Fprivacy')
    await line.server.advance(61_000)
    expect(await poll(thief)).toBeProblem(401, 'sign_in_required')
    expect(thief.hasRefreshToken, 'what a script asks never takes it away').toBe(true)
    await thief.get('/dashboard')
    expect(thief.hasRefreshToken).toBe(false)
    expect(await poll(client)).toHaveStatus(200)
  })

  test('a second one right after it is followed too, for as long as each of them is new', async () => {
    const { client, thief, person, arrive } = await renewing(renewal)
    await arrive()
    await line.server.advance(40_000)
    await renewal.run(client, person)
    expect(await poll(thief)).toHaveStatus(200)
    await line.server.advance(21_000)
    expect(await poll(thief)).toHaveStatus(401)
    expect(await poll(client)).toHaveStatus(200)
    const live = rowsOf(line.server, person.email).sessions.filter(({ revoked_at }) => revoked_at === null)
    expect(live).toHaveLength(1)
  })
})

describe('while the answer to a new password is under way', () => {
  test('the ticket from before is refused at once, for copies as well, and no tab takes the new cookie away', async () => {
    const { client, tab, thief, arrive } = await renewing(newPassword)
    expect(await poll(thief)).toHaveStatus(401)
    const slow = line.hold('GET', '/dashboard')
    const asked = tab.get('/dashboard')
    await slow.arrived
    expect(await poll(tab)).toHaveStatus(401)
    expect((await arrive()).isRedirect).toBe(true)
    const renewed = client.refreshToken
    slow.release()
    expect(await asked).toLeadTo('/login?redirectTo=%2Fdashboard&why=revoked')
    expect(client.refreshToken).toBe(renewed)
    expect(await tab.follow(await asked)).toHaveStatus(200)
    expect((await tab.get('/login?redirectTo=%2Fdashboard&why=revoked')).location).toBe('/dashboard')
  })
})

test('a sign-in of another person does not answer for the one before, and takes nothing away', async () => {
  const { client, person } = await signedInClient(line.server)
  const other = await signUp(new Client(line.server))
  const [tab, thief] = [new Client(line.server, { jar: client.jar }), client.clone()]
  const held = line.hold('POST', '/bff/login')
  const answer = client.json('POST', '/bff/login', { email: other.email, password: other.password })
  await held.arrived
  const refused = await tab.get('/dashboard')
  expect(refused).toLeadTo('/login?redirectTo=%2Fdashboard&why=revoked')
  expect(changesTicket(refused)).toBe(false)
  held.release()
  await answer
  expect((await poll(tab)).json()).toMatchObject({ user: { email: other.email } })
  expect(await poll(thief)).toHaveStatus(401)
  expect(rowsOf(line.server, person.email).sessions.every(({ revoked_at }) => revoked_at !== null)).toBe(true)
})

type End = { what: string; bring: (client: Client, person: Person) => Promise<unknown> }
const ends: End[] = [
  { what: 'signing out elsewhere', bring: (client) => client.clone().json('POST', '/bff/logout') },
  { what: 'its longest time', bring: () => line.server.advance(12 * 3_600_000 + 1_000) },
  {
    what: 'a new password elsewhere',
    bring: async (_, person) => {
      const elsewhere = new Client(line.server)
      await elsewhere.json('POST', '/bff/login', { email: person.email, password: person.password })
      const password = newPerson().password
      await newPassword.run(elsewhere, person)
      return password
    },
  },
]

describe.each(ends)('a session that ended by $what', ({ what, bring }) => {
  test('is refused without taking away the cookie of a sign-in that came meanwhile', async () => {
    const { client, person } = await signedInClient(line.server)
    const tab = new Client(line.server, { jar: client.jar })
    await bring(client, person)
    const slow = line.hold('GET', '/dashboard')
    const asked = tab.get('/dashboard')
    await slow.arrived
    const somebody = what.includes('password') ? await signUp(new Client(line.server)) : person
    expect(await signIn.run(client, somebody)).toHaveStatus(200)
    slow.release()
    expect((await asked).target).toMatch(/^\/login\?redirectTo=%2Fdashboard&why=/)
    expect(await poll(tab)).toHaveStatus(200)
  })

  test('leaves its cookie for a minute, tells why meanwhile, and leads nowhere in circles', async () => {
    const { client, person } = await signedInClient(line.server)
    await bring(client, person)
    for (let turn = 0; turn < 2; turn++) {
      const page = await client.open('/dashboard')
      expect(page).toHaveStatus(200)
      expect(page.path).toMatch(/^\/login\?redirectTo=%2Fdashboard&why=/)
      expect(page.html.querySelectorAll('.notice[role=status]')).toHaveLength(1)
    }
    expect(await losesCookieAfterAMinute(line.server, client)).toBe(true)
    expect(await client.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard')
  })
})
