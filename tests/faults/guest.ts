import { Agent, type IncomingMessage, request } from 'node:http'
import { refreshCookieName } from '../support/browser-client.ts'
import { parseSetCookie } from '../support/cookie-jar.ts'

/** What became of one request of somebody who holds a ticket. */
export type Outcome =
  | { kind: 'served'; userId: string }
  /** The server says that it cannot answer at the moment (5xx). */
  | { kind: 'unavailable'; status: number }
  /** No whole answer came. */
  | { kind: 'cut'; reason: string }
  /** The server gave a verdict: this ticket signs nobody in. */
  | { kind: 'signed-out'; why: string }
  /** Anything else, which nobody expects. */
  | { kind: 'odd'; status: number; text: string }

/** Where requests go: a port of this machine, and the host that the site is known by. */
export type Door = { readonly port: number; readonly host: string; readonly fresh?: boolean }

const connections = new Agent({ keepAlive: true, maxSockets: 48 })
const patienceMs = 30_000
const diaryLength = 12

/**
 * An honest browser, reduced to what the protocol sees of it: a jar that holds one ticket and outlives everything, and
 * requests that present it. A cookie counts as stored once the head of its response has arrived, as in browsers.
 */
export class Guest {
  readonly userId: string
  ticket: string | null
  /** The latest requests: when they were sent and over, with which generation, how they ended, and which was held then. */
  readonly diary: string[] = []
  /** The jar's other cookies, as a `Cookie` header; only somebody who is not signed in needs them. */
  others = ''

  constructor(userId: string, ticket: string | null) {
    this.userId = userId
    this.ticket = ticket
  }

  /** Asks who is signed in: the cheapest request that goes through the whole guard. */
  async ask(door: Door): Promise<Outcome> {
    const [sentAt, presented] = [performance.now(), this.#generation]
    const outcome = await this.#ask(door)
    const times = `${Math.round(sentAt)} to ${Math.round(performance.now())} ms`
    this.diary.push(`${times} at ${door.port}: ${presented}, ${outcome.kind}, ${this.#generation}`)
    if (this.diary.length > diaryLength) this.diary.shift()
    return outcome
  }

  async #ask(door: Door): Promise<Outcome> {
    const answer = await this.exchange(door, 'GET', '/bff/user')
    if (answer.kind === 'cut') return answer
    const { status, text } = answer
    if (status === 200) return { kind: 'served', userId: readUserId(text) }
    if (status >= 500) return { kind: 'unavailable', status }
    if (status === 401) return { kind: 'signed-out', why: text.slice(0, 300) }
    return { kind: 'odd', status, text: text.slice(0, 300) }
  }

  /** Signs out as a script of the site does. True once the server has said that it is done. */
  async leave(door: Door): Promise<boolean> {
    const asked = await this.exchange(door, 'GET', '/bff/csrf')
    if (asked.kind === 'cut' || asked.status !== 200) return false
    // An earlier try had come through, although nobody was told: the server cleared the cookie.
    if (this.ticket === null) return true
    const { csrf } = JSON.parse(asked.text) as { csrf: string }
    const left = await this.exchange(door, 'POST', '/bff/logout', {
      'x-csrf-token': csrf,
      origin: `http://${door.host}`,
    })
    return left.kind === 'whole' && left.status < 300
  }

  /** One exchange with this jar, exactly as given. */
  exchange(
    { port, host, fresh = false }: Door,
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<{ kind: 'whole'; status: number; text: string } | { kind: 'cut'; reason: string }> {
    const cookie = this.ticket === null ? {} : { cookie: `${refreshCookieName}=${this.ticket}` }
    const own = {
      host,
      accept: 'application/json',
      'sec-fetch-site': 'same-origin',
      'user-agent': 'a guest',
      ...cookie,
    }
    const size = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    return new Promise((resolve) => {
      const cut = (error: Error) => resolve({ kind: 'cut', reason: error.message })
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          method,
          path,
          headers: { ...own, ...size, ...headers },
          agent: fresh ? false : connections,
        },
        (response) => {
          this.#keep(response)
          readWhole(response).then((text) => resolve({ kind: 'whole', status: response.statusCode ?? 0, text }), cut)
        },
      )
      outgoing.setTimeout(patienceMs, () => outgoing.destroy(new Error('no answer in time')))
      outgoing.on('error', cut)
      outgoing.end(body)
    })
  }

  get #generation(): string {
    return this.ticket?.split('.')[2] ?? 'none'
  }

  #keep(response: IncomingMessage): void {
    for (const line of response.headers['set-cookie'] ?? []) {
      const { name, value, attributes } = parseSetCookie(line)
      if (name === refreshCookieName) this.ticket = attributes['max-age'] === '0' ? null : value
      else this.others = `${name}=${value}`
    }
  }
}

async function readWhole(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  if (!response.complete) throw new Error('the answer broke off')
  return Buffer.concat(chunks).toString('utf8')
}

function readUserId(text: string): string {
  try {
    return (JSON.parse(text) as { user: { id: string } }).user.id
  } catch {
    return `not JSON: ${text.slice(0, 100)}`
  }
}
