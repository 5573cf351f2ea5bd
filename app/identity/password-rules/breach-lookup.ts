import { createHash } from 'node:crypto'
import { log } from '../../kernel/index.server.ts'

/** Whether a password is known from breaches. Answers `false` when nobody can tell; never throws. */
export type BreachLookup = (password: string) => Promise<boolean>

const prefixLength = 5
const limitMs = 1_000
const maxBytes = 256 * 1_024
const line = /^([0-9A-F]{35}):(\d{1,12})$/

/**
 * Asks a range service by k-anonymity: five digits of the SHA-1 go out, all that begin with them come back, padded so
 * that their number says nothing. Fails open, with a log line that holds neither the password nor the five digits.
 */
export function createBreachLookup(rangeUrl: string): BreachLookup {
  const base = rangeUrl.replace(/\/*$/, '/')
  return async (password) => {
    const digest = createHash('sha1').update(password.normalize('NFC')).digest('hex').toUpperCase()
    try {
      const range = await fetchRange(base + digest.slice(0, prefixLength))
      return isListed(range, digest.slice(prefixLength))
    } catch (error) {
      log.warn({ fault: faultOf(error) }, 'the breach lookup gave no answer; the password was taken without it')
      return false
    }
  }
}

class RangeFault extends Error {}

async function fetchRange(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { 'Add-Padding': 'true', 'User-Agent': 'cloakroom' },
    redirect: 'error',
    signal: AbortSignal.timeout(limitMs),
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new RangeFault(`status ${response.status}`)
  }
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > maxBytes) throw new RangeFault('too long')
  }
  return text
}

/** Lines of padding have the count 0. A page that is no list at all is a fault, not a clean bill. */
function isListed(range: string, suffix: string): boolean {
  const lines = range.split(/\r?\n/).filter(Boolean)
  const entries = lines.map((text) => line.exec(text.toUpperCase()))
  if (lines.length === 0 || entries.includes(null)) throw new RangeFault('not a range')
  return entries.some((entry) => entry?.[1] === suffix && Number(entry[2]) > 0)
}

/** A name for what went wrong. Messages of `fetch` are left out: some repeat the address. */
function faultOf(error: unknown): string {
  if (error instanceof RangeFault) return error.message
  if (!(error instanceof Error)) return 'unknown'
  const { code } = (error.cause ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : error.name
}
