import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '../../kernel/index.server.ts'

/**
 * A mark that a browser gets when somebody signs in on it: `kid.nonce.mac`, the mac over the nonce and the account's address
 * (OWASP, device cookies). It proves nothing but that this account was once signed in to from this browser, and buys
 * nothing but a budget of failures of its own, which strangers cannot use up.
 */
export type KnownDevices = {
  /** A new mark for the account. */
  create(emailKey: string): string
  /** The nonce of a mark that was made for the account, or null. */
  findNonce(mark: string | null, emailKey: string): string | null
}

const form = /^([0-9a-f]{8})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

export function createKnownDevices(ring: KeyRing): KnownDevices {
  const mac = (key: Parameters<typeof createHmac>[1], emailKey: string, nonce: string) =>
    createHmac('sha256', key).update(`device|${nonce}|${emailKey}`).digest()
  return {
    create(emailKey) {
      const nonce = randomBytes(16).toString('base64url')
      const { id, key } = ring.newest
      return `${id}.${nonce}.${mac(key, emailKey, nonce).toString('base64url')}`
    },
    findNonce(mark, emailKey) {
      const [, kid = '', nonce = '', given = ''] = form.exec(mark ?? '') ?? []
      const key = ring.byId.get(kid)
      if (!key) return null
      return timingSafeEqual(Buffer.from(given, 'base64url'), mac(key, emailKey, nonce)) ? nonce : null
    },
  }
}
