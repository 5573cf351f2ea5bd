/** A cookie as a jar keeps it, with its attributes in lower case. */
export type StoredCookie = { name: string; value: string; attributes: Record<string, string | true> }

/** Reads one `Set-Cookie` value. */
export function parseSetCookie(line: string): StoredCookie {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
  const mark = pair.indexOf('=')
  const attributes: Record<string, string | true> = {}
  for (const part of rest) {
    const [name = '', value] = part.split('=', 2)
    attributes[name.toLowerCase()] = value ?? true
  }
  return { name: pair.slice(0, mark), value: pair.slice(mark + 1), attributes }
}

/**
 * The cookies of one browser for one site. Prefixed cookies that break the rules of their prefix are refused as browsers
 * refuse them. Lifetimes are not enforced: what a thief copied has no end of its own.
 */
export class CookieJar {
  readonly #cookies = new Map<string, StoredCookie>()

  /** Takes in what a response set or cleared. */
  store(setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const cookie = parseSetCookie(line)
      requirePrefixRules(cookie, line)
      if (cookie.attributes['max-age'] === '0') this.#cookies.delete(cookie.name)
      else this.#cookies.set(cookie.name, cookie)
    }
  }

  /** The `Cookie` header, or null for an empty jar. */
  header(): string | null {
    const pairs = [...this.#cookies.values()].map(({ name, value }) => `${name}=${value}`)
    return pairs.length > 0 ? pairs.join('; ') : null
  }

  find(name: string): StoredCookie | null {
    return this.#cookies.get(name) ?? null
  }

  names(): string[] {
    return [...this.#cookies.keys()]
  }

  put(name: string, value: string): void {
    this.#cookies.set(name, { name, value, attributes: {} })
  }

  clear(): void {
    this.#cookies.clear()
  }

  /** The same cookies in a jar of its own: what somebody holds who copied them. */
  clone(): CookieJar {
    const copy = new CookieJar()
    for (const cookie of this.#cookies.values()) copy.#cookies.set(cookie.name, cookie)
    return copy
  }
}

function requirePrefixRules({ name, attributes }: StoredCookie, line: string): void {
  if (!name.startsWith('__Host-')) return
  const isSound = attributes.secure === true && attributes.path === '/' && attributes.domain === undefined
  const isHttpSound = !name.startsWith('__Host-Http-') || attributes.httponly === true
  if (!isSound || !isHttpSound) throw new Error(`a browser would drop this cookie: ${line.replace(/=[^;]*/, '=…')}`)
}
