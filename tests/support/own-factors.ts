import type { Answer } from './answer.ts'
import type { Client } from './browser-client.ts'
import { CodeApp } from './code-app.ts'
import type { TestServer } from './server.ts'

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

/** The recovery codes that a page shows. */
export function recoveryCodesOn(page: Answer): string[] {
  return page.html.querySelectorAll('.codes code').map((code) => code.textContent)
}
