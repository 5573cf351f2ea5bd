import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client } from '../support/browser-client.ts'
import { type CodeApp, moveClock } from '../support/code-app.ts'
import { type Person, rowsOf, signedInClient } from '../support/fixtures.ts'
import { addApp, addPasskey, sendProof, signProof } from '../support/own-factors.ts'
import { eventsOf } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { SoftAuthenticator } from '../support/soft-authenticator.ts'

// Somebody holds a session that is older than ten minutes, and wants what only a fresh proof may do.

const elevenMinutes = 11 * 60_000
const newPassword = 'seven lanterns on the quay'

type Owner = { client: Client; person: Person; app: CodeApp; phone: SoftAuthenticator; recoveryCodes: string[] }
let server: TestServer
let owner: Owner
/** The answer to a sensitive form that asks for a proof. */
let asked: Answer

beforeAll(async () => {
  server = await startServer({ env: { LIMIT_CODE_PER_ADDRESS: '1000/1h', LIMIT_SIGN_IN_PER_ADDRESS: '1000/1h' } })
})
afterAll(() => server?.stop())

async function newOwner(): Promise<Owner> {
  const { client, person } = await signedInClient(server)
  const { app, recoveryCodes } = await addApp(client, server)
  const phone = new SoftAuthenticator(server.origin)
  await addPasskey(client, phone)
  return { client, person, app, phone, recoveryCodes }
}

const removeApp = async ({ client }: Pick<Owner, 'client'>) =>
  client.send(await client.open('/account/security'), {}, { press: 'Remove the app' })

const answerWith = (field: 'password' | 'code' | 'passkey', value: string, page = asked) =>
  sendProof(owner.client, page, field, value)

const boxIn = (page: Answer) => page.html.querySelector('input[name=step_up_form]')?.getAttribute('value') ?? ''

function expectRefused(answer: Answer, field: 'password' | 'code' | 'passkey'): void {
  expect(answer.status).toBe(403)
  expect(boxIn(answer)).not.toBe('')
  if (field !== 'passkey') expect(answer.html.querySelector(`#step-up-${field}-error`)).not.toBeNull()
  else expect(answer.text).toContain('That passkey was not accepted')
  const database = server.openDatabase()
  const id = rowsOf(server, owner.person.email).user?.id
  const app = database.prepare('select 1 from totp_factors where user_id = ?').get(id)
  database.close()
  expect(app).toBeDefined()
}

beforeEach(async () => {
  owner = await newOwner()
  await moveClock(server, elevenMinutes)
  asked = await removeApp(owner)
  expect(asked.status).toBe(403)
})

describe('a proof of the right person', () => {
  test.each<['password' | 'code' | 'passkey', () => Promise<string>]>([
    ['code', async () => owner.app.code()],
    ['passkey', async () => signProof(owner.client, owner.phone)],
    ['password', async () => owner.person.password],
  ])('by %s carries out the form that waits, in a new session', async (field, prove) => {
    const before = owner.client.clone()
    const answer = await answerWith(field, await prove())
    expect(answer).toLeadTo('/account/security?done=app-removed')
    expect((await owner.client.get('/account')).status).toBe(200)
    // A minute for what was under way with the ticket of the session before.
    await moveClock(server, 61_000)
    expect((await before.get('/account')).isRedirect).toBe(true)
    expect((await owner.client.get('/account')).status).toBe(200)
    const id = rowsOf(server, owner.person.email).user?.id
    const events = await eventsOf(server, 'session.reauthenticated')
    expect(events).toContainEqual(expect.objectContaining({ actor_id: id, outcome: 'success' }))
  })
})

