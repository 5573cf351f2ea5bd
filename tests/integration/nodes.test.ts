import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client, exchange } from '../support/browser-client.ts'
import { createProject, newPerson, sessionOf, signIn, signUp } from '../support/fixtures.ts'
import { type Nodes, startNodes } from '../support/nodes.ts'
import { addApp } from '../support/own-factors.ts'
import { runProgram } from '../support/process.ts'
import { eventsOf } from '../support/security-events.ts'
import { baseSettings, type TestServer } from '../support/server.ts'

const secret = () => randomBytes(32).toString('base64')
const [older, newer] = [secret(), secret()]
const minute = 60_000

let nodes: Nodes
beforeAll(async () => {
  // Clocks that differ by two seconds each, as those of machines may; the first start of all three at once.
  nodes = await startNodes(
    { APP_SECRETS: older },
    { APP_SECRETS: older, TEST_CLOCK_OFFSET_MS: '2000' },
    { APP_SECRETS: older, TEST_CLOCK_OFFSET_MS: '-2000' },
  )
})
afterAll(() => nodes?.stop())

/** The ids of the keys that each node publishes. */
const published = () =>
  Promise.all(
    nodes.all.map(async (node) => {
      const headers = { host: new URL(nodes.site.origin).host }
      const answer = await exchange(node.origin, 'GET', '/.well-known/jwks.json', { headers })
      return answer
        .json<{ keys: { kid: string }[] }>()
        .keys.map(({ kid }) => kid)
        .sort()
    }),
  )
const keys = (...args: string[]) => {
  const env = {
    ...baseSettings(nodes.site.port, nodes.site.dataDir),
    APP_ORIGIN: nodes.site.origin,
    APP_SECRETS: older,
    TEST_CLOCK_OFFSET_MS: String(nodes.advancedMs),
  }
  return runProgram('app/cli/keys.ts', { args, env })
}
const statusesOf = async (client: Client, count: number) => {
  const answers = await Promise.all(Array.from({ length: count }, () => client.get('/dashboard')))
  return answers.map(({ status }) => status)
}
const fine = (count: number) => Array.from({ length: count }, () => 200)

test('nodes that start at once on an empty store agree on two signing keys', async () => {
  const [first, ...others] = await published()
  expect(first).toHaveLength(2)
  expect(others).toEqual([first, first])
})

test('a second step that one node asks for is made on another one whose clock is behind', async () => {
  const [, ahead, behind] = nodes.all as [TestServer, TestServer, TestServer]
  const client = new Client(nodes.site)
  const person = await signUp(client)
  const { recoveryCodes } = await addApp(client, nodes.site)
  const again = new Client(nodes.site)
  nodes.use(ahead)
  const { email, password } = person
  expect((await again.submit('/login', { email, password })).location).toContain('/login/verify')
  nodes.use(behind)
  await again.follow(await again.submit('/login/verify', { code: recoveryCodes[0] ?? '' }))
  expect(await again.get('/dashboard')).toHaveStatus(200)
  nodes.use(...nodes.all)
})

test('a browser whose requests go to any node stays signed in through rotations, lost answers and parallel tabs', async () => {
  const client = new Client(nodes.site)
  const person = await signUp(client)
  for (let round = 1; round <= 3; round++) {
    await nodes.advance(6 * minute)
    // Of requests that arrive together one rotates, whichever clock is ahead; all get the same successor.
    expect(await statusesOf(client, 6)).toEqual(fine(6))
    expect(await statusesOf(client, 3)).toEqual(fine(3))
    expect(sessionOf(nodes.site, person.email)).toMatchObject({ generation: round, revoked_at: null })
  }
  await nodes.advance(6 * minute)
  for (let lost = 0; lost < 3; lost++) expect(await client.get('/dashboard', { drop: true })).toHaveStatus(200)
  expect(await statusesOf(client, 3)).toEqual(fine(3))
  expect(sessionOf(nodes.site, person.email)).toMatchObject({ generation: 4, revoked_at: null })
})

