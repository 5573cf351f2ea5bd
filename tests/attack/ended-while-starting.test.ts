import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { inDepth } from '../support/depth.ts'
import { newPerson, type Person, rowsOf, signedInClient, signUp } from '../support/fixtures.ts'
import { codeTo } from '../support/mailbox.ts'
import { startServer, type TestServer } from '../support/server.ts'

// Requests that end sessions and requests that start some, sent at once to the built server. Which comes first is the
// machine's affair; what is true afterwards is not. `integration/ending-against-starting` has every pair, with no luck in it.

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

const rounds = Array.from({ length: inDepth(12, 4) }, (_, index) => index + 1)

const livingOf = ({ email }: Person) => rowsOf(server, email).sessions.filter(({ revoked_at }) => revoked_at === null)

/** What a page asks of which only somebody signed in gets an answer, and what they would begin to add a factor with. */
async function isSignedIn(client: Client): Promise<boolean[]> {
  const user = await client.json('GET', '/bff/user')
  const page = await client.get('/account/security/app')
  return [user.status !== 401, !page.target?.startsWith('/login') && !page.target?.startsWith('/reauthenticate')]
}

describe('a reset against sign-ins with the old password', () => {
  test.each(rounds)('leaves none of them signed in (round %i)', async () => {
    const person = await signUp(new Client(server))
    await new Client(server).submit('/forgot', { email: person.email })
    const code = await codeTo(server, person.email)
    const owner = new Client(server)
    const page = await owner.open('/reset')
    const thieves = [new Client(server), new Client(server), new Client(server)]
    const signIn = (client: Client) => client.json('POST', '/bff/login', person)
    const reset = owner.send(page, { code, password: newPerson().password })
    const answers = await Promise.all(thieves.map(signIn))
    expect((await reset).isRedirect).toBe(true)
    // Those that came wholly before have been ended since; the others are told that the password is wrong.
    expect(answers.map(({ status }) => status).filter((status) => ![200, 401].includes(status))).toEqual([])
    expect(livingOf(person)).toEqual([])
    for (const thief of thieves) expect(await isSignedIn(thief)).toEqual([false, false])
  })
})

describe('a sign-out against a confirmation under way', () => {
  test.each(rounds)('leaves no session, and no fresh proof (round %i)', async () => {
    const { client, person } = await signedInClient(server)
    const other = client.clone()
    const csrf = await client.csrf()
    const page = await client.open('/reauthenticate')
    const confirmed = client.send(page, { step_up_password: person.password }, { press: 'Confirm' })
    const signedOut = await other.post('/logout', { csrf })
    const { status } = await confirmed
    expect(signedOut.isRedirect).toBe(true)
    expect(status).toBeLessThan(500)
    expect(livingOf(person)).toEqual([])
    for (const each of [client, other]) expect(await isSignedIn(each)).toEqual([false, false])
  })
})
