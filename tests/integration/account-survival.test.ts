import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { type CodeApp, moveClock } from '../support/code-app.ts'
import { newPerson, type Person, rowsOf, signUp } from '../support/fixtures.ts'
import { codeTo, mailTo } from '../support/mailbox.ts'
import { addApp, addPasskey, sendProof, signProof } from '../support/own-factors.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { SoftAuthenticator } from '../support/soft-authenticator.ts'

// One account with an authenticator app and a passkey, and all that happens to it, one after the other.

const minute = 60_000
const elevenMinutes = 11 * minute

let server: TestServer
let person: Person
let home: Client
let app: CodeApp
let recoveryCodes: string[]
let key: SoftAuthenticator
beforeAll(async () => {
  server = await startServer()
  home = new Client(server)
  person = await signUp(home, newPerson())
  await home.submit('/account/address', {}, { press: 'Confirm this address' })
  await home.submit('/verify', { code: await codeTo(server, person.email, 'Confirm your address') })
  const added = await addApp(home, server)
  app = added.app
  recoveryCodes = added.recoveryCodes
  key = new SoftAuthenticator(server.origin)
  await addPasskey(home, key, 'Security key')
})
afterAll(() => server?.stop())

const isIn = async (client: Client) => (await client.get('/account')).status === 200
const nextRecoveryCode = () => recoveryCodes.shift() ?? ''

/** A browser in which the password was entered; the second step comes next. */
async function atSecondStep(): Promise<Client> {
  const client = new Client(server)
  const answer = await client.submit('/login', { email: person.email, password: person.password })
  expect(answer.target).toMatch(/^\/login\/verify/)
  return client
}

async function signInByCode(code: string): Promise<Client> {
  const client = await atSecondStep()
  expect((await client.submit('/login/verify', { code })).isRedirect).toBe(true)
  return client
}

async function signInByPasskey(phone = key): Promise<Client> {
  const client = new Client(server)
  const options = (await client.json('POST', '/bff/passkeys/sign-in-options')).json<{ challenge: string }>()
  expect(await client.json('POST', '/bff/passkeys/sign-in', { credential: phone.prove(options) })).toHaveStatus(200)
  return client
}

test('a lost phone: a recovery code signs in, and the app is taken away and set up anew', async () => {
  home = await signInByCode(nextRecoveryCode())
  await moveClock(server, elevenMinutes)
  const asked = await home.submit('/account/security', {}, { press: 'Remove the app' })
  expect(asked).toHaveStatus(403)
  const done = await sendProof(home, asked, 'passkey', await signProof(home, key))
  expect(done).toLeadTo('/account/security?done=app-removed')
  const lost = app
  app = (await addApp(home, server)).app
  const thief = await atSecondStep()
  expect(await thief.submit('/login/verify', { code: await lost.nextCode() })).toHaveStatus(400)
  expect(await isIn(await signInByCode(await app.nextCode()))).toBe(true)
})

test('a lost passkey: password and code sign in, and it is worth nothing once it is removed', async () => {
  home = await signInByCode(await app.nextCode())
  await moveClock(server, elevenMinutes)
  const page = await home.open('/account/security')
  const asked = await home.send(page, {}, { press: 'Remove', within: 'Security key' })
  const done = await sendProof(home, asked, 'code', await app.nextCode())
  expect(done).toLeadTo('/account/security?done=passkey-removed')
  const finder = new Client(server)
  const options = (await finder.json('POST', '/bff/passkeys/sign-in-options')).json<{ challenge: string }>()
  const credential = key.prove(options)
  expect(await finder.json('POST', '/bff/passkeys/sign-in', { credential })).toBeProblem(401, 'factor_refused')
  key = new SoftAuthenticator(server.origin)
  await addPasskey(home, key, 'New key')
  expect(await isIn(await signInByPasskey())).toBe(true)
})

test('a changed address: both factors go on, the other sessions end, and the old address cannot sign in', async () => {
  const other = await signInByPasskey()
  const { email } = newPerson()
  await home.submit('/account/address', { email, current: person.password }, { press: 'Send a code' })
  const code = await codeTo(server, email)
  expect((await home.submit('/account/address', { code }, { press: 'Use the new address' })).isRedirect).toBe(true)
  expect(await isIn(home)).toBe(true)
  expect(await isIn(other)).toBe(false)
  const old = await new Client(server).json('POST', '/bff/login', { email: person.email, password: person.password })
  expect(old).toBeProblem(401, 'invalid_credentials')
  person = { ...person, email }
  expect(await isIn(await signInByCode(await app.nextCode()))).toBe(true)
  expect(await isIn(await signInByPasskey())).toBe(true)
})