test('what one node began another one finishes: forms, sign-in, sign-out', async () => {
  const client = new Client(nodes.site)
  const person = await signUp(client)
  const id = await createProject(client, 'Made here and there')
  const page = await client.open(`/projects/${id}`)
  expect((await client.send(page, { name: 'Renamed' }, { press: 'Save' })).isRedirect).toBe(true)
  const again = new Client(nodes.site)
  await signIn(again, person)
  const copy = again.clone()
  const { csrf } = (await again.json('GET', '/bff/csrf')).json<{ csrf: string }>()
  const headers = { 'x-csrf-token': csrf, accept: 'application/json', 'sec-fetch-site': 'same-origin' }
  expect((await again.request('POST', '/bff/logout', { headers })).status).toBeLessThan(300)
  for (let turn = 0; turn < 3; turn++) expect((await copy.get('/dashboard')).location).toContain('/login')
})

test('a copied ticket that is used later is found out on whichever node it is shown', async () => {
  const client = new Client(nodes.site)
  const person = await signUp(client)
  const thief = client.clone()
  await nodes.advance(6 * minute)
  expect(await statusesOf(client, 2)).toEqual(fine(2))
  expect(await statusesOf(client, 2)).toEqual(fine(2))
  await nodes.advance(minute)
  expect((await thief.get('/dashboard')).location).toContain('/login')
  expect(sessionOf(nodes.site, person.email).revoked_reason).toBe('reuse')
})

test('a signing key is published by every node before it signs, and its successor within ten seconds', async () => {
  const before = await published()
  const { stdout } = await keys('rotate')
  const signs = /^([\w-]{43}) signs from now on/.exec(stdout)?.[1]
  expect(before).toEqual(before.map(() => expect.arrayContaining([signs])))
  const client = new Client(nodes.site)
  await signUp(client)
  expect(await statusesOf(client, 3)).toEqual(fine(3))
  await nodes.advance(10_001)
  const [first, ...others] = await published()
  expect(first).toHaveLength(3)
  expect(others).toEqual([first, first])
})

// Every moment of a change: nodes that know the older secret, then both, then encrypt with the newer one, then know it alone.
test('secrets change from node to node while browsers stay signed in', async () => {
  const clients = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const client = new Client(nodes.site)
      return { client, person: await signUp(client, newPerson()) }
    }),
  )
  const everybodyIsSignedIn = async () => {
    for (const { client } of clients) expect(await statusesOf(client, 2)).toEqual(fine(2))
    const pages = await Promise.all(clients.map(({ client }) => client.open('/dashboard')))
    // The form comes from one node and goes to the other.
    for (const [index, { client }] of clients.entries()) {
      const page = pages[index]
      if (page) expect((await client.send(page, { name: 'In between' }, { press: 'Create' })).isRedirect).toBe(true)
    }
  }
  const [oldOnly] = nodes.all
  const knowsBoth = await nodes.add({ APP_SECRETS: `${older},${newer}` })
  nodes.use(oldOnly as TestServer, knowsBoth)
  await everybodyIsSignedIn()
  const encryptsAnew = await nodes.add({ APP_SECRETS: `${newer},${older}` })
  nodes.use(knowsBoth, encryptsAnew)
  await everybodyIsSignedIn()
  nodes.use(encryptsAnew)
  await nodes.advance(6 * minute)
  await everybodyIsSignedIn()
  const newOnly = await nodes.add({ APP_SECRETS: newer })
  nodes.use(encryptsAnew, newOnly)
  await everybodyIsSignedIn()
  nodes.use(newOnly)
  await everybodyIsSignedIn()
  for (const { person } of clients) expect(sessionOf(nodes.site, person.email).revoked_at).toBeNull()
})

test('through all of it nobody who was honest was taken for a thief', async () => {
  expect(await eventsOf(nodes.site, 'session.reuse')).toHaveLength(1)
})
