import {
  createRemoteJWKSet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
  errors as joseErrors,
  jwtVerify,
} from 'jose'
import { Problem } from '../../kernel/index.ts'
import type { Provider } from './provider.ts'

/** What a logout token says: which session at the provider, or else whose. */
export type LogoutClaim = {
  issuer: string
  jti: string
  expiresAt: number
  about: { sid: string } | { subject: string }
}

const event = 'http://schemas.openid.net/event/backchannel-logout'
const clockToleranceSeconds = 90
/** A token without `exp` is as old as this at most. */
const maxAgeSeconds = 300

/**
 * Checks logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.6). Each provider's keys are fetched when a signature
 * names one that is not known yet, and at most every half minute.
 */
export function createLogoutTokens() {
  const keySets = new Map<string, JWTVerifyGetKey>()

  async function findKeys(provider: Provider) {
    const found = await provider.findKeys()
    if (!found) throw new Problem('bad_gateway', { detail: 'The provider cannot be reached.' })
    const keys = keySets.get(provider.facts.id) ?? createRemoteJWKSet(found.jwksUri)
    keySets.set(provider.facts.id, keys)
    return { keys, issuer: found.issuer }
  }

  /** Null when the token does not hold. Throws `bad_gateway` when that cannot be told. */
  return async (provider: Provider, token: string): Promise<LogoutClaim | null> => {
    const { keys, issuer } = await findKeys(provider)
    try {
      const verified = await jwtVerify(token, keys, {
        ...{ issuer, audience: provider.settings.clientId, clockTolerance: clockToleranceSeconds },
        ...{ requiredClaims: ['iat', 'jti', 'events'], algorithms, maxTokenAge: maxAgeSeconds },
      })
      return isLogout(verified) ? claimOf(issuer, verified.payload) : null
    } catch (error) {
      if (!(error instanceof joseErrors.JWKSTimeout) && error instanceof joseErrors.JOSEError) return null
      throw new Problem('bad_gateway', { detail: "The provider's keys cannot be had.", cause: error })
    }
  }
}

/** Never `none` and nothing symmetric: the client secret is no signing key of the provider's. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** The type, where one is named, the event, and no nonce: an ID token must not pass (section 2.6, steps 5 to 7). */
function isLogout({ payload, protectedHeader: { typ } }: JWTVerifyResult): boolean {
  const isTyped = typ === undefined || /^(application\/)?(logout\+jwt|jwt)$/i.test(typ)
  const { events, nonce } = payload
  return isTyped && nonce === undefined && typeof events === 'object' && events !== null && Object.hasOwn(events, event)
}

function claimOf(issuer: string, { sub, sid, jti = '', iat = 0 }: JWTPayload): LogoutClaim | null {
  const expiresAt = (iat + maxAgeSeconds + clockToleranceSeconds) * 1_000
  if (typeof sid === 'string') return { issuer, jti, expiresAt, about: { sid } }
  return typeof sub === 'string' ? { issuer, jti, expiresAt, about: { subject: sub } } : null
}
