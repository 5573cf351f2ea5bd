import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client } from '../support/browser-client.ts'
import { newPerson, type Person, rowsOf, signedInClient, signIn, signUp } from '../support/fixtures.ts'
import { type MailServer, startMailServer, startSilentServer } from '../support/mail-server.ts'
import { codeIn, codeTo, mailTo, readMailbox } from '../support/mailbox.ts'
import { untilEventsAreWritten } from '../support/security-events.ts'
import { freePort, startServer, type TestServer } from '../support/server.ts'

const minute = 60_000
const day = 24 * 60 * minute
const phrase = 'seven lanterns on the quay'
const noCode = 'This code does not work'

let server: TestServer
let strict: TestServer
beforeAll(async () => {
  ;[server, strict] = await Promise.all([startServer(), startServer({ env: { REGISTRATION: 'verify-email' } })])
})
afterAll(() => Promise.all([server.stop(), strict.stop()]))

const credentials = ({ email, password }: Person) => ({ email, password })

const askForReset = (site: TestServer, email: string) => new Client(site).submit('/forgot', { email })

async function codeForReset(email: string): Promise<string> {
  await askForReset(server, email)
  return codeTo(server, email, 'Choose a new password')
}

const reset = (code: string, password = phrase, client = new Client(server)) =>
  client.submit('/reset', { code, password })

/** Signed up, signed in, and with an address that is confirmed. */
async function settled(): Promise<{ client: Client; person: Person }> {
  const { client, person } = await signedInClient(server)
  await client.submit('/account/address', {}, { press: 'Confirm this address' })
  const answer = await client.submit('/verify', { code: await codeTo(server, person.email) }, { press: 'Confirm' })
  expect(answer).toLeadTo('/account?done=address-confirmed')
  return { client, person }
}

