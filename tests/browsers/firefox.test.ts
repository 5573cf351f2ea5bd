import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refreshCookieName } from '../support/browser-client.ts'
import { Firefox } from '../support/firefox.ts'
import { newPerson, type Person, sessionOf } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let firefox: Firefox
let person: Person

beforeAll(async () => {
  server = await startServer()
})

afterAll(() => server?.stop())

async function registerPerson(): Promise<void> {
  await firefox.open(`${server.origin}/register`)
  const { name, email, password } = person
  const fields = { 'register-name': name, 'register-email': email, 'register-password': password }
  await firefox.submit(fields, 'main form button[type=submit]', shows('Your projects'))
}

async function signOut(): Promise<void> {
  await firefox.submit(
    {},
    'header form[action="/logout"] button',
    `location.pathname === '/login' && ${shows('You are signed out')}`,
  )
}

function shows(text: string): string {
  return `document.readyState === 'complete' && document.body.innerText.includes(${JSON.stringify(text)})`
}

describe.each([
  ['with scripts', true],
  ['without scripts', false],
] as const)('Firefox %s', (_, scripting) => {
  beforeAll(async () => {
    firefox = await Firefox.start({ scripting })
  })
  afterAll(() => firefox?.stop())
  beforeEach(async () => {
    person = newPerson()
    await registerPerson()
  })

  it('stores the refresh cookie on http://localhost, out of reach of scripts', async () => {
    const cookie = (await firefox.cookies()).find(({ name }) => name === refreshCookieName)
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'lax', domain: 'localhost' })
    expect(await firefox.evaluate('document.cookie')).toBe('')
    await signOut()
  })

  it('shows nothing private when going back after signing out', async () => {
    const project = `Kept from ${scripting ? 'scripts' : 'nobody'}`
    await firefox.submit({ 'new-project-name': project }, 'main form button[type=submit]', shows('Project created'))
    await firefox.open(`${server.origin}/account`)
    expect(await firefox.content()).toContain(person.email)
    await signOut()
    expect(sessionOf(server, person.email).revoked_at).not.toBeNull()

    for (let step = 1; step <= 3; step++) {
      await firefox.goBack()
      const shown = await firefox.content()
      expect(shown, `after ${step} steps`).not.toContain(person.email)
      expect(shown, `after ${step} steps`).not.toContain(project)
      if (step === 1) expect(await firefox.url()).toContain('/login?redirectTo=%2Faccount')
    }
  })
})
