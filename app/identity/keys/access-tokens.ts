import { errors, type JWTVerifyGetKey } from 'jose'
import { type Settings, signBytes, takeRandomBytes } from '../../kernel/index.server.ts'
import { now, toSeconds } from '../../kernel/index.ts'
import type { AccessToken, Principal } from '../token-service.ts'
import type { Key } from './signing-key-material.ts'
import type { SigningAlgorithm, SigningKeys } from './signing-keys.ts'

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
  const claims = {
    client_id: clientId,
    auth_time: toSeconds(principal.authenticatedAt),
    amr: principal.amr,
    sid: principal.sessionId,
    name: principal.name,
    email: principal.email,
    roles: principal.roles,
    iss: settings.APP_ORIGIN,
    aud: audience,
    sub: principal.userId,
    iat: issuedAt,
    exp: expiresAt,
    jti: takeRandomBytes(16).toString('base64url'),
  }
  const jwt = signCompact({ alg, typ: 'at+jwt', kid }, claims, key)
  return { jwt, issuedAt: issuedAt * 1_000, expiresAt: expiresAt * 1_000 }
}

/** A JWS in compact form (RFC 7515, 7.1). */
function signCompact(header: { alg: SigningAlgorithm; typ: string; kid: string }, claims: object, key: Key): string {
  const input = `${encode(header)}.${encode(claims)}`
  const signature = signBytes(header.alg === 'ES256' ? 'sha256' : null, Buffer.from(input, 'latin1'), key)
  return `${input}.${signature.toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
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