describe('a passkey', () => {
  test('of somebody else proves nothing, whatever it signs', async () => {
    const stranger = await newOwner()
    expectRefused(await answerWith('passkey', await signProof(stranger.client, stranger.phone)), 'passkey')
    expectRefused(await answerWith('passkey', await signProof(owner.client, stranger.phone)), 'passkey')
  })

  test('that signed once proves nothing again, in this session or the next', async () => {
    const signed = await signProof(owner.client, owner.phone)
    expect((await answerWith('passkey', signed)).isRedirect).toBe(true)
    await addApp(owner.client, server)
    await moveClock(server, elevenMinutes - 8 * 60_000)
    const again = await owner.client.post('/account/security', {
      ...{ csrf: await owner.client.csrf(), intent: 'remove-app', step_up_passkey: signed },
    })
    expectRefused(again, 'passkey')
  })

  test('that signed for another session of the same person proves nothing here', async () => {
    const elsewhere = new Client(server)
    const { challenge } = (await elsewhere.json('POST', '/bff/passkeys/sign-in-options')).json<{ challenge: string }>()
    await elsewhere.json('POST', '/bff/passkeys/sign-in', { credential: owner.phone.prove({ challenge }) })
    expectRefused(await answerWith('passkey', await signProof(elsewhere, owner.phone)), 'passkey')
  })

  test('that signed for a sign-in does not confirm, and the other way round', async () => {
    const visitor = new Client(server)
    const options = (await visitor.json('POST', '/bff/passkeys/sign-in-options')).json<{ challenge: string }>()
    expectRefused(await answerWith('passkey', JSON.stringify(owner.phone.prove(options))), 'passkey')
    const credential = JSON.parse(await signProof(owner.client, owner.phone)) as unknown
    expect(await visitor.json('POST', '/bff/passkeys/sign-in', { credential })).toBeProblem(401, 'factor_refused')
    const { email, password } = owner.person
    await visitor.json('POST', '/bff/login', { email, password })
    expect(await visitor.json('POST', '/bff/login/verify', { credential })).toBeProblem(401, 'factor_refused')
    expect(visitor.hasRefreshToken).toBe(false)
  })

  test('that answers after five minutes, without its user or to another site proves nothing', async () => {
    const late = await signProof(owner.client, owner.phone)
    await moveClock(server, 5 * 60_000)
    expectRefused(await answerWith('passkey', late), 'passkey')
    const options = (await owner.client.json('POST', '/bff/passkeys/proof-options')).json<{ challenge: string }>()
    for (const bent of [{ isUserVerified: false }, { origin: 'https://evil.example' }, { type: 'webauthn.create' }]) {
      expectRefused(await answerWith('passkey', JSON.stringify(owner.phone.prove(options, bent))), 'passkey')
    }
    for (const nonsense of ['{', 'null', '[]', '"x"', '{"id":"x"}']) {
      expectRefused(await answerWith('passkey', nonsense), 'passkey')
    }
  })

  test('is asked of nobody who has none, and of nobody who is not signed in', async () => {
    const { client } = await signedInClient(server)
    expect(await client.json('POST', '/bff/passkeys/proof-options')).toBeProblem(404, 'not_found')
    expect(await new Client(server).json('POST', '/bff/passkeys/proof-options')).toBeProblem(401, 'sign_in_required')
  })
})

describe('a code', () => {
  test('that was used proves nothing again', async () => {
    const code = owner.app.code()
    expect((await owner.client.post('/reauthenticate', await withCsrf({ step_up_code: code }))).isRedirect).toBe(true)
    await moveClock(server, elevenMinutes)
    expectRefused(await answerWith('code', code, await removeApp(owner)), 'code')
  })

  test('of somebody else proves nothing', async () => {
    const stranger = await newOwner()
    expectRefused(await answerWith('code', await stranger.app.nextCode()), 'code')
  })

  test('for a lost phone is not taken and not used up', async () => {
    for (const code of owner.recoveryCodes.slice(0, 2)) expectRefused(await answerWith('code', code), 'code')
    expect((await owner.client.get('/account/security')).text).toContain('10 of 10 left')
  })

  test('is never sent back', async () => {
    const wrong = owner.app.wrongCode()
    const answer = await answerWith('code', wrong)
    expectRefused(answer, 'code')
    expect(answer.body).not.toContain(`"${wrong}"`)
    const shown = await owner.client.post('/login/verify', await withCsrf({ code: wrong }))
    expect(shown.body).not.toContain(wrong)
  })

  test('is guessed five times, then not any more; what waits can still be confirmed in another way', async () => {
    const wrong = owner.app.wrongCode()
    for (let tries = 0; tries < 5; tries++) expectRefused(await answerWith('code', wrong), 'code')
    const refused = await answerWith('code', owner.app.code())
    expect(refused.status).toBe(429)
    expect(refused.headers['retry-after']).toBeDefined()
    const answer = await answerWith('passkey', await signProof(owner.client, owner.phone), refused)
    expect(answer).toLeadTo('/account/security?done=app-removed')
  })
})

