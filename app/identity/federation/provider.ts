import { setTimeout as wait } from 'node:timers/promises'
import { importJWK } from 'jose'
import * as oidc from 'openid-client'
import { log, type ProviderSettings } from '../../kernel/index.server.ts'
import { now } from '../../kernel/index.ts'
import type { ProviderName } from './federation-service.ts'

/** Clocks of providers differ from ours by so much at most (RFC 9068, 4; OpenID Connect Core, 3.1.3.7). */
const clockToleranceSeconds = 90
const timeoutSeconds = 10
const logoutPatienceMs = 2_000
/** A provider that was down is asked again no sooner. */
const retryAfterMs = 3_000

/** What a provider's answer proved. */
export type ProvedIdentity = {
  readonly issuer: string
  readonly subject: string
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
  readonly providerSid: string | null
  readonly claims: Readonly<Record<string, unknown>>
  readonly idToken: string
  readonly tokens: GrantedTokens
}

export type GrantedTokens = {
  readonly accessToken: string
  readonly refreshToken: string | null
  /** Null when the provider does not say. */
  readonly accessExpiresAt: number | null
}

export type Redemption =
  | { kind: 'proved'; identity: ProvedIdentity }
  | { kind: 'refused' }
  | { kind: 'invalid' }
  | { kind: 'unavailable' }

/** `ended`: the provider takes the refresh token no more. Anything else says nothing about it. */
export type Refreshing = { kind: 'refreshed'; tokens: GrantedTokens } | { kind: 'ended' } | { kind: 'unavailable' }

/** One OpenID provider, spoken to through `openid-client`. Its metadata are fetched when they are first needed. */
export type Provider = {
  readonly facts: ProviderName
  readonly settings: ProviderSettings
  /** Origins that forms lead to: the issuer's, and what its metadata name once they are known. */
  listOrigins(): string[]
  /** Null when the provider cannot be reached. */
  authorize(request: { state: string; nonce: string; codeVerifier: string; redirectUri: string }): Promise<URL | null>
  redeem(returned: URL, checks: { state: string; nonce: string; codeVerifier: string }): Promise<Redemption>
  refresh(refreshToken: string, signal: AbortSignal): Promise<Refreshing>
  /** Null when it has no such endpoint, or cannot be reached. */
  findEndSessionUrl(idToken: string, postLogoutRedirectUri: string): Promise<URL | null>
  /** Issuer and keys for what it signs itself; null when it cannot be reached. */
  findKeys(): Promise<{ issuer: string; jwksUri: URL } | null>
}

export function createProvider(settings: ProviderSettings): Provider {
  const discover = createDiscovery(settings)
  const facts = { id: settings.id, name: settings.name }

  return {
    facts,
    settings,
    listOrigins() {
      const metadata = discover.known()?.serverMetadata()
      const urls = [settings.issuer, metadata?.authorization_endpoint, metadata?.end_session_endpoint]
      return [...new Set(urls.filter((url) => url !== undefined).map((url) => new URL(url).origin))]
    },

    async authorize({ state, nonce, codeVerifier, redirectUri }) {
      const config = await discover()
      if (!config) return null
      return oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scopes.join(' '),
        ...{ state, nonce, code_challenge_method: 'S256' },
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        // Without it providers give no refresh token for `offline_access` (OpenID Connect Core, 11).
        ...(settings.scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
      })
    },

    async redeem(returned, { state, nonce, codeVerifier }) {
      const config = await discover()
      if (!config) return { kind: 'unavailable' }
      try {
        const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier }
        const answer = await oidc.authorizationCodeGrant(config, returned, { ...checks, idTokenExpected: true })
        return { kind: 'proved', identity: await proved(config, answer) }
      } catch (error) {
        return { kind: judge(error, settings.id) }
      }
    },

    async refresh(refreshToken, signal) {
      const config = await discover()
      if (!config) return { kind: 'unavailable' }
      try {
        const answer = await raceAbort(oidc.refreshTokenGrant(config, refreshToken), signal)
        return { kind: 'refreshed', tokens: granted(answer, refreshToken) }
      } catch (error) {
        // RFC 6749, 5.2: only this says that the grant is gone.
        if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return { kind: 'ended' }
        judge(error, settings.id)
        return { kind: 'unavailable' }
      }
    },

    async findEndSessionUrl(idToken, postLogoutRedirectUri) {
      // Whoever signs out is not kept waiting for a provider that answers nobody: here the session ends in any case.
      const config = await Promise.race([discover(), wait(logoutPatienceMs, null, { ref: false })])
      if (!config?.serverMetadata().end_session_endpoint) return null
      return oidc.buildEndSessionUrl(config, {
        id_token_hint: idToken,
        post_logout_redirect_uri: postLogoutRedirectUri,
      })
    },

    async findKeys() {
      const metadata = (await discover())?.serverMetadata()
      if (metadata?.jwks_uri === undefined) return null
      return { issuer: metadata.issuer, jwksUri: new URL(metadata.jwks_uri) }
    },
  }
}