test('a forgotten password: the mail alone resets nothing, with the passkey it does', async () => {
  const client = new Client(server)
  await client.submit('/forgot', { email: person.email })
  const code = await codeTo(server, person.email, 'Choose a new password')
  const password = 'nine kettles under the pier'
  const asked = await client.submit('/reset', { code, password })
  expect(asked).toHaveStatus(422)
  expect(asked.text).toContain('second step')
  const options = await client.json('POST', '/bff/passkeys/reset-options', { code })
  expect(options).toHaveStatus(200)
  const passkey = JSON.stringify(key.prove(options.json<{ challenge: string }>()))
  expect(await client.send(asked, { password, passkey, factor: '' })).toLeadTo('/login?done=password-reset')
  expect(client.hasRefreshToken).toBe(false)
  expect(await isIn(home)).toBe(false)
  person = { ...person, password }
  home = await signInByCode(nextRecoveryCode())
  expect(await isIn(home)).toBe(true)
})

test('a password nobody knows any more: the passkey signs in and sets another one', async () => {
  home = await signInByPasskey()
  const password = 'eleven orchards by the lake'
  const asked = await home.submit('/account/password/new', { password })
  expect(asked).toHaveStatus(403)
  const done = await sendProof(home, asked, 'passkey', await signProof(home, key))
  expect(done).toLeadTo('/account?done=password-changed')
  person = { ...person, password }
  expect(await isIn(home)).toBe(true)
  expect(await isIn(await signInByCode(await app.nextCode()))).toBe(true)
})

test('a stolen session: the copy ends it for both, and the owner ends whatever else is open', async () => {
  const thief = home.clone()
  const still = await signInByPasskey()
  for (let round = 0; round < 3; round++) {
    await moveClock(server, 6 * minute)
    expect(await isIn(home)).toBe(true)
  }
  expect(await isIn(thief)).toBe(false)
  expect(await isIn(home)).toBe(false)
  expect((await mailTo(server, person.email)).subject).toMatch(/session|copy/i)
  home = await signInByCode(await app.nextCode())
  expect(await isIn(still)).toBe(true)
  await home.submit('/account/sessions', {}, { press: 'End all other sessions' })
  expect(await isIn(still)).toBe(false)
  expect(await isIn(home)).toBe(true)
})

test('an account that was taken over: the old address gets it back, and nothing of the thief stays', async () => {
  await moveClock(server, 9 * 24 * 60 * minute)
  const thief = await signInByCode(await app.nextCode())
  const thiefsKey = new SoftAuthenticator(server.origin)
  await addPasskey(thief, thiefsKey, 'Theirs')
  const { email } = newPerson()
  await thief.submit('/account/address', { email, current: person.password }, { press: 'Send a code' })
  await thief.submit('/account/address', { code: await codeTo(server, email) }, { press: 'Use the new address' })
  expect(rowsOf(server, email).user).not.toBeNull()

  const owner = new Client(server)
  const undo = await codeTo(server, person.email, 'The address of your account was changed')
  expect(await owner.submit('/undo', { code: undo })).toLeadTo('/forgot?done=address-restored')
  expect(await isIn(thief)).toBe(false)
  const options = (await owner.json('POST', '/bff/passkeys/sign-in-options')).json<{ challenge: string }>()
  const credential = thiefsKey.prove(options)
  expect(await owner.json('POST', '/bff/passkeys/sign-in', { credential })).toBeProblem(401, 'factor_refused')

  await owner.submit('/forgot', { email: person.email })
  const code = await codeTo(server, person.email, 'Choose a new password')
  const password = 'thirteen sparrows on the wall'
  const asked = await owner.submit('/reset', { code, password })
  expect(asked).toHaveStatus(422)
  const reset = await owner.send(asked, { password, factor: await app.nextCode() })
  expect(reset).toLeadTo('/login?done=password-reset')
  person = { ...person, password }
  expect(await isIn(await signInByCode(await app.nextCode()))).toBe(true)
  expect(await isIn(await signInByPasskey())).toBe(true)
})
