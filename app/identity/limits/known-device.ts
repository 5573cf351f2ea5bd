import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '../../kernel/index.server.ts'

/**
 * A mark that a browser gets when somebody signs in on it: `kid.nonce.mac`, the mac over the nonce and the account's id
 * (OWASP, device cookies). It proves nothing but that this account was once signed in to from this browser, and buys
 * nothing but a budget of failures of its own, which strangers cannot use up.
 */
export type KnownDevices = {
  /** A new mark for the account. */
  create(accountId: string): string
  /** The nonce of the first of a browser's marks that was made for the account, or null. */
  findNonce(marks: string | null, accountId: string): string | null
}

const form = /^([0-9a-f]{8})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/
const separator = '~'
/** Accounts for which a browser stays known: people share computers, or have an account for each of their roles. */
const maxMarks = 4

/** A browser's marks with one more, the newest first; the oldest goes when there are too many. */
export function addMark(mark: string, held: string | null): string {
  const others = (held ?? '').split(separator).filter((each) => form.test(each) && each !== mark)
  return [mark, ...others].slice(0, maxMarks).join(separator)
}

export function createKnownDevices(ring: KeyRing): KnownDevices {
  const mac = (key: Parameters<typeof createHmac>[1], accountId: string, nonce: string) =>
    createHmac('sha256', key).update(`device|${nonce}|${accountId}`).digest()
  function nonceOf(mark: string, accountId: string): string | null {
    const [, kid = '', nonce = '', given = ''] = form.exec(mark) ?? []
    const key = ring.byId.get(kid)
    if (!key) return null
    return timingSafeEqual(Buffer.from(given, 'base64url'), mac(key, accountId, nonce)) ? nonce : null
  }
  return {
    create(accountId) {
      const nonce = randomBytes(16).toString('base64url')
      const { id, key } = ring.newest
      return `${id}.${nonce}.${mac(key, accountId, nonce).toString('base64url')}`
    },
    findNonce(marks, accountId) {
      const nonces = (marks ?? '').split(separator, maxMarks).map((mark) => nonceOf(mark, accountId))
      return nonces.find((nonce) => nonce !== null) ?? null
    },
  }
}
