import { HOTP, Secret, TOTP } from 'otpauth'

/** RFC 6238 as every app knows it: SHA-1, six digits, thirty seconds. */
const algorithm = 'SHA1'
const digits = 6
const periodMs = 30_000
/** RFC 4226, 4: 160 bits. */
const secretBytes = 20
/** How many steps a phone's clock may be off, either way (RFC 6238, 5.2). */
const drift = 1

/** A new shared secret in base32. */
export function createTotpSecret(): string {
  return new Secret({ size: secretBytes }).base32
}

/** The address that an app reads from a QR picture. */
export function totpUri(secret: string, email: string): string {
  const period = periodMs / 1_000
  return new TOTP({ issuer: 'Cloakroom', label: email, secret, algorithm, digits, period }).toString()
}

/** The secret in groups of four, for people who type it. */
export function groupedKey(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret
}

/** The digits of a code as somebody typed it, or null when it is none. Apps show codes in two groups. */
export function readTotpCode(text: string): string | null {
  const code = text.replaceAll(/[\s-]/g, '')
  return /^\d{6}$/.test(code) ? code : null
}

/**
 * The time step that a code belongs to, or null. Steps up to `lastStep` are never answered, so that a code works once
 * and none that is older than the newest one used (RFC 6238, 5.2). Every step is computed and compared in constant time.
 */
export function findTotpStep(secret: string, code: string, at: number, lastStep: number): number | null {
  const current = Math.floor(at / periodMs)
  const steps = [current, current - 1, current + 1].filter((step) => Math.abs(step - current) <= drift && step >= 0)
  const matching = steps.filter(
    (step) =>
      HOTP.validate({ token: code, secret: Secret.fromBase32(secret), algorithm, digits, counter: step, window: 0 }) ===
      0,
  )
  return matching.find((step) => step > lastStep) ?? null
}
