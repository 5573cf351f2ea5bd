import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, refreshCookieName } from '../support/browser-client.ts'
import { type CodeApp, moveClock } from '../support/code-app.ts'
import { type Person, rowsOf, signedInClient } from '../support/fixtures.ts'
import { addApp } from '../support/own-factors.ts'
import { eventsOf, storedEventsOf } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'

// Somebody knows the password, and nothing else.

const stepCookie = '__Host-Http-cloakroom-step'
const trustCookie = '__Host-Http-cloakroom-trust'

type Victim = { client: Client; person: Person; app: CodeApp; recoveryCodes: string[] }
let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.1', LIMIT_CODE_PER_ADDRESS: '30/1h' } })
})
afterAll(() => server?.stop())

async function newVictim(): Promise<Victim> {
  const { client, person } = await signedInClient(server)
  return { client, person, ...(await addApp(client, server)) }
}

let hosts = 0
const newAddress = () => `198.51.${Math.floor(++hosts / 250)}.${(hosts % 250) + 1}`

/** A browser in which the right password was entered. */
async function withPassword({ person: { email, password } }: Pick<Victim, 'person'>): Promise<Client> {
  const client = new Client(server)
  expect(await client.json('POST', '/bff/login', { email, password })).toBeProblem(401, 'second_factor_required')
  return client
}

async function guess(client: Client, code: string, address = newAddress()): Promise<number> {
  const headers = { 'x-forwarded-for': address }
  return (await client.json('POST', '/bff/login/verify', { code }, { headers })).status
}

describe('the password alone', () => {
  test('opens no page, no endpoint and no form', async () => {
    const victim = await newVictim()
    const client = await withPassword(victim)
    const before = rowsOf(server, victim.person.email).sessions.length
    for (const path of ['/dashboard', '/account', '/account/security', '/admin/users', '/dashboard.data']) {
      const answer = await client.get(path)
      expect(answer.body, path).not.toContain(victim.person.email)
      expect(answer.status === 200 && !path.endsWith('.data'), path).toBe(false)
    }
    for (const [method, path] of [
      ['GET', '/bff/user'],
      ['POST', '/bff/refresh'],
    ] as const) {
      expect((await client.json(method, path)).status, path).toBe(401)
    }
    const csrf = await client.csrf()
    for (const path of ['/account/security', '/account/security/app', '/account/security/recovery-codes']) {
      const answer = await client.post(path, { csrf, intent: 'remove-app' })
      expect(answer.target ?? '', path).toMatch(/^\/login/)
    }
    expect(rowsOf(server, victim.person.email).sessions).toHaveLength(before)
  })

  test('gives a ticket that is no refresh token, no trust and no device', async () => {
    const victim = await newVictim()
    const client = await withPassword(victim)
    const ticket = client.jar.find(stepCookie)?.value ?? ''
    for (const name of [refreshCookieName, trustCookie, '__Host-Http-cloakroom-device']) {
      const forger = new Client(server)
      forger.jar.put(name, ticket)
      const { email, password } = victim.person
      expect((await forger.json('GET', '/bff/user')).status, name).toBe(401)
      const answer = await forger.json('POST', '/bff/login', { email, password })
      expect(answer, name).toBeProblem(401, 'second_factor_required')
    }
  })

  test('does not end the session that the browser has', async () => {
    const victim = await newVictim()
    const { client } = await signedInClient(server)
    const { email, password } = victim.person
    await client.json('POST', '/bff/login', { email, password })
    expect((await client.json('GET', '/bff/user')).status).toBe(200)
  })
})

describe('what belongs to one account', () => {
  test("one's own code does not finish the sign-in of another", async () => {
    const [victim, attacker] = [await newVictim(), await newVictim()]
    const client = await withPassword(victim)
    expect(await guess(client, await attacker.app.nextCode())).toBe(401)
    expect(await guess(client, attacker.recoveryCodes[0] ?? '')).toBe(401)
    expect(client.hasRefreshToken).toBe(false)
  })

  test("a browser that is trusted for one's own account is not for another", async () => {
    const [victim, attacker] = [await newVictim(), await newVictim()]
    const client = await withPassword(attacker)
    const code = await attacker.app.nextCode()
    expect((await client.json('POST', '/bff/login/verify', { code, trust: true })).status).toBe(200)
    expect(client.jar.find(trustCookie)).not.toBeNull()
    const { email, password } = victim.person
    const answer = await client.json('POST', '/bff/login', { email, password })
    expect(answer).toBeProblem(401, 'second_factor_required')
  })

  test('a step cookie that comes twice is nobody’s', async () => {
    const client = await withPassword(await newVictim())
    const ticket = client.jar.find(stepCookie)?.value ?? ''
    const cookie = `${stepCookie}=${ticket}; ${stepCookie}=${ticket}`
    expect((await new Client(server).get('/login/verify', { headers: { cookie } })).status).toBe(400)
  })

  test('a step cookie in another browser needs the code all the same, and works for one sign-in', async () => {
    const victim = await newVictim()
    const client = await withPassword(victim)
    const thief = client.clone()
    expect(await guess(client, await victim.app.nextCode())).toBe(200)
    expect(await guess(thief, victim.app.code())).toBe(401)
    expect(await guess(thief, victim.recoveryCodes[0] ?? '')).toBe(401)
    expect(thief.hasRefreshToken).toBe(false)
  })
})

describe('guessing codes', () => {
  test('from ever new addresses gets five tries, then waits; passwords that are right do not set it back', async () => {
    const victim = await newVictim()
    let refused = 0
    for (let round = 0; round < 12; round++) {
      const client = await withPassword(victim)
      if ((await guess(client, victim.app.wrongCode())) === 429) refused++
    }
    expect(refused).toBe(7)
    const client = await withPassword(victim)
    expect(await guess(client, victim.app.code(1))).toBe(429)
    await moveClock(server, 31_000)
    expect(await guess(client, await victim.app.nextCode())).toBe(200)
  })

  test('in a burst gets no more', async () => {
    const victim = await newVictim()
    const client = await withPassword(victim)
    const csrf = await client.csrf()
    const wrong = victim.app.wrongCode()
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        client.request('POST', '/bff/login/verify', {
          headers: {
            ...{ 'content-type': 'application/json', 'x-csrf-token': csrf, 'x-forwarded-for': newAddress() },
            ...{ 'sec-fetch-site': 'same-origin', origin: server.origin },
          },
          body: JSON.stringify({ code: wrong }),
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25)
  })

  test('from one address is limited across accounts', async () => {
    const address = newAddress()
    let passed = 0
    for (let account = 0; account < 8; account++) {
      const victim = await newVictim()
      const client = await withPassword(victim)
      for (let tries = 0; tries < 4; tries++) {
        if ((await guess(client, victim.app.wrongCode(), address)) === 401) passed++
      }
    }
    expect(passed).toBe(30)
  })

  test('leaves no code in the log or in the events', async () => {
    const victim = await newVictim()
    const client = await withPassword(victim)
    await guess(client, '987123')
    await guess(client, victim.recoveryCodes[0] ?? '')
    const refused = await eventsOf(server, 'factor.refused')
    const used = storedEventsOf(server, 'recovery_code.used')
    expect([refused.length, used.length]).not.toContain(0)
    const events = JSON.stringify([refused, used])
    for (const secret of ['987123', victim.recoveryCodes[0] ?? '']) {
      expect(server.output()).not.toContain(secret)
      expect(events).not.toContain(secret)
    }
  })
})
