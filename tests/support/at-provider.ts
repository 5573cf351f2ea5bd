import { parse } from 'node-html-parser'
import type { Answer } from './answer.ts'
import type { Client } from './browser-client.ts'

/** Somebody's browser at the provider: its cookies there, and who they are. */
export class AtProvider {
  readonly #jar = new Map<string, string>()
  readonly #login: string

  constructor(login: string) {
    this.#login = login
  }

  /** Follows the provider's pages from the address that begins a sign-in to the one that leads back; signs in and agrees. */
  async answer(address: string): Promise<URL> {
    const begun = new URL(address)
    const target = new URL(begun.searchParams.get('redirect_uri') ?? '')
    let response = await this.#send(begun.href)
    for (let hops = 0; hops < 15; hops++) {
      const location = response.headers.get('location')
      if (location !== null) {
        const next = new URL(location, response.url || begun)
        if (next.origin === target.origin) return next
        response = await this.#send(next.href)
      } else response = await this.#agree(await response.text(), begun.origin)
    }
    throw new Error('the provider never led back')
  }

  async #agree(html: string, origin: string): Promise<Response> {
    const form = parse(html).querySelector('form')
    const prompt = form?.querySelector('input[name=prompt]')?.getAttribute('value')
    if (!form || !prompt) throw new Error(`no form at the provider: ${html.slice(0, 400)}`)
    const fields: Record<string, string> =
      prompt === 'login' ? { prompt, login: this.#login, password: 'any' } : { prompt }
    return this.#send(new URL(form.getAttribute('action') ?? '', origin).href, new URLSearchParams(fields))
  }

  async #send(url: string, body?: URLSearchParams): Promise<Response> {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: cookie === '' ? {} : { cookie },
      ...(body ? { method: 'POST', body } : {}),
    })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      if (value === '') this.#jar.delete(name)
      else this.#jar.set(name, value)
    }
    return response
  }
}

/** Presses the provider's button on the sign-in page; the address at the provider. */
export async function begin(client: Client, name = 'Acme', redirectTo = '/dashboard'): Promise<string> {
  const answer = await client.submit(
    `/login?redirectTo=${encodeURIComponent(redirectTo)}`,
    {},
    { press: `Continue with ${name}` },
  )
  if (!answer.isRedirect) throw new Error(`beginning failed with ${answer.status}: ${answer.text.slice(0, 400)}`)
  return answer.location ?? ''
}

/** Brings the provider's answer back, as a navigation from its site. */
export function comeBack(client: Client, address: URL): Promise<Answer> {
  return client.get(address.pathname + address.search, { headers: { 'sec-fetch-site': 'cross-site' } })
}

/** Signs in through the provider, all the way. */
export async function signInAtProvider(client: Client, login: string, redirectTo = '/dashboard'): Promise<Answer> {
  return comeBack(client, await new AtProvider(login).answer(await begin(client, 'Acme', redirectTo)))
}
