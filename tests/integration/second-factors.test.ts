import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { type CodeApp, moveClock } from '../support/code-app.ts'
import { type Person, signedInClient, signIn } from '../support/fixtures.ts'
import { addApp, addPasskey, recoveryCodesOn } from '../support/own-factors.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { SoftAuthenticator } from '../support/soft-authenticator.ts'

const stepCookie = '__Host-Http-cloakroom-step'
const trustCookie = '__Host-Http-cloakroom-trust'

let server: TestServer
let owner: { client: Client; person: Person }
let app: CodeApp
let codes: string[]
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

beforeEach(async () => {
  owner = await signedInClient(server)
  const added = await addApp(owner.client, server)
  app = added.app
  codes = added.recoveryCodes
})

/** Gives the right password in a browser of its own; the page of the second step comes next. */
async function atSecondStep(): Promise<Client> {
  const client = new Client(server)
  const { email, password } = owner.person
  const answer = await client.submit('/login?redirectTo=/account', { email, password })
  expect(answer).toLeadTo('/login/verify?redirectTo=%2Faccount')
  return client
}

describe('the pages', () => {
  test('keep the state of the second step in a short, strict cookie and nothing else', async () => {
    const client = await atSecondStep()
    expect(client.hasRefreshToken).toBe(false)
    const cookie = client.jar.find(stepCookie)
    expect(cookie?.attributes).toEqual({
      path: '/',
      secure: true,
      httponly: true,
      samesite: 'Strict',
      'max-age': '600',
    })
    const page = await client.get('/login/verify?redirectTo=/account')
    expect(page.headers['cache-control']).toBe('private, no-store')
    expect(page.text).toContain(owner.person.email)
    expect(page.body).not.toContain(cookie?.value ?? 'missing')
  })

  test('sign in with a code, clear the cookie and go on to where the person was heading', async () => {
    const client = await atSecondStep()
    const answer = await client.submit('/login/verify?redirectTo=/account', { code: await app.nextCode() })
    expect(answer).toLeadTo('/account')
    expect(client.jar.find(stepCookie)).toBeNull()
    expect((await client.get('/account')).status).toBe(200)
  })

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example'])('go on to no other site: %s', async (to) => {
    const client = await atSecondStep()
    const page = await client.get(`/login/verify?redirectTo=${encodeURIComponent(to)}`)
    const answer = await client.send(page, { code: await app.nextCode(), redirectTo: to })
    expect(answer).toLeadTo('/dashboard')
  })

  test('say where a recovery code was used that it was, and how many are left', async () => {
    const client = await atSecondStep()
    const answer = await client.follow(await client.submit('/login/verify', { code: codes[3] ?? '' }))
    expect(answer.path).toBe('/account/security?done=recovery-code-used')
    expect(answer.text).toContain('9 of 10 left.')
  })

  test('send somebody without a step to the password', async () => {
    const answer = await new Client(server).get('/login/verify?redirectTo=/account')
    expect(answer).toLeadTo('/login?redirectTo=%2Faccount&why=step-expired')
  })

  test('show a picture that holds the key, without a style that the policy would stop', async () => {
    const { client } = await signedInClient(server)
    const shown = await client.submit('/account/security/app', {}, { press: 'start' })
    expect(shown.headers['cache-control']).toBe('private, no-store')
    const source = shown.html.querySelector('img.qr')?.getAttribute('src') ?? ''
    expect(source).toMatch(/^data:image\/svg\+xml;base64,/)
    const svg = Buffer.from(source.split(',')[1] ?? '', 'base64').toString()
    expect(svg).toMatch(/^<svg /)
    expect(svg).not.toContain('style')
    expect(shown.html.querySelector('code.key')?.textContent).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
  })

  test('show recovery codes once, and make a file of them in the page', async () => {
    const page = await owner.client.submit('/account/security/recovery-codes', {}, { press: 'Make new codes' })
    const shown = recoveryCodesOn(page)
    expect(shown).toHaveLength(10)
    const file = decodeURIComponent(page.html.querySelector('a[download]')?.getAttribute('href') ?? '')
    for (const code of shown) expect(file).toContain(code)
    const later = await owner.client.get('/account/security')
    for (const code of shown) expect(later.body).not.toContain(code)
  })

  test('ask for a fresh proof before a factor is added, removed or renamed', async () => {
    await moveClock(server, 11 * 60_000)
    const page = await owner.client.open('/account/security')
    const asked = await owner.client.send(page, {}, { press: 'Remove the app' })
    expect(asked).toHaveStatus(403)
    expect(asked.text).toContain('Please confirm that it is you')
    const { password } = owner.person
    const done = await owner.client.send(asked, { step_up_password: password }, { press: 'Confirm' })
    expect(done).toLeadTo('/account/security?done=app-removed')
    await moveClock(server, 11 * 60_000)
    for (const [path, press] of [
      ['app', 'start'],
      ['passkeys', 'start'],
      ['recovery-codes', 'Make new codes'],
    ] as const) {
      expect(await owner.client.submit(`/account/security/${path}`, {}, { press })).toHaveStatus(403)
    }
  })

  test('end the other sessions when a factor is removed', async () => {
    const other = await atSecondStep()
    await other.submit('/login/verify', { code: await app.nextCode() })
    expect((await other.get('/account')).status).toBe(200)
    await owner.client.submit('/account/security', {}, { press: 'Remove the app' })
    expect((await other.get('/account')).isRedirect).toBe(true)
    expect((await owner.client.get('/account')).status).toBe(200)
  })

  test.each([
    ['an app is added', async (client: Client) => void (await addApp(client, server))],
    ['a passkey is added', (client: Client) => addPasskey(client, new SoftAuthenticator(server.origin))],
  ])('end the other sessions when %s', async (_, change) => {
    const { client, person } = await signedInClient(server)
    const other = new Client(server)
    await signIn(other, person)
    await change(client)
    expect((await other.get('/account')).isRedirect).toBe(true)
    expect((await client.get('/account')).status).toBe(200)
  })

  test.each([
    ['a passkey is removed', '/account/security', 'Remove'],
    ['recovery codes are made anew', '/account/security/recovery-codes', 'Make new codes'],
  ])('end the other sessions when %s', async (_, path, press) => {
    await addPasskey(owner.client, new SoftAuthenticator(server.origin))
    const other = await atSecondStep()
    await other.submit('/login/verify', { code: codes[0] ?? '' })
    expect((await other.get('/account')).status).toBe(200)
    const page = await owner.client.open(path)
    const within = path === '/account/security' ? { within: 'Phone' } : {}
    await owner.client.send(page, {}, { press, ...within })
    expect((await other.get('/account')).isRedirect).toBe(true)
    expect((await owner.client.get('/account')).status).toBe(200)
  })

  test('trust a browser for thirty days', async () => {
    const client = await atSecondStep()
    await client.submit('/login/verify', { code: await app.nextCode(), trust: 'on' })
    expect(client.jar.find(trustCookie)?.attributes).toMatchObject({ samesite: 'Strict', 'max-age': '2592000' })
    await client.post('/logout', { csrf: await client.csrf() })
    const { email, password } = owner.person
    expect(await client.submit('/login', { email, password })).toLeadTo('/dashboard')
  })
})

