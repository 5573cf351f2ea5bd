import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, type Person } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

const deviceCookie = '__Host-Http-cloakroom-device'
let server: TestServer
beforeAll(async () => {
  const env = { LIMIT_SIGN_IN_PER_ADDRESS: '30/10m', TRUSTED_PROXIES: '127.0.0.1' }
  server = await startServer({ env })
})
afterAll(() => server?.stop())

let hosts = 0
const newAddress = () => `198.51.100.${++hosts}`

async function signIn(client: Client, { email, password }: Pick<Person, 'email' | 'password'>, address: string) {
  const headers = { 'x-forwarded-for': address }
  return (await client.json('POST', '/bff/login', { email, password }, { headers })).status
}

test('whoever once signed in there does not lock the owner out of the browsers that are known', async () => {
  const person = newPerson()
  const owner = new Client(server)
  expect(await owner.json('POST', '/bff/register', person)).toHaveStatus(201)
  // Somebody who knew the password: their browser gets a mark of its own.
  const former = new Client(server)
  expect(await signIn(former, person, newAddress())).toBe(200)
  await former.json('POST', '/bff/logout')
  const mark = former.jar.find(deviceCookie)?.value
  expect(mark).toBeTruthy()
  // The owner chooses another password, which ends all that the other had.
  const password = 'quite another window over the harbour'
  const changed = await owner.submit('/account/password', { current: person.password, password })
  expect(changed.isRedirect).toBe(true)
  await owner.json('POST', '/bff/logout')
  expect(await signIn(owner, { ...person, password }, newAddress()), 'the known browser works').toBe(200)
  await owner.json('POST', '/bff/logout')

  // 105 requests with the mark, from one address, within seconds. Five passwords are looked at.
  const address = newAddress()
  const statuses: Record<number, number> = {}
  for (let n = 0; n < 105; n++) {
    const status = await signIn(former, { email: person.email, password: 'wrong wrong wrong wrong' }, address)
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  // And a handful as a stranger.
  const stranger = new Client(server)
  const asStranger: number[] = []
  for (let n = 0; n < 7; n++)
    asStranger.push(await signIn(stranger, { ...person, password: 'wrong wrong wrong wrong' }, newAddress()))

  const status = await signIn(owner, { ...person, password }, newAddress())
  expect(status).toBe(200)
})

test('whoever registered the address before, and deleted that account, has no mark for the account that comes after', async () => {
  const person = newPerson()
  const squatter = new Client(server)
  expect(
    await squatter.json('POST', '/bff/register', { ...person, password: 'a window over the other harbour' }),
  ).toHaveStatus(201)
  const page = await squatter.open('/account/delete')
  const _gone = await squatter.send(page, { email: person.email })
  const owner = new Client(server)
  expect(await owner.json('POST', '/bff/register', person)).toHaveStatus(201)
  await owner.json('POST', '/bff/logout')
  const stranger = new Client(server)
  for (let n = 0; n < 7; n++) await signIn(stranger, { ...person, password: 'wrong wrong wrong wrong' }, newAddress())
  const seen: number[] = []
  for (let n = 0; n < 3; n++)
    seen.push(await signIn(squatter, { ...person, password: 'wrong wrong wrong wrong' }, newAddress()))
  expect(seen).toEqual([429, 429, 429])
})

test('a browser is still known after another account was signed in to there', async () => {
  const [one, other] = [newPerson(), newPerson()]
  const home = new Client(server)
  expect(await home.json('POST', '/bff/register', one)).toHaveStatus(201)
  await home.json('POST', '/bff/logout')
  expect(await home.json('POST', '/bff/register', other)).toHaveStatus(201)
  await home.json('POST', '/bff/logout')
  const stranger = new Client(server)
  for (let n = 0; n < 7; n++) await signIn(stranger, { ...one, password: 'wrong wrong wrong wrong' }, newAddress())
  const status = await signIn(home, one, newAddress())
  expect(status).toBe(200)
})
