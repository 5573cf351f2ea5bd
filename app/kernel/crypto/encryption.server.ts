import { createCipheriv, createDecipheriv } from 'node:crypto'
import { takeRandomBytes } from './random.server.ts'
import type { KeyRing } from './secrets.server.ts'

const ivLength = 12
const tagLength = 16
const form = /^([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/

/**
 * Encrypts text for ourselves (AES-256-GCM, NIST SP 800-38D): `kid.base64url(iv | tag | ciphertext)`. `context` is not in
 * the result but must be the same when it is opened: it binds the box to a purpose, a person or a session.
 */
export function encryptText(ring: KeyRing, text: string, context: string): string {
  const iv = takeRandomBytes(ivLength)
  const cipher = createCipheriv('aes-256-gcm', ring.newest.key, iv, { authTagLength: tagLength })
  cipher.setAAD(Buffer.from(context))
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `${ring.newest.id}.${Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url')}`
}

/** Opens what `encryptText` made for the same context; null for everything else. */
export function decryptText(ring: KeyRing, box: string, context: string): string | null {
  const [, kid = '', body = ''] = form.exec(box) ?? []
  const key = ring.byId.get(kid)
  const bytes = Buffer.from(body, 'base64url')
  if (!key || bytes.length < ivLength + tagLength) return null
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivLength), { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
