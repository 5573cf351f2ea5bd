import { createHmac, timingSafeEqual } from 'node:crypto'
import { takeRandomBytes } from '../kernel/index.server.ts'
import { getConfiguration } from './configuration.server.ts'
import type { Exchange } from './exchange.server.ts'

/** The form field and the header that carry the value. */
export const csrfField = 'csrf'
export const csrfHeader = 'x-csrf-token'

const saltLength = 16
const macLength = 32

/**
 * A value that only a page of this browser's session can hold: `salt || HMAC-SHA-256(key, subject | salt)`. The salt is
 * new each time, so that compression beside reflected input gives nothing away (BREACH).
 */
export function createCsrfToken(subject: string): string {
  const salt = takeRandomBytes(saltLength)
  return Buffer.concat([salt, mac(getConfiguration().csrfKeys.newest.key, subject, salt)]).toString('base64url')
}

/**
 * Values that were found to be right, and for whom: a script sends the same one with every call, and what is right once
 * stays so as long as this process has its keys. The oldest stand first.
 */
const known = new Map<string, string>()
const mostKnown = 1_000

/** True when `value` was made for one of `subjects` with any of the current keys. Compared in constant time. */
export function isCsrfTokenOf(value: string, subjects: readonly string[]): boolean {
  const subject = known.get(value)
  if (subject !== undefined) return subjects.includes(subject)
  const found = findSubject(value, subjects)
  if (found !== undefined) keepKnown(value, found)
  return found !== undefined
}

function keepKnown(value: string, subject: string): void {
  for (const oldest of known.keys()) {
    if (known.size < mostKnown) break
    known.delete(oldest)
  }
  known.set(value, subject)
}

function findSubject(value: string, subjects: readonly string[]): string | undefined {
  if (!/^[A-Za-z0-9_-]{64}$/.test(value)) return undefined
  const bytes = Buffer.from(value, 'base64url')
  const salt = bytes.subarray(0, saltLength)
  const given = bytes.subarray(saltLength)
  const keys = [...getConfiguration().csrfKeys.byId.values()]
  return subjects.find((subject) => keys.some((key) => timingSafeEqual(given, mac(key, subject, salt))))
}

/** The subject of a signed-in person's forms. */
export function sessionSubject(sessionId: string): string {
  return `session:${sessionId}`
}

/** The subject of the forms of somebody who is not signed in; issues the pre-session cookie when there is none. */
export function getPreSessionSubject(exchange: Exchange): string {
  if (exchange.preSession.value !== null) return `pre:${exchange.preSession.value}`
  if (typeof exchange.preSessionDecision !== 'string')
    exchange.preSessionDecision = takeRandomBytes(16).toString('base64url')
  return `pre:${exchange.preSessionDecision}`
}

/** The subject behind the pre-session cookie that the request brought, or null. */
export function findPreSessionSubject(exchange: Exchange): string | null {
  return exchange.preSession.value === null ? null : `pre:${exchange.preSession.value}`
}

function mac(key: Parameters<typeof createHmac>[1], subject: string, salt: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`csrf|${subject}|`).update(salt).digest().subarray(0, macLength)
}