const withCsrf = async (fields: Record<string, string>) => ({ csrf: await owner.client.csrf(), ...fields })

describe('a form that waits', () => {
  const forge = async (client: Client, path: string, box: string) =>
    client.post(path, { csrf: await client.csrf(), step_up_form: box, step_up_password: owner.person.password })

  test('for another person, another session or another address is not carried out', async () => {
    const stranger = await newOwner()
    await moveClock(server, elevenMinutes)
    const theirs = await removeApp(stranger)
    expect(await forge(owner.client, '/account/security', boxIn(theirs))).toHaveStatus(422)
    for (const path of ['/account/delete', '/account/security/app', '/reauthenticate']) {
      expect(await forge(owner.client, path, boxIn(asked)), path).toHaveStatus(422)
    }
    await owner.client.post('/reauthenticate', await withCsrf({ step_up_password: owner.person.password }))
    expect(await forge(owner.client, '/account/security', boxIn(asked))).toHaveStatus(422)
  })

  test('is not carried out without a proof, by a fresh session either', async () => {
    const fields = await withCsrf({ step_up_form: boxIn(asked) })
    expect(await owner.client.post('/account/security', fields)).toHaveStatus(403)
  })

  test('cannot be bent', async () => {
    const box = boxIn(asked)
    for (const bent of [`${box}x`, box.slice(1), box.toUpperCase(), 'nonsense', '']) {
      expect(await forge(owner.client, '/account/security', bent)).toHaveStatus(422)
    }
  })
})

describe('a new password without the present one', () => {
  const begin = () => owner.client.submit('/account/password/new', { password: newPassword })

  test('asks for a factor each time, in a fresh session too', async () => {
    await owner.client.post('/reauthenticate', await withCsrf({ step_up_password: owner.person.password }))
    const page = await begin()
    expect(page.status).toBe(403)
    expect(page.html.querySelector('input[name=step_up_password]')).toBeNull()
    const answer = await answerWith('passkey', await signProof(owner.client, owner.phone), page)
    expect(answer).toLeadTo('/account?done=password-changed')
    const { email } = owner.person
    const signedIn = await new Client(server).json('POST', '/bff/login', { email, password: newPassword })
    expect(signedIn).toBeProblem(401, 'second_factor_required')
  })

  test('is not had for the old password, or for a code of the mail kind', async () => {
    const hash = rowsOf(server, owner.person.email).user?.password_hash
    const page = await begin()
    const fields = { csrf: await owner.client.csrf(), step_up_form: boxIn(page) }
    const { password } = owner.person
    for (const [field, value] of [
      ['step_up_password', password],
      ['step_up_code', owner.recoveryCodes[0] ?? ''],
    ] as const) {
      expect(await owner.client.post('/account/password/new', { ...fields, [field]: value })).toHaveStatus(403)
    }
    expect(rowsOf(server, owner.person.email).user?.password_hash).toBe(hash)
  })

  test('is not had by somebody without a second factor', async () => {
    const { client, person } = await signedInClient(server)
    expect((await client.get('/account/password/new')).target).toBe('/forgot')
    const hash = rowsOf(server, person.email).user?.password_hash
    const csrf = await client.csrf()
    expect(await client.post('/account/password/new', { csrf, password: newPassword })).toHaveStatus(403)
    const proved = { csrf, password: newPassword, step_up_password: person.password }
    expect(await client.post('/account/password/new', proved)).toHaveStatus(403)
    expect(rowsOf(server, person.email).user?.password_hash).toBe(hash)
  })
})
