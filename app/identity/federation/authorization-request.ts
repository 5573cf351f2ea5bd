import { decryptText, encryptText, type KeyRing } from '../../kernel/index.server.ts'
import { isAlive, ms } from '../../kernel/index.ts'
import type { LinkingPerson } from './federation-service.ts'

/** How long somebody may take at the provider. */
export const attemptLifeMs = ms('15m')

/** What must be the same when the answer comes back (RFC 9700, 2.1; RFC 7636; OpenID Connect Core, 3.1.2.1). */
export type Attempt = {
  readonly provider: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly redirectTo: string
  readonly remember: boolean
  /** For linking: who began it. Nobody else can end it. */
  readonly link: LinkingPerson | null
  readonly expiresAt: number
}

/** Encrypts an attempt for the browser that begins it; opens only together with its `state`. */
export function encryptRequest(ring: KeyRing, state: string, attempt: Attempt): string {
  return encryptText(ring, JSON.stringify(attempt), contextOf(state))
}

/** The attempt behind a state; null when it is none of ours, another one's, or too old. */
export function decryptRequest(ring: KeyRing, state: string, encrypted: string): Attempt | null {
  const text = decryptText(ring, encrypted, contextOf(state))
  if (text === null) return null
  const attempt = JSON.parse(text) as Attempt
  return isAlive(attempt.expiresAt, attemptLifeMs) ? attempt : null
}

function contextOf(state: string): string {
  return `sign-in at a provider|${state}`
}