describe('the endpoints', () => {
  test('answer the password with a code that says what is missing, and the second step with the session', async () => {
    const client = new Client(server)
    const { email, password } = owner.person
    const asked = await client.json('POST', '/bff/login', { email, password, remember: true })
    expect(asked).toBeProblem(401, 'second_factor_required')
    expect(client.hasRefreshToken).toBe(false)
    expect(await client.json('GET', '/bff/user')).toBeProblem(401, 'sign_in_required')
    expect(await client.json('POST', '/bff/login/verify', { code: app.wrongCode() })).toBeProblem(401, 'factor_refused')
    const answer = await client.json('POST', '/bff/login/verify', { code: await app.nextCode() })
    expect(answer).toHaveStatus(200)
    expect(answer.json()).toMatchObject({ user: { email } })
    expect(client.jar.find('__Host-Http-cloakroom')?.attributes['max-age']).toBeDefined()
  })

  test('know no second step without the password', async () => {
    const client = new Client(server)
    expect(await client.json('POST', '/bff/login/verify', { code: '123456' })).toBeProblem(401, 'step_expired')
    expect(await client.json('POST', '/bff/passkeys/verify-options')).toBeProblem(401, 'step_expired')
    expect(await client.json('POST', '/bff/login/verify', {})).toBeProblem(400, 'invalid_input')
  })

  test('sign in by passkey in the browser that asked, once', async () => {
    const phone = new SoftAuthenticator(server.origin)
    await addPasskey(owner.client, phone)
    const client = new Client(server)
    const options = (await client.json('POST', '/bff/passkeys/sign-in-options')).json<{ challenge: string }>()
    const credential = phone.prove(options)
    const stranger = new Client(server)
    const elsewhere = await stranger.json('POST', '/bff/passkeys/sign-in', { credential })
    expect(elsewhere).toBeProblem(401, 'factor_refused')
    const copy = client.clone()
    const answer = await client.json('POST', '/bff/passkeys/sign-in', { credential })
    expect(answer).toHaveStatus(200)
    expect(answer.json()).toMatchObject({ user: { email: owner.person.email } })
    expect(await copy.json('POST', '/bff/passkeys/sign-in', { credential })).toBeProblem(401, 'factor_refused')
  })

  test('refuse a passkey from a page that is not ours', async () => {
    const client = new Client(server)
    await client.csrf()
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    const answer = await client.json('POST', '/bff/passkeys/sign-in-options', {}, { headers })
    expect(answer).toBeProblem(403, 'csrf_refused')
  })
})
