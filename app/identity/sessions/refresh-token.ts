import { createHmac, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '../../kernel/index.server.ts'

const label = 'cloakroom refresh token'
const maxLength = 200
/** Leaves room for a successor, so that counting on never leaves the safe integers. */
const maxGeneration = Number.MAX_SAFE_INTEGER - 1
// `kid.sid.generation.mac`: 8 hex digits; 16 bytes; a whole number without leading zeros; 32 bytes. The last letter of
// each base64url part is limited to those whose spare bits are zero, so that one token has exactly one spelling.
const form = /^([0-9a-f]{8})\.([A-Za-z0-9_-]{21}[AQgw])\.(0|[1-9]\d{0,15})\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/

/** What an authentic refresh token says: which session, and how often its token had been replaced. */
export type RefreshClaim = { readonly sessionId: string; readonly generation: number }

/** A new session id: 128 random bits (ASVS 7.2.3), base64url. */
export function createSessionId(): string {
  return randomBytes(16).toString('base64url')
}

/**
 * The refresh token of one generation of a session, signed with the newest key. Deterministic: whoever replaces a
 * generation arrives at the same successor, so nothing secret is stored to answer a retry.
 */
export function signRefreshToken(ring: KeyRing, { sessionId, generation }: RefreshClaim): string {
  const mac = computeMac(ring.newest.key, sessionId, String(generation))
  return `${ring.newest.id}.${sessionId}.${generation}.${mac}`
}

/**
 * Reads a refresh token. Null for anything that this installation did not sign: bad form, unknown key, wrong mac.
 * Costs no query, and compares the mac in constant time.
 */
export function verifyRefreshToken(ring: KeyRing, text: string): RefreshClaim | null {
  if (text.length > maxLength) return null
  const [, kid = '', sessionId = '', digits = '', mac = ''] = form.exec(text) ?? []
  const key = ring.byId.get(kid)
  const generation = Number(digits)
  if (!key || generation > maxGeneration) return null
  // As it is spelled, since the form allows one spelling: cheaper than bytes, which Node allocates outside its pool.
  if (!timingSafeEqual(Buffer.from(computeMac(key, sessionId, digits)), Buffer.from(mac))) return null
  return { sessionId, generation }
}

function computeMac(key: KeyObject, sessionId: string, digits: string): string {
  return createHmac('sha256', key).update(`${label}|${sessionId}|${digits}`).digest('base64url')
}
