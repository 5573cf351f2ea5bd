import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '../../kernel/index.server.ts'
import { ms } from '../../kernel/index.ts'

const label = 'cloakroom bound ticket'
/** `kid.issuedAt.expiresAt.mac`: times in base 36, so that the cookie stays short. */
const form = /^([0-9a-f]{8})\.([0-9a-z]{1,9})\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{43})$/
/** By how much the clock of the process that issued a ticket may be ahead. */
const leewayMs = ms('1m')

/** When a browser last used its key, and until when that holds. Times in milliseconds. */
export type BoundProof = { readonly issuedAt: number; readonly expiresAt: number }

/** A ticket says that the key behind `bindingId` was used at `issuedAt`. Nothing is stored: it authenticates itself. */
export function signBoundTicket(ring: KeyRing, bindingId: string, { issuedAt, expiresAt }: BoundProof): string {
  const [issued, expires] = [issuedAt.toString(36), expiresAt.toString(36)]
  const mac = computeMac(ring.newest.key, bindingId, issued, expires)
  return `${ring.newest.id}.${issued}.${expires}.${mac.toString('base64url')}`
}

/**
 * What a ticket says, if it was made here for `bindingId`; null for everything else. Whether it has run out is not judged.
 * A clock that was set back must not make it live longer than `lifeMs`.
 */
export function verifyBoundTicket(
  ring: KeyRing,
  bindingId: string,
  ticket: string,
  { lifeMs, at }: { lifeMs: number; at: number },
): BoundProof | null {
  const [, kid = '', issued = '', expires = '', mac = ''] = form.exec(ticket) ?? []
  const key = ring.byId.get(kid)
  const given = Buffer.from(mac, 'base64url')
  if (!key || given.length !== 32) return null
  if (!timingSafeEqual(given, computeMac(key, bindingId, issued, expires))) return null
  const proof = { issuedAt: Number.parseInt(issued, 36), expiresAt: Number.parseInt(expires, 36) }
  return proof.expiresAt <= at + lifeMs + leewayMs ? proof : null
}

function computeMac(key: KeyObject, bindingId: string, issued: string, expires: string): Buffer {
  return createHmac('sha256', key).update(`${label}|${bindingId}|${issued}|${expires}`).digest()
}
