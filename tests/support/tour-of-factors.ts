import { Client } from './browser-client.ts'
import { CodeApp } from './code-app.ts'
import { signedInClient } from './fixtures.ts'
import { codeTo } from './mailbox.ts'
import { addPasskey } from './own-factors.ts'
import type { Look } from './page-tour.ts'
import type { TestServer } from './server.ts'
import { SoftAuthenticator } from './soft-authenticator.ts'

/** Somebody adds an app and a passkey, is asked for them, and forgets the password. */
export async function tourOfFactors(server: TestServer, look: Look): Promise<void> {
  const { client, person } = await signedInClient(server)
  const path = '/account/security/app'
  const shown = look('the picture of an app', await client.submit(path, {}, { press: 'start' }))
  const app = new CodeApp(server, shown.html.querySelector('code.key')?.textContent ?? '')
  look('the first code refused', await client.send(shown, { code: '12 34' }))
  look('an app and recovery codes', await client.send(shown, { code: app.code() }))
  look('an app among the ways to sign in', await client.get('/account/security'))
  look('name of a passkey refused', await client.submit('/account/security/passkeys', { name: '' }))
  look('a passkey about to be made', await client.submit('/account/security/passkeys', { name: 'Phone' }))
  await addPasskey(client, new SoftAuthenticator(server.origin))
  look('a passkey among the ways to sign in', await client.get('/account/security'))
  const renaming = await client.submit('/account/security', { id: 'none', name: 'Gone' }, { press: 'Save name' })
  look('a passkey that is gone', renaming)
  look('a proof in every way', await client.get('/reauthenticate?redirectTo=/account'))
  look('new recovery codes', await client.submit('/account/security/recovery-codes', {}, { press: 'Make' }))
  look('a new password without the old one', await client.get('/account/password/new'))
  look('a new password refused', await client.submit('/account/password/new', { password: 'short' }))

  const other = new Client(server)
  await other.submit('/login', { email: person.email, password: person.password })
  const second = look('the second step', await other.get('/login/verify?redirectTo=/account'))
  look('the second step, empty', await other.send(second, { code: '' }))
  look('the second step refused', await other.send(second, { code: app.wrongCode() }))

  await new Client(server).submit('/forgot', { email: person.email })
  const code = await codeTo(server, person.email)
  const stranger = new Client(server)
  const { password } = person
  look('a reset that asks for a factor', await stranger.submit('/reset', { code, password: `${password} anew` }))
}
