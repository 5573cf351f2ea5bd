import { randomBytes } from 'node:crypto'
import { errors, type JWTVerifyGetKey, SignJWT } from 'jose'
import type { Settings } from '../kernel/index.server.ts'
import { now, toSeconds } from '../kernel/index.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { AccessToken, Principal } from './token-service.ts'

/** The only client there is: the BFF. */
const clientId = 'cloakroom-bff'

export type AccessTokenSettings = Pick<Settings, 'APP_ORIGIN' | 'ACCESS_TOKEN_AUDIENCE' | 'ACCESS_TOKEN_TTL'>

/** Mints an access token for a principal (RFC 9068, 2), for the API unless another audience is named. Its times are whole seconds, as in the JWT. */
export async function mintAccessToken(
  keys: SigningKeys,
  settings: AccessTokenSettings,
  principal: Principal,
  audience = settings.ACCESS_TOKEN_AUDIENCE,
): Promise<AccessToken> {
  const { kid, alg, key } = await keys.getSigningKey()
  const issuedAt = toSeconds(now())
  const expiresAt = issuedAt + toSeconds(settings.ACCESS_TOKEN_TTL)
  const jwt = await new SignJWT({
    client_id: clientId,
    auth_time: toSeconds(principal.authenticatedAt),
    amr: principal.amr,
    sid: principal.sessionId,
    name: principal.name,
    email: principal.email,
    roles: principal.roles,
  })
    .setProtectedHeader({ alg, typ: 'at+jwt', kid })
    .setIssuer(settings.APP_ORIGIN)
    .setAudience(audience)
    .setSubject(principal.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .setJti(randomBytes(16).toString('base64url'))
    .sign(key)
  return { jwt, issuedAt: issuedAt * 1_000, expiresAt: expiresAt * 1_000 }
}

/**
 * Resolves the key of a JWS header among our own. A key answers for its own algorithm only (RFC 8725, 3.1); anything
 * else is jose's `JWKSNoMatchingKey`.
 */
export function createVerificationKey(keys: SigningKeys): JWTVerifyGetKey {
  return async ({ kid, alg }) => {
    const found = typeof kid === 'string' ? await keys.findVerificationKey(kid) : null
    if (!found || found.alg !== alg) throw new errors.JWKSNoMatchingKey()
    return found.key
  }
}

/**
 * Authorization server metadata (RFC 8414, 2). There is no authorization or token endpoint: refresh tokens never leave
 * the BFF. The empty lists stand there because leaving them out would mean the defaults of the RFC, which we do not offer.
 */
export function issuerMetadata({ APP_ORIGIN }: Pick<Settings, 'APP_ORIGIN'>): Record<string, unknown> {
  return {
    issuer: APP_ORIGIN,
    jwks_uri: `${APP_ORIGIN}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: [],
  }
}
