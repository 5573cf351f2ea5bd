import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, type Person, rowsOf } from '../support/fixtures.ts'
import { eventsOf } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'

// The budgets as they are by default; the attacker chooses the address that each try comes from.
let server: TestServer
beforeAll(async () => {
  const env = { LIMIT_SIGN_IN_PER_ADDRESS: '30/10m', LIMIT_REGISTER_PER_ADDRESS: '20/1h', TRUSTED_PROXIES: '127.0.0.1' }
  server = await startServer({ env })
})
afterAll(() => server?.stop())

let hosts = 0
/** An address that nobody has come from yet. */
const newAddress = () => `198.51.${Math.floor(++hosts / 250)}.${(hosts % 250) + 1}`

/** Every way to spell the way in. */
const doors = [
  '/login',
  '/Login',
  '/LOGIN',
  '/login/',
  '/%6Cogin',
  '/%6c%6F%67in',
  '/./login',
  '/x/../login',
  '/login?index',
]
const dataDoors = [
  '/login.data',
  '/Login.data',
  '/%6Cogin.data',
  '/login.data?index',
  '/login.data?_routes=routes%2Flogin',
]

type Attacker = { client: Client; csrf: string }
async function attacker(): Promise<Attacker> {
  const client = new Client(server)
  return { client, csrf: await client.csrf() }
}

async function tryPassword(
  { client, csrf }: Attacker,
  { email, password }: Pick<Person, 'email' | 'password'>,
  { door = '/bff/login', address = newAddress() } = {},
): Promise<number> {
  const headers = { 'x-forwarded-for': address, 'x-csrf-token': csrf }
  const answer = await client.post(door, { email, password, csrf }, { headers, drop: true })
  return answer.status
}

const countOf = (statuses: number[], status: number) => statuses.filter((one) => one === status).length
/** How many passwords the server has looked at so far. */
const verified = async () =>
  (await eventsOf(server)).filter(({ type }) => type === 'signin.failed' || type === 'signin.succeeded').length

describe('fifty wrong passwords at once', () => {
  test.each([
    ['at one door', ['/bff/login']],
    [
      'at every spelling of every door',
      ['/bff/login', '/BFF/login', '/bff/%6Cogin', '/bff/login/', ...doors, ...dataDoors],
    ],
  ])('for one account, from fifty addresses, %s: five are looked at', async (_where, ways) => {
    const { person } = await signedInClientFrom(newAddress())
    const who = await attacker()
    const before = await verified()
    const wrong = { email: person.email, password: 'not the right one at all' }
    const statuses = await Promise.all(
      Array.from({ length: 50 }, (_, n) => tryPassword(who, wrong, { door: ways[n % ways.length] ?? '/login' })),
    )
    expect((await verified()) - before).toBe(5)
    expect(countOf(statuses, 429)).toBe(45)
    expect(countOf(statuses, 400) + countOf(statuses, 401)).toBe(5)
    expect(await tryPassword(who, person), 'not even the right password, until the delay is over').toBe(429)
  })

  test('for fifty accounts from one address: thirty are looked at', async () => {
    const who = await attacker()
    const before = await verified()
    const address = newAddress()
    const statuses = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        tryPassword(
          who,
          { email: `nobody.${n}.${hosts}@example.com`, password: 'wrong wrong wrong' },
          { address, door: doors[n % doors.length] ?? '/login' },
        ),
      ),
    )
    expect((await verified()) - before).toBe(30)
    expect(countOf(statuses, 429)).toBe(20)
  })

  test('spelled in fifty ways hit one account: no spelling of the address has a budget of its own', async () => {
    const { person } = await signedInClientFrom(newAddress())
    const [local = '', domain = ''] = person.email.split('@')
    const spellings = [
      person.email,
      person.email.toUpperCase(),
      ` ${person.email} `,
      `${local}＠${domain}`,
      `${local}@${domain.replace('.', '．')}`,
      local.replace('a', 'ａ').concat(`@${domain}`),
      `${local.toUpperCase()}@${domain}`,
    ]
    const who = await attacker()
    const before = await verified()
    for (let n = 0; n < 14; n++)
      await tryPassword(who, { email: spellings[n % spellings.length] ?? '', password: 'wrong wrong wrong' })
    expect((await verified()) - before).toBe(5)
  })
})

async function signedInClientFrom(address: string): Promise<{ client: Client; person: Person }> {
  const client = new Client(server)
  const person = newPerson()
  const answer = await client.json('POST', '/bff/register', person, { headers: { 'x-forwarded-for': address } })
  expect(answer).toHaveStatus(201)
  return { client, person }
}

