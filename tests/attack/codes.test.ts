import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, rowsOf, signedInClient, signIn } from '../support/fixtures.ts'
import { codeTo } from '../support/mailbox.ts'
import { startServer, type TestServer } from '../support/server.ts'

const phrase = 'seven lanterns on the quay'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

async function codeForReset(email: string): Promise<string> {
  await new Client(server).submit('/forgot', { email })
  return codeTo(server, email, 'Choose a new password')
}

describe('a code of one purpose', () => {
  test('that confirms an address chooses no new password', async () => {
    const { client, person } = await signedInClient(server)
    await client.submit('/account/address', {}, { press: 'Confirm this address' })
    const code = await codeTo(server, person.email, 'Confirm your address')
    const before = rowsOf(server, person.email).user?.password_hash
    expect(await new Client(server).submit('/reset', { code, password: phrase })).toHaveStatus(422)
    expect(rowsOf(server, person.email).user?.password_hash).toBe(before)
  })

  test('that chooses a new password changes no address and undoes none', async () => {
    const { client, person } = await signedInClient(server)
    const email = newPerson().email
    await client.submit('/account/address', { email, current: person.password }, { press: 'Send a code' })
    const code = await codeForReset(person.email)
    expect(await client.submit('/account/address', { code }, { press: 'Use the new address' })).toHaveStatus(422)
    expect(await new Client(server).submit('/undo', { code })).toHaveStatus(422)
    expect(rowsOf(server, email).user).toBeNull()
    expect(rowsOf(server, person.email).user).not.toBeNull()
  })
})

describe('a change of address', () => {
  test('commits only when the new address confirms, and until then the old one signs in', async () => {
    const { client, person } = await signedInClient(server)
    const email = newPerson().email
    await client.submit('/account/address', { email, current: person.password }, { press: 'Send a code' })
    expect(rowsOf(server, email).user).toBeNull()
    await signIn(new Client(server), person)
    const code = await codeTo(server, email)
    expect((await client.submit('/account/address', { code }, { press: 'Use the new address' })).isRedirect).toBe(true)
    expect(rowsOf(server, email).user).not.toBeNull()
    expect(rowsOf(server, person.email).user).toBeNull()
  })

  test('is not carried out by whoever else holds the code', async () => {
    const { client, person } = await signedInClient(server)
    const thief = await signedInClient(server)
    const email = newPerson().email
    await client.submit('/account/address', { email, current: person.password }, { press: 'Send a code' })
    const code = await codeTo(server, email)
    const answer = await thief.client.submit('/account/address', { code }, { press: 'Use the new address' })
    expect(answer).toHaveStatus(422)
    expect(rowsOf(server, email).user).toBeNull()
  })
})
