import type { SecondFactorRequired, SignedIn, Throttled, Visitor } from '../token-service.ts'

export type ProviderName = { readonly id: string; readonly name: string }

/** An account at a provider that a person signs in with. Times in milliseconds. */
export type LinkedIdentity = {
  readonly id: string
  readonly provider: ProviderName
  readonly email: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

/** Who links another account to theirs, from which session. */
export type LinkingPerson = { readonly userId: string; readonly sessionId: string }

/**
 * A sign-in that waits for the provider's answer. `encrypted` is for the browser to keep under `state`, which comes back
 * with the answer; `url` is where the browser goes.
 */
export type AttemptBegun = {
  kind: 'begun'
  url: string
  state: string
  encrypted: string
  expiresAt: number
}

export type ProviderFault =
  /** It cannot be reached, or answers with faults of its own. Nothing is known about anybody. */
  | { kind: 'provider-unavailable'; provider: ProviderName }
  /** Its answer does not hold: wrong nonce, signature, issuer, time, or a code that it does not know. */
  | { kind: 'provider-answer-invalid'; provider: ProviderName }

export type AttemptRefused =
  /** None of ours, of another browser, too old, or used. */
  | { kind: 'attempt-invalid' }
  /** The person said no there, or the provider did. */
  | { kind: 'provider-refused'; provider: ProviderName }
  | ProviderFault
  | { kind: 'account-disabled' }
  /** The provider does not say that it has checked the address. */
  | { kind: 'address-unverified'; provider: ProviderName }
  /** The address has an account here: its owner signs in there and links the two. */
  | { kind: 'address-taken'; provider: ProviderName }
  /** Nobody here knows them, and this provider creates no accounts. */
  | { kind: 'registration-closed'; provider: ProviderName }
  /** That account at the provider belongs to somebody else here. */
  | { kind: 'identity-taken'; provider: ProviderName }
  | { kind: 'too-many-identities' }
  /** Linking needs an address here that is confirmed. */
  | { kind: 'own-address-unconfirmed' }

export type FederatedSignIn = SignedIn & { redirectTo: string }
export type AttemptResult =
  | FederatedSignIn
  | (SecondFactorRequired & { redirectTo: string })
  | { kind: 'linked'; provider: ProviderName; redirectTo: string }
  | Throttled
  | AttemptRefused

/** What a browser holds as the provider's answer comes back. */
export type HeldAtReturn = {
  readonly refreshToken: string | null
  readonly deviceMark: string | null
  readonly trustMark: string | null
  /** The session that the browser is in, for linking. */
  readonly sessionId: string | null
}

/**
 * Sign-in through OpenID providers (OpenID Connect Core 1.0, code flow; RFC 7636, RFC 9207, RFC 9700). The issuer's own
 * accounts and sessions stay what they are: a provider only proves who somebody is.
 */
export type FederationService = {
  readonly providers: readonly ProviderName[]
  /** Where forms may lead to, for the content security policy: the origins that are known so far. */
  listFormOrigins(): string[]
  begin(input: {
    providerId: string
    redirectTo: string
    remember: boolean
    link: LinkingPerson | null
  }): Promise<AttemptBegun | ProviderFault | { kind: 'unknown-provider' }>
  /** Takes the provider's answer. An attempt is good for once, in the browser that began it. */
  complete(
    input: { providerId: string; encrypted: string | null; returned: URL },
    visitor: Visitor,
    held: HeldAtReturn,
  ): Promise<AttemptResult>
  list(userId: string): Promise<LinkedIdentity[]>
  /** `last-way-in`: without it nobody could sign in to the account any more. */
  unlink(
    person: LinkingPerson,
    identityId: string,
    visitor: Visitor,
  ): Promise<{ kind: 'unlinked' } | { kind: 'not-found' } | { kind: 'last-way-in' }>
  /** Where to end the provider's own session too (OpenID Connect RP-Initiated Logout 1.0); null when there is none. */
  findLogoutUrl(sessionId: string): Promise<string | null>
  /**
   * The provider says that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0): their sessions end.
   * False when the logout token does not hold or was used before. Throws `bad_gateway` when its keys cannot be had.
   */
  endByLogoutToken(providerId: string, logoutToken: string, visitor: Visitor): Promise<boolean>
  /**
   * The provider's access token for a session, refreshed when due: one process at a time. `ended`: the provider takes the
   * refresh token no more (`invalid_grant`), so the session ends. Throws `bad_gateway` or `gateway_timeout` on faults,
   * which say nothing about the session.
   */
  getAccessToken(
    sessionId: string,
    visitor: Visitor,
  ): Promise<{ kind: 'token'; accessToken: string } | { kind: 'none' } | { kind: 'ended' }>
}
