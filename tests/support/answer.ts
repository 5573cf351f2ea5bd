import type { IncomingHttpHeaders } from 'node:http'
import { type HTMLElement, parse } from 'node-html-parser'

/** A whole response, read to its end. */
export class Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The path that was asked for, as sent. */
  readonly path: string

  constructor(path: string, status: number, headers: IncomingHttpHeaders, body: string) {
    this.path = path
    this.status = status
    this.headers = headers
    this.body = body
  }

  get setCookies(): string[] {
    return this.headers['set-cookie'] ?? []
  }

  get location(): string | null {
    return this.headers.location ?? null
  }

  get isRedirect(): boolean {
    return this.status >= 300 && this.status < 400 && this.location !== null
  }

  json<Shape = Record<string, unknown>>(): Shape {
    return JSON.parse(this.body) as Shape
  }

  get html(): HTMLElement {
    return parse(this.body)
  }

  /** The visible text of the page's main part, with single spaces. */
  get text(): string {
    const page = this.html
    for (const hidden of page.querySelectorAll('script, style')) hidden.remove()
    return decodeEntities((page.querySelector('body') ?? page).textContent)
      .replaceAll(/\s+/g, ' ')
      .trim()
  }

  /** Path and query of where a redirect leads. */
  get target(): string | null {
    if (this.location === null) return null
    const url = new URL(this.location, 'http://own.invalid')
    return url.host === 'own.invalid' ? url.pathname + url.search : this.location
  }

  /** Everything that reached the browser, head and body: what a leak scan reads. */
  get bytes(): string {
    return `${this.status}\n${JSON.stringify(this.headers)}\n\n${this.body}`
  }
}

/** Text as a reader sees it, from text as the page writes it. */
export function decodeEntities(text: string): string {
  return text
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
