import type { Visitor } from '../token-service.ts'

/** What a browser gets for a use of its key: the ticket for its cookie, and the challenge for the next use. */
export type BoundTicket = {
  readonly kind: 'issued'
  /** What the browser calls the session that it holds the key for. */
  readonly bindingId: string
  readonly ticket: string
  /** How long the ticket is good, in milliseconds. */
  readonly lifeMs: number
  readonly challenge: string
}

export type BindingRefused = { readonly kind: 'refused' }

/**
 * `asked`: sign this challenge and come again; also after a proof that does not hold. `unknown`: no session is bound to
 * that, or it has ended. `off`: nothing is bound here any more.
 */
export type RefreshOutcome =
  | BoundTicket
  | { readonly kind: 'asked'; readonly bindingId: string; readonly challenge: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'off' }

/**
 * Sessions bound to a key that never leaves its device (W3C Device Bound Session Credentials). The key is all that counts
 * here: neither method needs a refresh token. Throws `Problem('unavailable')` when the store cannot answer.
 */
export type DeviceBindingService = {
  /** A challenge for the browser that a session was just given to; null while binding is off. */
  invite(sessionId: string): string | null
  /**
   * Registers the key that signed such a challenge, once for each session. `refreshToken` is what came along with the
   * proof: it may be missing, but it may not be another session's.
   */
  register(proof: string, refreshToken: string | null, visitor: Visitor): Promise<BoundTicket | BindingRefused>
  /** A new ticket for a use of the key. Each challenge is good for one. */
  refresh(bindingId: string, proof: string | null, visitor: Visitor): Promise<RefreshOutcome>
}