/** Fetches the provider's metadata once; after a failure again with the next use, a moment later. */
function createDiscovery(settings: ProviderSettings) {
  let known: oidc.Configuration | null = null
  let running: Promise<oidc.Configuration | null> | null = null
  let failedAt = Number.NEGATIVE_INFINITY

  async function fetchMetadata(): Promise<oidc.Configuration | null> {
    try {
      const isPlain = settings.issuer.startsWith('http:')
      const metadata = { [oidc.clockTolerance]: clockToleranceSeconds }
      known = await oidc.discovery(
        new URL(settings.issuer),
        settings.clientId,
        metadata,
        await authenticationOf(settings),
        {
          timeout: timeoutSeconds,
          // Signatures are checked although the answer comes over TLS: a proxy on the way proves nothing.
          execute: [oidc.enableNonRepudiationChecks, ...(isPlain ? [oidc.allowInsecureRequests] : [])],
        },
      )
      return known
    } catch (error) {
      failedAt = now()
      log.warn({ err: error, provider: settings.id }, 'the provider cannot be reached')
      return null
    } finally {
      running = null
    }
  }

  const discover = async () => {
    if (known) return known
    if (Math.abs(now() - failedAt) < retryAfterMs) return null
    running ??= fetchMetadata()
    return running
  }
  return Object.assign(discover, { known: () => known })
}

async function authenticationOf({ clientSecret, privateKey }: ProviderSettings): Promise<oidc.ClientAuth> {
  if (!privateKey) return oidc.ClientSecretBasic(clientSecret)
  const key = await importJWK(privateKey, privateKey.alg)
  if (key instanceof Uint8Array) throw new TypeError('a private key was expected')
  const kid = typeof privateKey.kid === 'string' ? { kid: privateKey.kid } : {}
  return oidc.PrivateKeyJwt({ key, ...kid })
}

async function proved(
  config: oidc.Configuration,
  answer: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>,
): Promise<ProvedIdentity> {
  const idClaims = answer.claims()
  if (!idClaims || answer.id_token === undefined) throw new TypeError('there is no ID token')
  const isWhole = typeof idClaims.email === 'string' && typeof idClaims.name === 'string'
  const hasUserInfo = config.serverMetadata().userinfo_endpoint !== undefined
  const more = isWhole || !hasUserInfo ? {} : await oidc.fetchUserInfo(config, answer.access_token, idClaims.sub)
  const claims: Record<string, unknown> = { ...more, ...idClaims }
  return {
    ...{ issuer: idClaims.iss, subject: idClaims.sub, claims, idToken: answer.id_token },
    email: textOf(claims.email),
    emailVerified: claims.email_verified === true,
    name: textOf(claims.name) ?? textOf(claims.preferred_username),
    providerSid: textOf(claims.sid),
    tokens: granted(answer, null),
  }
}

function granted(
  answer: Awaited<ReturnType<typeof oidc.refreshTokenGrant>>,
  previousRefreshToken: string | null,
): GrantedTokens {
  const seconds = answer.expiresIn()
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? previousRefreshToken,
    accessExpiresAt: seconds === undefined ? null : now() + seconds * 1_000,
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Codes of `oauth4webapi` for answers that say nothing about what was asked. */
const outages = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
])

/** What an error of the library says. Its words may hold what was sent, so only its code is logged. */
function judge(error: unknown, provider: string): 'refused' | 'invalid' | 'unavailable' {
  const code = codeOf(error)
  log.warn({ provider, code }, 'the provider gave no usable answer')
  if (error instanceof oidc.AuthorizationResponseError) return 'refused'
  if (error instanceof oidc.ResponseBodyError) return error.status >= 500 ? 'unavailable' : 'invalid'
  return error instanceof TypeError || outages.has(code) ? 'unavailable' : 'invalid'
}

function codeOf(error: unknown): string {
  const { code, error: oauthCode } = error as { code?: unknown; error?: unknown }
  if (typeof oauthCode === 'string') return oauthCode
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown'
}

function raceAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  if (signal.aborted) return Promise.reject(signal.reason)
  return Promise.race([
    work,
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
  ])
}
