import type { Server } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { AtProvider, comeBack, signInAtProvider } from '../support/at-provider.ts'
import { Client } from '../support/browser-client.ts'
import { newPerson, signedInClient } from '../support/fixtures.ts'
import { type OpenIdProvider, startFederated } from '../support/openid-provider.ts'
import type { TestServer } from '../support/server.ts'
import type { StoreConnection } from '../support/store-connection.ts'

let server: TestServer
let provider: OpenIdProvider
let stop: () => Promise<void>
let aside: StoreConnection
beforeAll(async () => {
  ;({ server, provider, stop } = await startFederated())
  aside = server.openDatabase()
})
afterEach(() => {
  provider.fault = null
})
afterAll(async () => {
  aside.close()
  await stop()
})

test('a thief whose linking is under way at the provider gets no way in once the owner has confirmed and chosen a new password', async () => {
  provider.accounts.set('thief', { email: 'thief@example.com', email_verified: true, name: 'Thief' })
  const { client: owner, person } = await signedInClient(server)
  aside.prepare('update users set email_verified_at = 1 where email = ? returning id').all(person.email)
  // A copy of the ticket, within ten minutes of the sign-in.
  const thief = owner.clone()
  const begun = await thief.submit('/account/security', {}, { press: 'Link an account of Acme' })
  const back = await new AtProvider('thief').answer(begun.location ?? '')

  // The provider takes its time with the code.
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let reached = () => {}
  const isAsked = new Promise<void>((resolve) => {
    reached = resolve
  })
  let holds = true
  provider.fault = (request, response) => {
    if (!holds || !request.url?.startsWith('/token')) return false
    holds = false
    reached()
    void released.then(() => {
      provider.fault = null
      const all = (request.socket as unknown as { server: Server }).server
      all.emit('request', request, response)
    })
    return true
  }
  const linking = comeBack(thief, back)
  await isAsked
  // Meanwhile the owner confirms that it is them, and chooses another password.
  expect((await owner.submit('/reauthenticate', { step_up_password: person.password })).isRedirect).toBe(true)
  const password = newPerson().password
  expect((await owner.submit('/account/password', { current: person.password, password })).isRedirect).toBe(true)
  expect(await owner.get('/account')).toHaveStatus(200)
  release()
  const _answer = await linking
  const later = new Client(server)
  const _entered = await signInAtProvider(later, 'thief')
  const page = await later.get('/account')
  expect(page.text.includes(person.email)).toBe(false)
})
