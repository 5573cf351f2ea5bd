import { createHash, randomBytes } from 'node:crypto'
import { decryptText, encryptText, type KeyRing } from '../../kernel/index.server.ts'
import { isAlive, ms, now } from '../../kernel/index.ts'

/** How long the second step may take. */
export const stepLifeMs = ms('10m')
/** How long a browser is trusted. */
export const trustLifeMs = ms('30d')

/** What the password step proved: whose password, which one, and how the session is to be kept. */
export type StepClaim = {
  readonly id: string
  readonly userId: string
  readonly password: string
  readonly persistent: boolean
  /** What a provider granted, when the first step was taken there and not with a password. */
  readonly providerSessionId: string | null
  readonly expiresAt: number
}

/** Says that a second factor was shown in this browser, for an account, its password and its factors as they were. */
export type TrustClaim = {
  readonly userId: string
  readonly password: string
  readonly version: number
  readonly expiresAt: number
}

/** Which password it was, without saying anything about it: a digest of its salted hash. */
export function passwordMark(passwordHash: string): string {
  return createHash('sha256').update(`password mark|${passwordHash}`).digest('base64url').slice(0, 22)
}

/** Encrypts what the password step proved. Only the second step opens it. */
export function encryptStep(ring: KeyRing, claim: Omit<StepClaim, 'id' | 'expiresAt'>) {
  const expiresAt = now() + stepLifeMs
  const encrypted: StepClaim = { ...claim, id: randomBytes(16).toString('base64url'), expiresAt }
  return { ticket: encryptText(ring, JSON.stringify(encrypted), stepContext), expiresAt }
}

/** What a step ticket says; null when it is none of ours or has run out. */
export function decryptStep(ring: KeyRing, ticket: string): StepClaim | null {
  return decryptClaim<StepClaim>(ring, ticket, stepContext, stepLifeMs)
}

/** Encrypts that a browser is trusted for an account. */
export function encryptTrust(ring: KeyRing, claim: Pick<TrustClaim, 'userId' | 'password' | 'version'>): string {
  return encryptText(ring, JSON.stringify({ ...claim, expiresAt: now() + trustLifeMs }), trustContext)
}

/** What a mark of trust says; null when it is none of ours or has run out. */
export function decryptTrust(ring: KeyRing, mark: string): TrustClaim | null {
  return decryptClaim<TrustClaim>(ring, mark, trustContext, trustLifeMs)
}

const stepContext = 'sign-in step'
const trustContext = 'trusted browser'

function decryptClaim<Claim extends { expiresAt: number }>(
  ring: KeyRing,
  box: string,
  context: string,
  lifeMs: number,
) {
  const text = decryptText(ring, box, context)
  if (text === null) return null
  const claim = JSON.parse(text) as Claim
  return isAlive(claim.expiresAt, lifeMs) ? claim : null
}
