import type { Answer } from '../support/answer.ts'
import { Client, type ClientStyle, type RequestOptions } from '../support/browser-client.ts'
import { CookieJar, parseSetCookie } from '../support/cookie-jar.ts'
import type { Transcript } from './transcript.ts'

type Options = { who: string; style?: ClientStyle; jar?: CookieJar }

/** Keeps what a browser would drop as well: that a cookie breaks the rules is for a check to notice, not the walk's end. */
class LenientJar extends CookieJar {
  override store(setCookies: readonly string[]): void {
    for (const line of setCookies) {
      try {
        super.store([line])
      } catch {
        const { name, value } = parseSetCookie(line)
        this.put(name, value)
      }
    }
  }

  override clone(): LenientJar {
    const copy = new LenientJar()
    for (const pair of this.header()?.split('; ') ?? []) {
      const mark = pair.indexOf('=')
      copy.put(pair.slice(0, mark), pair.slice(mark + 1))
    }
    return copy
  }
}

/** A browser without scripts whose every exchange is kept for the report. */
export class AuditClient extends Client {
  readonly who: string
  readonly #transcript: Transcript

  constructor(site: { origin: string }, transcript: Transcript, { who, ...options }: Options) {
    super(site, { jar: new LenientJar(), ...options })
    this.who = who
    this.#transcript = transcript
  }

  override clone(): AuditClient {
    return new AuditClient(this.site, this.#transcript, { who: this.who, style: this.style, jar: this.jar.clone() })
  }

  override async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const cookie = this.jar.header()
    // A server may close a connection that was idle in the same moment; what is safe is asked again (RFC 9110, 9.2.2).
    const answer = await super.request(method, path, options).catch((error: NodeJS.ErrnoException) => {
      if (method !== 'GET' || error.code !== 'ECONNRESET') throw error
      return super.request(method, path, options)
    })
    this.#transcript.note(answer, {
      who: this.who,
      method,
      path,
      headers: { ...options.headers, ...(cookie === null ? {} : { cookie }) },
      body: typeof options.body === 'string' ? options.body : '',
    })
    for (const line of answer.setCookies) this.#transcript.keepSecret(parseSetCookie(line).value, 'a cookie')
    return answer
  }
}