test('thirty registrations at once from one address make at most twenty accounts', async () => {
  const who = await attacker()
  const address = newAddress()
  const people = Array.from({ length: 30 }, () => newPerson())
  const ways = ['/bff/register', '/register', '/Register/', '/%72egister', '/register.data']
  const statuses = await Promise.all(
    people.map((person, n) =>
      who.client
        .post(
          ways[n % ways.length] ?? '',
          { ...person, csrf: who.csrf },
          { headers: { 'x-forwarded-for': address }, drop: true },
        )
        .then(({ status }) => status),
    ),
  )
  expect(countOf(statuses, 429)).toBe(10)
  expect(people.filter(({ email }) => rowsOf(server, email).user !== null)).toHaveLength(20)
})

describe('a stranger who locks an account', () => {
  test('does not keep out its owner, whose browser is known; nor does that browser’s address matter', async () => {
    const { client, person } = await signedInClientFrom(newAddress())
    await client.json('POST', '/bff/logout')
    const who = await attacker()
    const address = newAddress()
    for (let n = 0; n < 7; n++) await tryPassword(who, { ...person, password: 'wrong wrong wrong' }, { address })
    expect(await tryPassword(who, person)).toBe(429)
    for (let n = 0; n < 40; n++) await tryPassword(who, { email: `x${n}@example.com`, password: 'x' }, { address })
    const page = await client.get('/login')
    const answer = await client.send(
      page,
      { email: person.email, password: person.password },
      {},
      { headers: { 'x-forwarded-for': address } },
    )
    expect(answer).toLeadTo('/dashboard')
  })

  test('gains nothing from device marks: made up, of another account, or of another installation', async () => {
    const { person } = await signedInClientFrom(newAddress())
    const { client: own } = await signedInClientFrom(newAddress())
    const mark = own.jar.find('__Host-Http-cloakroom-device')?.value ?? ''
    expect(mark).not.toBe('')
    const who = await attacker()
    const before = await verified()
    for (const planted of [
      mark,
      mark.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      `${mark}x`,
      'x'.repeat(75),
      '',
    ]) {
      who.client.jar.put('__Host-Http-cloakroom-device', planted)
      for (let n = 0; n < 4; n++) await tryPassword(who, { ...person, password: 'wrong wrong wrong' })
    }
    expect((await verified()) - before).toBe(5)
  })

  test('who holds the known browser has a budget there too', async () => {
    const { client, person } = await signedInClientFrom(newAddress())
    const thief = { client, csrf: await client.csrf() }
    const before = await verified()
    await Promise.all(
      Array.from({ length: 20 }, () => tryPassword(thief, { ...person, password: 'wrong wrong wrong' })),
    )
    expect((await verified()) - before).toBe(5)
  })
})

test('a refusal says when to try again, and the delay grows and ends', async () => {
  const { person } = await signedInClientFrom(newAddress())
  const who = await attacker()
  for (let n = 0; n < 5; n++) await tryPassword(who, { ...person, password: 'wrong wrong wrong' })
  const headers = { 'x-forwarded-for': newAddress() }
  const fields = { email: person.email, password: person.password, csrf: who.csrf }
  const answer = await who.client.post('/login', fields, { headers, drop: true })
  expect(answer).toHaveStatus(429)
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(20)
  expect(answer.text).toMatch(/try again/i)
  await server.advance(31_000)
  expect(await tryPassword(who, { ...person, password: 'wrong wrong wrong' })).toBe(401)
  await server.advance(31_000)
  expect(await tryPassword(who, person)).toBe(429)
  await server.advance(31_000)
  expect(await tryPassword(who, person)).toBe(200)
})

test('limits survive a restart', async () => {
  const { person } = await signedInClientFrom(newAddress())
  const who = await attacker()
  for (let n = 0; n < 5; n++) await tryPassword(who, { ...person, password: 'wrong wrong wrong' })
  await server.restart()
  const again = await attacker()
  expect(await tryPassword(again, person)).toBe(429)
})

test('somebody who signs in rightly gives no fresh tries to the one who guesses at another account', async () => {
  const { person } = await signedInClientFrom(newAddress())
  const own = await signUpFrom(newAddress())
  const who = await attacker()
  const address = newAddress()
  const { length: before } = await eventsOf(server, 'signin.failed')
  for (let n = 0; n < 10; n++) {
    await tryPassword(who, { ...person, password: 'wrong wrong wrong' }, { address })
    await tryPassword(who, own, { address })
  }
  expect(await eventsOf(server, 'signin.failed')).toHaveLength(before + 5)
})

async function signUpFrom(address: string): Promise<Person> {
  return (await signedInClientFrom(address)).person
}
