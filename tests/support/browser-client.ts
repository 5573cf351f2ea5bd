import { Agent, type IncomingMessage, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { Answer } from './answer.ts'
import { CookieJar } from './cookie-jar.ts'
import { type Fields, type FormChoice, fillForm } from './page-form.ts'

export const refreshCookieName = '__Host-Http-cloakroom'

type Site = { readonly origin: string }
/** `browser` sends what Chromium sends along; `plain` sends neither Origin nor fetch metadata, like curl. */
export type ClientStyle = 'browser' | 'plain'

export type RequestOptions = {
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** The response is lost on its way: its cookies are not stored. */
  drop?: boolean
}

const agentName =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36'
const connections = new Agent({ keepAlive: true, maxSockets: 64 })

/** A browser without scripts: keeps cookies, follows redirects when asked to, fills in the forms of pages. */
export class Client {
  readonly site: Site
  readonly style: ClientStyle
  readonly jar: CookieJar
  /** Every answer so far, redirects included: what a leak scan reads. */
  readonly history: Answer[] = []

  constructor(site: Site, options: { style?: ClientStyle; jar?: CookieJar } = {}) {
    this.site = site
    this.style = options.style ?? 'browser'
    this.jar = options.jar ?? new CookieJar()
  }

  /** Somebody who holds a copy of this browser's cookies. */
  clone(): Client {
    return new Client(this.site, { style: this.style, jar: this.jar.clone() })
  }

  /** The refresh token in the jar. Throws when there is none. */
  get refreshToken(): string {
    const cookie = this.jar.find(refreshCookieName)
    if (!cookie) throw new Error('this browser holds no refresh token')
    return cookie.value
  }

  get hasRefreshToken(): boolean {
    return this.jar.find(refreshCookieName) !== null
  }

  get(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.request('GET', path, { ...options, headers: { ...this.#navigation('none'), ...options.headers } })
  }

  /** Opens a page and follows up to ten redirects. */
  async open(path: string): Promise<Answer> {
    return this.follow(await this.get(path))
  }

  async follow(answer: Answer): Promise<Answer> {
    let current = answer
    for (let hops = 0; current.isRedirect; hops++) {
      if (hops === 10) throw new Error(`too many redirects, the last one to ${current.location}`)
      current = await this.get(
        new URL(current.location ?? '/', new URL(current.path, this.site.origin)).href.slice(this.site.origin.length),
      )
    }
    return current
  }

  /** Opens a page, fills in its form and sends it. The answer is not followed. */
  async submit(path: string, fields: Fields, choice: FormChoice = {}): Promise<Answer> {
    return this.send(await this.open(path), fields, choice)
  }

  /** Fills in the form of a page that was opened before and sends it. */
  send(page: Answer, fields: Fields, choice: FormChoice = {}, options: RequestOptions = {}): Promise<Answer> {
    const form = fillForm(page, fields, choice)
    return this.post(form.action, form.fields, options)
  }

  /** Posts a form as given. */
  post(path: string, fields: Fields, options: RequestOptions = {}): Promise<Answer> {
    return this.request('POST', path, {
      body: new URLSearchParams(fields).toString(),
      ...options,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...this.#navigation('same-origin'),
        ...(this.style === 'browser' ? { origin: this.site.origin, referer: `${this.site.origin}/` } : {}),
        ...options.headers,
      },
    })
  }

  /** Calls a JSON endpoint as a script of the site would: unsafe methods fetch a CSRF value first. */
  async json(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer> {
    const headers = this.#scripting(method)
    if (method !== 'GET') headers['x-csrf-token'] = await this.csrf()
    if (body !== undefined) headers['content-type'] = 'application/json'
    return this.request(method, path, {
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...options,
      headers: { ...headers, ...options.headers },
    })
  }

  async csrf(): Promise<string> {
    const answer = await this.json('GET', '/bff/csrf')
    return answer.json<{ csrf: string }>().csrf
  }

  /** One exchange, exactly as given. */
  async request(method: string, path: string, { headers = {}, body, drop }: RequestOptions = {}): Promise<Answer> {
    const cookie = this.jar.header()
    const answer = await exchange(this.site.origin, method, path, {
      headers: { 'user-agent': agentName, ...(cookie === null ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    })
    this.history.push(answer)
    if (!drop) this.jar.store(answer.setCookies)
    return answer
  }

  #scripting(method: string): Record<string, string> {
    const accept = 'application/json'
    if (this.style === 'plain') return { accept }
    const fetched = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
    return method === 'GET' ? { accept, ...fetched } : { accept, ...fetched, origin: this.site.origin }
  }

  #navigation(site: 'none' | 'same-origin'): Record<string, string> {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
    if (this.style === 'plain') return { accept }
    return { accept, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  }
}

/** Sends one request and reads its response to the end; no cookies, no redirects, no headers of its own. */
export function exchange(
  origin: string,
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Answer> {
  const { headers, body } = options
  const { hostname, port, protocol } = new URL(origin)
  const isSecure = protocol === 'https:'
  const send = isSecure ? requestSecurely : request
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const outgoing = send(
      { hostname, port, method, path, headers: { ...length, ...headers }, ...(isSecure ? {} : { agent: connections }) },
      (response) => readAnswer(path, response).then(resolve, reject),
    )
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The server gave up a kept connection at the moment when it was to be used again: browsers ask anew as well.
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET'
      if (isStale) exchange(origin, method, path, options).then(resolve, reject)
      else reject(error)
    })
    outgoing.end(body)
  })
}

async function readAnswer(path: string, response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return new Answer(path, response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString('utf8'))
}
