import {
  type CookieDescriptor,
  type CookieReading,
  clearCookie,
  cookies,
  readPairs,
  setCookie,
  splitPairs,
} from './cookies.server.ts'

type Change = { readonly descriptor: CookieDescriptor; readonly value: string | null; readonly maxAgeMs: number | null }

/** The cookies of one request and what its response changes about them. Knows them by their descriptors alone. */
export class CookieJar {
  readonly #header: string | undefined
  #pairs: readonly string[] | null = null
  readonly #readings = new Map<CookieDescriptor, CookieReading>()
  readonly #changes = new Map<string, Change>()

  /** @param header the `Cookie` header of the request. */
  constructor(header: string | undefined) {
    this.#header = header
  }

  /** Reads what the request brought, whatever was changed since. */
  read(descriptor: CookieDescriptor): CookieReading {
    const known = this.#readings.get(descriptor)
    if (known) return known
    this.#pairs ??= splitPairs(this.#header)
    const reading = readPairs(this.#pairs, descriptor)
    this.#readings.set(descriptor, reading)
    return reading
  }

  /** Returns what the browser will hold after this response; null for no cookie or one that is no value of ours. */
  valueOf(descriptor: CookieDescriptor): string | null {
    const change = this.#changes.get(descriptor.name)
    return change ? change.value : this.read(descriptor).value
  }

  /** Sets a cookie with the response. `maxAgeMs` overrides the descriptor's life; null ends it with the browser. */
  set(descriptor: CookieDescriptor, value: string, maxAgeMs: number | null = descriptor.maxAgeMs): void {
    this.#changes.set(descriptor.name, { descriptor, value, maxAgeMs })
  }

  /** Clears a cookie with the response, whether or not one came. */
  clear(descriptor: CookieDescriptor): void {
    this.#changes.set(descriptor.name, { descriptor, value: null, maxAgeMs: 0 })
  }

  /** Sees to it that the browser holds none afterwards: clears what came, and takes back what was to be set. */
  drop(descriptor: CookieDescriptor): void {
    if (this.read(descriptor).present) this.clear(descriptor)
    else this.#changes.delete(descriptor.name)
  }

  /** Takes back what was to be changed about a cookie. */
  leave(descriptor: CookieDescriptor): void {
    this.#changes.delete(descriptor.name)
  }

  /** Returns true when a cookie that opens something came twice: whose is meant cannot be known. */
  hasDuplicate(): boolean {
    return Object.values(cookies).some((each: CookieDescriptor) => !each.opensNothing && this.read(each).duplicated)
  }

  /** Returns the `Set-Cookie` values of the response. Throws `RangeError` for a value that its descriptor does not allow. */
  changes(): string[] {
    return [...this.#changes.values()].map(({ descriptor, value, maxAgeMs }) =>
      value === null ? clearCookie(descriptor) : setCookie(descriptor, value, maxAgeMs),
    )
  }
}
