import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import type { Role } from '../contract/index.ts'
import type { PasswordRefused } from './password-rules/password-refusals.ts'

/** Who a request acts for, fresh from the store: a changed role or name shows on the very next request. */
export type Principal = {
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly sessionId: string
  /** RFC 8176 authentication method references, such as `pwd`. */
  readonly amr: readonly string[]
  /** When the person last proved who they are, in milliseconds. */
  readonly authenticatedAt: number
  /**
   * The session that the request's ticket is of, where `sessionId` has taken its place just now; missing otherwise. Such a
   * request may do nothing sensitive, whatever its proof of identity says.
   */
  readonly replacedSessionId?: string
}

/** What a page may say about a session. Times in milliseconds. */
export type SessionFacts = {
  readonly id: string
  readonly generation: number
  readonly createdAt: number
  readonly rotatedAt: number
  readonly confirmedAt: number | null
  readonly lastSeenAt: number
  /** The absolute end. Idle sessions end sooner. */
  readonly expiresAt: number
  readonly persistent: boolean
  readonly agent: string
  readonly address: string
  /**
   * The key of a device that the session is bound to (DBSC); null for most. `proof`: when the key was last used, as far as
   * this request shows.
   */
  readonly binding: {
    readonly boundAt: number
    readonly proof: { readonly issuedAt: number; readonly expiresAt: number } | null
  } | null
  /** An admin who has the rights of a user, because their session is not bound or did not show it. */
  readonly isAdminWithheld: boolean
}

/** A refresh token for the browser to keep, and how long its cookie may live. */
export type Ticket = { readonly refreshToken: string; readonly expiresAt: number; readonly persistent: boolean }

/** Where a request comes from, as recorded with sessions and events. */
export type Visitor = { readonly address: string; readonly agent: string }

/** Too many tries. `retryAfterSeconds` is null when waiting does not help: the password must be reset. */
export type Throttled = {
  kind: 'throttled'
  reason: 'account' | 'address' | 'reset-required'
  retryAfterSeconds: number | null
}

/** What the second step of a sign-in can be done with. */
export type StepMethods = { readonly totp: boolean; readonly passkey: boolean; readonly recoveryCode: boolean }

/** The password was right. `ticket` is for the browser to keep; it opens nothing but the second step. */
export type SecondFactorRequired = {
  kind: 'second-factor-required'
  ticket: string
  expiresAt: number
  methods: StepMethods
}

export type StartedSession = { kind: 'signed-in'; principal: Principal; session: SessionFacts; ticket: Ticket }
/** `deviceMark` is what this browser should keep to be known for the account, or null when it already has it. */
export type SignedIn = StartedSession & { deviceMark: string | null }
/**
 * `address-unconfirmed`: the password is right, but nobody has proved yet that the address is theirs.
 * `password-reset-required`: it is right, but an admin asked for another one.
 */
export type SignInResult =
  | SignedIn
  | Throttled
  | SecondFactorRequired
  | { kind: 'invalid-credentials' }
  | { kind: 'account-disabled' }
  | { kind: 'password-reset-required' }
  | { kind: 'address-unconfirmed' }
/** `mail-sent`: the same answer for free and taken addresses; what goes on is in the mail. */
export type RegisterResult = SignedIn | Throttled | PasswordRefused | { kind: 'email-taken' } | { kind: 'mail-sent' }

/** Why a presented refresh token signs nobody in. */
export type RefusalReason =
  | ('malformed' | 'unknown' | 'revoked')
  | ('idle' | 'expired' | 'reuse' | 'disabled' | 'too-many')

export type Presentation =
  | {
      kind: 'signed-in'
      principal: Principal
      session: SessionFacts
      /** The token that the browser must keep from now on; null when it already has the right one. */
      ticket: Ticket | null
    }
  | {
      kind: 'refused'
      reason: RefusalReason
      /** The session ended less than a minute ago: the ticket of one that follows it may be on its way to the browser. */
      isRecent?: true
    }
  /** The session lives, but is bound to a key, and nothing shows that this browser has it. Nothing was changed. */
  | { kind: 'unproved' }

export type AccessToken = { readonly jwt: string; readonly issuedAt: number; readonly expiresAt: number }

/**
 * What the BFF asks of an issuer. The embedded one is `createIssuer`; another one can stand in its place.
 *
 * Outcomes that are expected are results. A store that cannot answer throws `Problem('unavailable')`, a full Argon2
 * queue `Problem('busy')`; neither says anything about a session, so neither may clear a cookie.
 */
export type TokenService = {
  /** Creates an account and signs it in; where addresses are confirmed first, sends a mail instead. The password is judged before it is hashed and before the address is looked up. `replaces` is the refresh token this browser held: its session ends. */
  register(
    input: { name: string; email: string; password: string },
    visitor: Visitor,
    replaces: string | null,
  ): Promise<RegisterResult>
  /**
   * Checks a password and starts a new session. Unknown address and wrong password differ in nothing, time included.
   * The try is counted before the password is looked at; `deviceMark` is what this browser kept from an earlier sign-in,
   * `trustMark` what it kept from a second step. Where a second factor is missing no session starts.
   */
  signIn(
    input: { email: string; password: string; remember: boolean },
    visitor: Visitor,
    replaces: string | null,
    deviceMark?: string | null,
    trustMark?: string | null,
  ): Promise<SignInResult>
  /**
   * Proves once more that the person of a session is there. The password counts against the same limits as at sign-in;
   * when it is right the session is replaced by a new one (NIST SP 800-63B-4, 5.2) whose proof is fresh.
   */
  reauthenticate(
    principal: Principal,
    password: string,
    visitor: Visitor,
    held: { refreshToken: string | null; deviceMark: string | null; persistent: boolean },
  ): Promise<SignInResult>
  /** Validates a refresh token and rotates it when due. A prefetch never rotates. `boundTicket` is for bound sessions. */
  present(
    refreshToken: string,
    options: { prefetch: boolean; visitor: Visitor; boundTicket?: string | null },
  ): Promise<Presentation>
  /**
   * Who a session stands for at this moment; null once it has ended in any way, or its account is disabled. Changes nothing and
   * is no use of the session. What has been begun with a proof of a device's key needs no further one.
   */
  findPrincipal(sessionId: string): Promise<Principal | null>
  /** Ends the session behind a refresh token, and one that has just taken its place, for good. Silent about tokens that mean nothing. */
  signOut(refreshToken: string, visitor: Visitor): Promise<void>
  /** Mints an access token (RFC 9068) for one request; for the API, unless `audience` names another service. */
  mintAccessToken(principal: Principal, audience?: string): Promise<AccessToken>
  /** The public key set (RFC 7517), the next key included. */
  keySet(): Promise<JSONWebKeySet>
  /** Resolves the key of a JWS header among our own, for a verifier in the same process. */
  readonly verificationKey: JWTVerifyGetKey
  /** Authorization server metadata (RFC 8414). */
  metadata(): Record<string, unknown>
}
