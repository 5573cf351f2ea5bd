import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, signedInClient } from '../support/fixtures.ts'
import { mailTo } from '../support/mailbox.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let germanByDefault: TestServer
beforeAll(async () => {
  ;[server, germanByDefault] = await Promise.all([startServer(), startServer({ env: { DEFAULT_LANGUAGE: 'de' } })])
})
afterAll(() => Promise.all([server.stop(), germanByDefault.stop()]))

const german = { headers: { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' } }

describe('the language of a page', () => {
  test('is the one that the browser asks for, in text, title and head', async () => {
    const answer = await new Client(server).get('/login', german)
    expect(answer.body).toContain('<html lang="de"')
    expect(answer.body).toContain('<title>Anmelden · Cloakroom</title>')
    expect(answer.body).toContain('Angemeldet bleiben')
    expect(answer.headers['content-language']).toBe('de')
    expect(answer.headers.vary).toContain('Accept-Language')
  })

  test.each(['', 'fr,nl;q=0.5', '*', ';;q=,,,', `${'x'.repeat(2_000)}`, 'constructor'])(
    'is English for a browser that asks for %j',
    async (language) => {
      const answer = await new Client(server).get('/login', { headers: { 'accept-language': language } })
      expect(answer).toHaveStatus(200)
      expect(answer.body).toContain('<html lang="en"')
      expect(answer.body).toContain('Keep me signed in')
    },
  )

  test('is the one of the setting when the browser asks for none of ours', async () => {
    expect((await new Client(germanByDefault).get('/login')).body).toContain('Angemeldet bleiben')
    const asked = await new Client(germanByDefault).get('/login', { headers: { 'accept-language': 'en-GB' } })
    expect(asked.body).toContain('Keep me signed in')
  })

  test('is the one that the person chose, whatever the browser asks for', async () => {
    const client = new Client(server)
    await client.submit('/preferences', { language: 'de' })
    const answer = await client.get('/login', { headers: { 'accept-language': 'en' } })
    expect(answer.body).toContain('<html lang="de"')
  })

  test('is the one of its errors, and endpoints stay English', async () => {
    const missing = await new Client(server).get('/nowhere', german)
    expect(missing).toHaveStatus(404)
    expect(missing.body).toContain('Hier ist nichts')
    const endpoint = await new Client(server).get('/bff/user', german)
    expect(endpoint.json()).toMatchObject({ code: 'sign_in_required', title: 'Please sign in' })
  })

  test('is the one of the messages of a form and of the mail that it causes', async () => {
    const client = new Client(server)
    await client.submit('/preferences', { language: 'de' })
    const person = newPerson()
    const refused = await client.submit('/register', { ...person, email: 'nobody', password: 'kurz' })
    expect(refused.body).toContain('Geben Sie eine E-Mail-Adresse wie name@example.com ein')
    expect(refused.body).toContain('Nehmen Sie mindestens 15 Zeichen; gut sind ein paar Wörter')
    const { person: known } = await signedInClient(server)
    await client.submit('/forgot', { email: known.email })
    const mail = await mailTo(server, known.email)
    expect(mail.subject).toBe('Neues Passwort wählen')
    expect(mail.text).toContain('Der Link gilt eine Stunde:')
  })
})

describe('the words of a language', () => {
  test('are kept by browsers under the address that the page names', async () => {
    const page = await new Client(server).get('/login', german)
    const path = /href="(\/words\/de\?v=[\w-]+)"/.exec(page.body)?.[1] ?? ''
    const words = await new Client(server).get(path)
    expect(words.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(words.headers['set-cookie']).toBeUndefined()
    expect(words.json()).toMatchObject({ 'Sign in': 'Anmelden' })
    expect((await new Client(server).get('/words/de?v=other')).headers['cache-control']).toBe('public, max-age=60')
    expect(await new Client(server).get('/words/xx')).toBeProblem(404, 'not_found')
  })

  test('are not needed by an English page', async () => {
    expect((await new Client(server).get('/login')).body).not.toContain('/words/')
  })
})
