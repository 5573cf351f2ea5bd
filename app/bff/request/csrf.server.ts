import { createHmac, timingSafeEqual } from 'node:crypto'
import { takeRandomBytes } from '../../kernel/index.server.ts'
import { getConfiguration } from '../configuration.server.ts'
import { cookies } from '../cookies/cookies.server.ts'
import type { RequestContext } from './request-context.server.ts'

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

/** Whom a value is right for, and by which key. */
type Finding = { subject: string; keyId: string }

/**
 * Values that were found to be right: a script sends the same one with every call, and what is right once stays so for as
 * long as its key is in use. The oldest stand first.
 */
const known = new Map<string, Finding>()
const mostKnown = 1_000

/** True when `value` was made for one of `subjects` with any of the current keys. Compared in constant time. */
export function isCsrfTokenOf(value: string, subjects: readonly string[]): boolean {
  const before = known.get(value)
  if (before) return subjects.includes(before.subject) && getConfiguration().csrfKeys.byId.has(before.keyId)
  const found = findSubject(value, subjects)
  if (found) keepKnown(value, found)
  return found !== null
}

function keepKnown(value: string, finding: Finding): void {
  for (const oldest of known.keys()) {
    if (known.size < mostKnown) break
    known.delete(oldest)
  }
  known.set(value, finding)
}

function findSubject(value: string, subjects: readonly string[]): Finding | null {
  if (!/^[A-Za-z0-9_-]{64}$/.test(value)) return null
  const bytes = Buffer.from(value, 'base64url')
  const salt = bytes.subarray(0, saltLength)
  const given = bytes.subarray(saltLength)
  for (const [keyId, key] of getConfiguration().csrfKeys.byId) {
    const subject = subjects.find((each) => timingSafeEqual(given, mac(key, each, salt)))
    if (subject !== undefined) return { subject, keyId }
  }
  return null
}

/** The subject of a signed-in person's forms. */
export function sessionSubject(sessionId: string): string {
  return `session:${sessionId}`
}

/** The subject of the forms of somebody who is not signed in; issues the pre-session cookie when there is none. */
export function getPreSessionSubject(context: RequestContext): string {
  const held = context.cookies.valueOf(cookies.preSession)
  if (held !== null) return `pre:${held}`
  const given = takeRandomBytes(16).toString('base64url')
  context.cookies.set(cookies.preSession, given)
  return `pre:${given}`
}

/** The subject behind the pre-session cookie that the request brought, or null. */
export function findPreSessionSubject(context: RequestContext): string | null {
  const { value } = context.cookies.read(cookies.preSession)
  return value === null ? null : `pre:${value}`
}

function mac(key: Parameters<typeof createHmac>[1], subject: string, salt: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`csrf|${subject}|`).update(salt).digest().subarray(0, macLength)
}
