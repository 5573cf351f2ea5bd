import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFactorStore } from '../../app/identity/factors/factor-store.ts'
import { createFederationStore } from '../../app/identity/federation/federation-store.ts'
import { createAttemptStore } from '../../app/identity/limits/attempt-store.ts'
import { attempts, passkeys, providerIdentities } from '../../db/index.ts'
import { Client } from '../support/browser-client.ts'
import { crowdStatements } from '../support/crowded-tables.ts'
import { newPerson, rowsOf, signIn, signUp, withDatabase } from '../support/fixtures.ts'
import { ada, openIssuerOverStoreInUse, type StoreIssuer, visitor } from '../support/issuer.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let house: StoreIssuer
let userId: string
let sessionId: string

beforeAll(async () => {
  server = await startServer({ env: { SESSIONS_PER_ACCOUNT: '2' } })
  house = await openIssuerOverStoreInUse()
  const registered = await house.issuer.register(ada, visitor, null)
  if (registered.kind !== 'signed-in') throw new Error(registered.kind)
  userId = registered.principal.userId
  sessionId = registered.session.id
})
afterAll(async () => {
  await server?.stop()
  await house?.close()
})

test('a browser whose session made room for another is told so, in both languages', async () => {
  const [first, second, third] = [new Client(server), new Client(server), new Client(server)]
  const person = await signUp(first, newPerson())
  await signIn(second, person)
  await signIn(third, person)
  const turnedAway = await first.get('/dashboard')
  expect(turnedAway).toLeadTo('/login?redirectTo=%2Fdashboard&why=too-many')
  expect((await first.follow(turnedAway)).text).toContain('signed in to in too many places')
  const german = await first.get('/login?why=too-many', { headers: { 'Accept-Language': 'de' } })
  expect(german.text).toContain('an zu vielen Orten angemeldet')
  const devices = await third.open('/account/sessions')
  expect(devices.text).toContain('ended because there were too many sessions')
  const gleich = await third.get('/account/sessions', { headers: { 'Accept-Language': 'de' } })
  expect(gleich.text).toContain('weil es zu viele Sitzungen waren')
  expect((await second.get('/bff/user')).status).toBe(200)
})

test('an owner has a thousand projects at most, and is told so', async () => {
  const client = new Client(server)
  const person = await signUp(client, newPerson())
  const { user } = rowsOf(server, person.email)
  if (!user) throw new Error('no user')
  const fill = crowdStatements(user, 1_000, Date.now()).filter((statement) => statement.includes('into projects'))
  withDatabase(server, (database) => fill.map((statement) => database.prepare(statement).run()))
  const refused = await client.submit('/dashboard', { name: 'One more', description: '' }, { press: 'Create' })
  expect(refused).toHaveStatus(409)
  expect(refused.text).toContain('as many projects as one person may')
  expect(rowsOf(server, person.email).projects).toHaveLength(1_000)
})

test('an account has twenty passkeys at most, however many are added at once', async () => {
  const store = createFactorStore(house.database)
  const row = { publicKey: '', counter: 0, transports: '', synced: false, name: '', createdAt: 1, lastUsedAt: null }
  const added = await Promise.all(
    Array.from({ length: 25 }, (_, each) =>
      store.insertPasskey(
        { ...row, id: `key ${each}`, credentialId: `credential ${each}`, userId },
        [`a code that only number ${each} has`],
        { userId, sessionId },
      ),
    ),
  )
  expect(added.filter((each) => each !== 'too-many')).toHaveLength(20)
  expect(added.filter((each) => typeof each === 'object' && each.codesAreNew)).toHaveLength(1)
  expect(await house.database.select().from(passkeys)).toHaveLength(20)
})

test('an account is linked to twenty accounts elsewhere at most, however many are linked at once', async () => {
  const store = createFederationStore(house.database)
  const row = { userId, provider: 'acme', issuer: 'https://acme.example', email: '', createdAt: 1, lastUsedAt: null }
  const added = await Promise.all(
    Array.from({ length: 25 }, (_, each) =>
      store.addIdentity({ ...row, id: `link ${each}`, subject: `sub ${each}` }, { userId, sessionId }),
    ),
  )
  expect(added.filter((each) => each === 'added')).toHaveLength(20)
  expect(await house.database.select().from(providerIdentities)).toHaveLength(20)
})

test('failures are forgiven below a prefix and nowhere else', async () => {
  const store = createAttemptStore(house.database)
  const keys = ['device:abc:1', 'device:abc:2', 'device:abc', 'device:abd:1', 'device:ab:1', 'devicf']
  for (const key of keys) await store.begin([key])
  await store.forgiveAll(['device:abc:'])
  const left = (await house.database.select().from(attempts)).map(({ key }) => key)
  expect(left.filter((key) => keys.includes(key)).toSorted()).toEqual(keys.slice(2).toSorted())
})