/** What somebody who compares answers sees, without what is random in every answer. */
function comparable(answer: Answer) {
  const { date: _, 'x-request-id': _id, ...headers } = answer.headers
  const plain = (text: string) =>
    text
      .replaceAll(/nonce(-|=\\?")[\w+/=-]+/g, 'nonce')
      .replaceAll(/[\w-]{86}/g, 'csrf')
      .replaceAll(/Reference: \S+|"reference":"[^"]*"/g, 'reference')
      .replaceAll(/=[\w-]{22}; /g, '=id; ')
  return {
    status: answer.status,
    headers: JSON.parse(plain(JSON.stringify(headers))),
    body: plain(answer.body),
    length: answer.body.length,
  }
}

describe('a forgotten password', () => {
  test('is replaced by a code from the mail; every session ends, nobody is signed in, and the owner is told', async () => {
    const { client, person } = await signedInClient(server)
    const asked = await askForReset(server, person.email)
    expect(asked).toLeadTo('/reset?done=reset-mail')
    const browser = new Client(server)
    const answer = await reset(await codeTo(server, person.email), phrase, browser)
    expect(answer).toLeadTo('/login?done=password-reset')
    expect(browser.hasRefreshToken).toBe(false)
    expect(await client.get('/dashboard')).toLeadTo('/login?redirectTo=%2Fdashboard&why=revoked')
    expect(await new Client(server).submit('/login', credentials(person))).toHaveStatus(400)
    expect((await mailTo(server, person.email, 'Your password was changed')).text).toContain(
      'A new password was chosen',
    )
    await signIn(new Client(server), { ...person, password: phrase })
  })

  test('answers the same for an address with an account and one without, in everything but time', async () => {
    const person = await signUp(new Client(server))
    const answers: Answer[] = []
    for (const email of [person.email, newPerson().email]) answers.push(await askForReset(server, email))
    const [known, unknown] = answers.map(comparable)
    expect(known).toEqual(unknown)
  })

  test.each([
    ['wrong', async () => 'ABCDE-FGHJK-MNPQR-STVWX-YZ012-3'],
    ['not even a code', async () => 'let me in, please'],
    [
      'used',
      async () => {
        const code = await codeForReset((await signUp(new Client(server))).email)
        expect((await reset(code)).isRedirect).toBe(true)
        return code
      },
    ],
    [
      'replaced by a newer one',
      async () => {
        const { email } = await signUp(new Client(server))
        const code = await codeForReset(email)
        await codeForReset(email)
        return code
      },
    ],
    [
      'for something else',
      async () => {
        const { client, person } = await signedInClient(server)
        await client.submit('/account/address', {}, { press: 'Confirm this address' })
        return codeTo(server, person.email, 'Confirm your address')
      },
    ],
  ])('is not replaced by a code that is %s', async (_, findCode) => {
    const answer = await reset(await findCode())
    expect(answer).toHaveStatus(422)
    expect(answer.text).toContain(noCode)
    expect(answer.html.querySelector('#reset-code')?.getAttribute('aria-describedby')).toContain('reset-code-error')
    expect(answer.body).not.toContain(phrase)
  })

  test('changes once when the same code comes twenty times at once', async () => {
    const person = await signUp(new Client(server))
    const code = await codeForReset(person.email)
    const clients = Array.from({ length: 20 }, () => new Client(server))
    const pages = await Promise.all(clients.map((client) => client.open('/reset')))
    const passwords = clients.map((_, index) => `${phrase}, the ${index}th`)
    const answers = await Promise.all(
      pages.map((page, index) => clients[index]?.send(page, { code, password: passwords[index] ?? '' })),
    )
    const won = answers.flatMap((answer, index) => (answer?.isRedirect ? [passwords[index] ?? ''] : []))
    expect(won).toHaveLength(1)
    for (const answer of answers) expect([302, 422]).toContain(answer?.status)
    await signIn(new Client(server), { ...person, password: won[0] ?? '' })
  })

  test('says why a new password is refused and takes the code again', async () => {
    const code = await codeForReset((await signUp(new Client(server))).email)
    const refused = await reset(code, 'qwertyuiopasdfg')
    expect(refused).toHaveStatus(400)
    expect(refused.html.querySelector('#reset-password-error')?.textContent).toMatch(/runs along the keyboard/)
    expect(refused.html.querySelector('#reset-code')?.getAttribute('value')).toBe(code)
    expect((await reset(code)).isRedirect).toBe(true)
  })

  test('keeps no code in any address, log line or event', async () => {
    const person = await signUp(new Client(server))
    const code = await codeForReset(person.email)
    await reset(code, 'qwertyuiopasdfg')
    await reset(code)
    const mail = await mailTo(server, person.email, 'Choose a new password')
    expect(mail.text).toContain(`${server.origin}/reset#code=${code}`)
    await untilEventsAreWritten(server)
    expect(server.output()).not.toContain(code)
    const database = server.openDatabase()
    const kept = ['security_events', 'one_time_codes', 'mail_outbox'].map((table) =>
      JSON.stringify(database.prepare(`select * from ${table}`).all()),
    )
    database.close()
    expect(kept.join('')).not.toContain(code)
    expect(kept.join('')).not.toContain(code.replaceAll('-', ''))
  })
})

describe('a password that is changed', () => {
  const change = (client: Client, current: string, password = phrase) =>
    client.submit('/account/password', { current, password })

  test('gives this browser another ticket and ends the other sessions', async () => {
    const { client, person } = await signedInClient(server)
    const other = new Client(server)
    await signIn(other, person)
    const [before, copy] = [client.refreshToken, client.clone()]
    expect(await change(client, person.password)).toLeadTo('/account?done=password-changed')
    expect(client.refreshToken.split('.')[1]).not.toBe(before.split('.')[1])
    expect(await client.get('/dashboard')).toHaveStatus(200)
    for (const ended of [other, copy]) expect((await ended.get('/dashboard')).isRedirect).toBe(true)
    expect((await mailTo(server, person.email, 'Your password was changed')).text).toContain('knew the old one')
    await signIn(new Client(server), { ...person, password: phrase })
  })

  test('needs the present one; what was typed is never sent back', async () => {
    const { client, person } = await signedInClient(server)
    const answer = await change(client, 'surely not the password')
    expect(answer).toHaveStatus(422)
    expect(answer.html.querySelector('#change-password-current-error')?.textContent).toContain('not the password')
    expect(answer.body).not.toContain('surely not the password')
    expect(answer.body).not.toContain(phrase)
    await signIn(new Client(server), person)
  })

  test('in two tabs at once changes once', async () => {
    const { client, person } = await signedInClient(server)
    const tab = client.clone()
    const pages = await Promise.all([client.open('/account/password'), tab.open('/account/password')])
    const answers = await Promise.all(
      [client, tab].map((each, index) =>
        each.send(pages[index] ?? raise(), { current: person.password, password: `${phrase} ${index}` }),
      ),
    )
    expect(answers.filter((answer) => answer.location?.includes('password-changed'))).toHaveLength(1)
    for (const answer of answers) expect(answer.status).toBeLessThan(500)
  })
})

describe('a change of address', () => {
  const ask = (client: Client, email: string, current: string) =>
    client.submit('/account/address', { email, current }, { press: 'Send a code' })
  const confirm = (client: Client, code: string) =>
    client.submit('/account/address', { code }, { press: 'Use the new address' })

  test('is confirmed by the new one, announced to the old one, and undone by it within a week', async () => {
    const { client, person } = await settled()
    const { email } = newPerson()
    expect(await ask(client, email, person.password)).toLeadTo('/account/address?done=address-mail')
    expect(rowsOf(server, person.email).user).not.toBeNull()
    expect(await confirm(client, await codeTo(server, email))).toLeadTo('/account?done=address-changed')
    expect(rowsOf(server, email).user).not.toBeNull()
    expect((await client.open('/account')).text).toContain(email)

    const undo = await codeTo(server, person.email, 'The address of your account was changed')
    const answer = await new Client(server).submit('/undo', { code: undo })
    expect(answer).toLeadTo('/forgot?done=address-restored')
    expect(rowsOf(server, person.email).user).not.toBeNull()
    expect((await client.get('/account')).isRedirect).toBe(true)
    expect(await new Client(server).submit('/login', credentials(person))).toHaveStatus(400)
    expect((await reset(await codeForReset(person.email))).isRedirect).toBe(true)
    await signIn(new Client(server), { ...person, password: phrase })
  })

  test('needs the password, and the code of nobody else', async () => {
    const { client, person } = await settled()
    const { email } = newPerson()
    const refused = await ask(client, email, 'surely not the password')
    expect(refused).toHaveStatus(422)
    expect(refused.body).not.toContain('surely not the password')
    await ask(client, email, person.password)
    const code = await codeTo(server, email)
    const { client: other } = await signedInClient(server)
    const foreign = await confirm(other, code)
    expect(foreign).toHaveStatus(422)
    expect(foreign.text).toContain(noCode)
    expect((await confirm(client, code)).isRedirect).toBe(true)
  })

  test('to a taken address answers like one to a free address; only its owner learns of it', async () => {
    const { client, person } = await signedInClient(server)
    const owner = await signUp(new Client(server))
    const answers = [
      await ask(client, owner.email, person.password),
      await ask(client, newPerson().email, person.password),
    ]
    expect(comparable(answers[0] ?? raise())).toEqual(comparable(answers[1] ?? raise()))
    expect((await mailTo(server, owner.email)).subject).toBe('You already have an account')
  })

  test('is for people who are signed in', async () => {
    const client = new Client(server)
    const page = await client.open('/forgot')
    const csrf = page.html.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
    const answer = await client.post('/account/address', { csrf, code: 'x', intent: 'confirm' })
    expect(answer.target).toMatch(/^\/login\?/)
  })
})

describe('registering where addresses are confirmed first', () => {
  const register = (person: Person, client = new Client(strict)) => client.submit('/register', person)
  const confirm = (client: Client, person: Person, code: string) =>
    client.submit('/verify', { code, password: person.password }, { press: 'Confirm' })

  async function confirmed(): Promise<Person> {
    const [person, client] = [newPerson(), new Client(strict)]
    await register(person, client)
    const answer = await confirm(client, person, await codeTo(strict, person.email))
    expect(answer).toLeadTo('/dashboard')
    return person
  }

  test('signs in with the code from the mail and the password, and leads where the person was going', async () => {
    const [person, client] = [newPerson(), new Client(strict)]
    const asked = await client.submit('/register?redirectTo=/account', person)
    expect(asked).toLeadTo('/verify?redirectTo=%2Faccount&done=registration-mail')
    expect(client.hasRefreshToken).toBe(false)
    const page = await client.follow(asked)
    expect(page.text).toContain('We have sent you a mail')
    const answer = await client.send(page, { code: await codeTo(strict, person.email), password: person.password })
    expect(answer).toLeadTo('/account')
    expect((await client.follow(answer)).text).toContain(person.email)
  })

  test('answers the same for a free and a taken address, as a page and as JSON', async () => {
    const taken = await confirmed()
    const [one, other] = [newPerson(), { ...newPerson(), email: taken.email }]
    expect(comparable(await register(one))).toEqual(comparable(await register(other)))
    const [free, used] = [newPerson(), { ...newPerson(), email: taken.email.toUpperCase() }]
    const answers = [
      await new Client(strict).json('POST', '/bff/register', free),
      await new Client(strict).json('POST', '/bff/register', used),
    ]
    expect(answers[0]).toHaveStatus(202)
    expect(comparable(answers[0] ?? raise())).toEqual(comparable(answers[1] ?? raise()))
    const mails = (await readMailbox(strict)).filter(({ to }) => to === taken.email)
    expect(mails[0]?.subject).toBe('You already have an account')
    await signIn(new Client(strict), taken)
  })

  test('tells who signs in too early, and only with the right password, to confirm first', async () => {
    const person = newPerson()
    await register(person)
    const early = await new Client(strict).submit('/login', { email: person.email, password: person.password })
    expect(early).toHaveStatus(403)
    expect(early.text).toContain('Confirm your address first')
    expect(early.html.querySelectorAll('a[href^="/verify"]')).not.toHaveLength(0)
    const json = await new Client(strict).json('POST', '/bff/login', { email: person.email, password: person.password })
    expect(json).toBeProblem(403, 'address_unconfirmed')
    const wrong = { email: person.email, password: 'surely not the password' }
    const unknown = { ...wrong, email: newPerson().email }
    const answers = [
      await new Client(strict).json('POST', '/bff/login', wrong),
      await new Client(strict).json('POST', '/bff/login', unknown),
    ]
    expect(answers[0]).toBeProblem(401, 'invalid_credentials')
    expect(comparable(answers[0] ?? raise())).toEqual(comparable(answers[1] ?? raise()))
  })

  test('sends another code, after which the first is dead', async () => {
    const [person, client] = [newPerson(), new Client(strict)]
    await register(person, client)
    const first = await codeTo(strict, person.email)
    const again = await client.submit('/verify', { email: person.email }, { press: 'Send it again' })
    const nobody = await new Client(strict).submit('/verify', { email: newPerson().email }, { press: 'Send it again' })
    expect(again).toLeadTo('/verify?done=confirmation-mail')
    expect(nobody).toLeadTo('/verify?done=confirmation-mail')
    expect((await confirm(client, person, first)).text).toContain(noCode)
    expect(await confirm(client, person, await codeTo(strict, person.email))).toLeadTo('/dashboard')
  })

  test('leaves nothing of what a stranger registered before', async () => {
    const owner = newPerson()
    const stranger = { ...newPerson('Eve'), email: owner.email }
    await register(stranger)
    await register(owner)
    const code = await codeTo(strict, owner.email)
    expect(await confirm(new Client(strict), stranger, code)).toHaveStatus(400)
    expect(await confirm(new Client(strict), owner, code)).toLeadTo('/dashboard')
    expect(await new Client(strict).submit('/login', credentials(stranger))).toHaveStatus(400)
    expect(rowsOf(strict, owner.email).user).toMatchObject({ name: owner.name })
  })
})

describe('the mailbox page', () => {
  test('is not there when a mail server is set', async () => {
    const mailServer = await startMailServer()
    const mailing = await startServer({ env: { SMTP_URL: mailServer.url } })
    try {
      const page = await new Client(mailing).get('/dev/mail')
      expect(page).toHaveStatus(404)
      await mailFromServer(mailing, mailServer)
    } finally {
      await mailing.stop()
      await mailServer.close()
    }
  })

  test('is not there beyond loopback', async () => {
    const env = { APP_ORIGIN: 'https://accounts.example', APP_SECRETS: Buffer.alloc(32, 'x').toString('base64') }
    const remote = await startServer({ env: { ...env, REGISTRATION: 'instant', HOST: '127.0.0.1' } })
    try {
      const answer = await new Client(remote).request('GET', '/dev/mail', { headers: { host: 'accounts.example' } })
      expect(answer).toHaveStatus(404)
    } finally {
      await remote.stop()
    }
  })
})

/** A reset whose mail goes through a real server. */
async function mailFromServer(site: TestServer, mailServer: MailServer): Promise<void> {
  const person = await signUp(new Client(site))
  await askForReset(site, person.email)
  await mailServer.until(1)
  const raw = mailServer.received.at(-1)?.raw ?? ''
  const code = codeIn(raw.replaceAll('=\r\n', '').replaceAll('\r\n', '\n'))
  const answer = await new Client(site).submit('/reset', { code, password: phrase })
  expect(answer).toLeadTo('/login?done=password-reset')
}

describe('a mail server that', () => {
  test.each([
    ['is dead', async () => ({ url: `smtp://127.0.0.1:${await freePort()}`, close: async () => {} })],
    ['says nothing', startSilentServer],
  ])(
    '%s holds up and fails no request, and the mail comes when there is one again',
    async (_, startBroken) => {
      const broken = await startBroken()
      const mailServer = await startMailServer()
      const site = await startServer({ env: { SMTP_URL: broken.url } })
      try {
        const person = await signUp(new Client(site))
        const start = performance.now()
        expect(await askForReset(site, person.email)).toLeadTo('/reset?done=reset-mail')
        expect(performance.now() - start).toBeLessThan(5_000)
        expect(await new Client(site).get('/')).toHaveStatus(200)
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        await site.restart({ SMTP_URL: mailServer.url })
        await site.advance(2 * minute)
        await mailServer.until(1, 25_000)
        expect(mailServer.received[0]?.to).toEqual([person.email])
      } finally {
        await site.stop()
        await broken.close()
        await mailServer.close()
      }
    },
    60_000,
  )
})

test('a code is refused an hour later, and an undo a week later', async () => {
  const site = await startServer()
  try {
    const person = await signUp(new Client(site))
    await askForReset(site, person.email)
    const code = await codeTo(site, person.email)
    await site.advance(60 * minute)
    const late = await new Client(site).submit('/reset', { code, password: phrase })
    expect(late).toHaveStatus(422)
    await site.advance(8 * day)
    expect((await new Client(site).submit('/undo', { code })).text).toContain('older than a week')
  } finally {
    await site.stop()
  }
})

function raise(): never {
  throw new Error('something is missing')
}
