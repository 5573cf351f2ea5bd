import type { Answer } from './answer.ts'
import type { Client } from './browser-client.ts'
import { CodeApp } from './code-app.ts'
import type { TestServer } from './server.ts'
import type { SoftAuthenticator } from './soft-authenticator.ts'

/** Adds an authenticator app to the account that a client is signed in to; answers it with the recovery codes shown. */
export async function addApp(client: Client, server: TestServer): Promise<{ app: CodeApp; recoveryCodes: string[] }> {
  const shown = await client.submit('/account/security/app', {}, { press: 'start' })
  const app = new CodeApp(server, shown.html.querySelector('code.key')?.textContent ?? '')
  const added = await client.send(shown, { code: app.code() })
  if (!added.text.includes('Authenticator app added.')) {
    throw new Error(`adding an app failed with ${added.status}: ${added.text.slice(0, 500)}`)
  }
  return { app, recoveryCodes: recoveryCodesOn(added) }
}

/** Adds a passkey through the page, as its script does; answers the recovery codes, if any were shown. */
export async function addPasskey(client: Client, phone: SoftAuthenticator, name = 'Phone'): Promise<string[]> {
  const csrf = await client.csrf()
  const started = await client.post('/account/security/passkeys.data', { csrf, intent: 'start', name })
  const challenge = /"challenge","([\w-]+)"/.exec(started.body)?.[1] ?? ''
  const { user } = (await client.json('GET', '/bff/user')).json<{ user: { id: string } }>()
  const options = { challenge, user: { id: Buffer.from(user.id).toString('base64url') } }
  const credential = JSON.stringify(phone.register(options))
  const added = await client.post('/account/security/passkeys', { csrf, intent: 'add', name, credential })
  if (!added.isRedirect && !added.text.includes('Passkey added.')) {
    throw new Error(`adding a passkey failed with ${added.status}: ${added.text.slice(0, 500)}`)
  }
  return recoveryCodesOn(added)
}

/** What a passkey says to the question whether it is still its owner, for the session that a client is signed in to. */
export async function signProof(client: Client, phone: SoftAuthenticator): Promise<string> {
  const options = await client.json('POST', '/bff/passkeys/proof-options')
  if (options.status !== 200) throw new Error(`no challenge: ${options.status} ${options.body}`)
  return JSON.stringify(phone.prove(options.json<{ challenge: string }>()))
}

/** Answers a page that asks whether it is still its owner, in one of the ways that it shows. */
export function sendProof(
  client: Client,
  page: Answer,
  proof: 'password' | 'code' | 'passkey',
  value: string,
): Promise<Answer> {
  const form = page.html.querySelector(`form:has([name=step_up_${proof}])`)
  if (!form) throw new Error(`${page.path} (${page.status}) does not ask for a ${proof}`)
  const hidden = form
    .querySelectorAll('input[type=hidden]')
    .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? ''])
  return client.post(form.getAttribute('action') ?? '', { ...Object.fromEntries(hidden), [`step_up_${proof}`]: value })
}

/** The recovery codes that a page shows. */
export function recoveryCodesOn(page: Answer): string[] {
  return page.html.querySelectorAll('.codes code').map((code) => code.textContent)
}
