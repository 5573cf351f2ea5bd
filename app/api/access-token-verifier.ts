import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import * as z from 'zod'
import { type Role, roles } from '../contract/index.ts'
import { now, Problem, toSeconds } from '../kernel/index.ts'
import { invalidToken } from './bearer.ts'
import { type VerifiedJws, verifyCompactJws } from './compact-jws.ts'

/** Who calls, as the access token says. It is as old as the token: what must be fresh is read from the store. */
export type Caller = {
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly roles: readonly Role[]
  /** The session behind the token, when the issuer names one. */
  readonly sessionId: string | undefined
  readonly clientId: string
  /** Distinguishes this access token from every other one of its issuer. */
  readonly tokenId: string
  /** In milliseconds, like every time. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** What was verified, as it stood in the access token: header and claims, without the signature. */
  readonly verified: { readonly alg: string; readonly kid: string | undefined; readonly claims: JWTPayload }
}

/** Says who presents an access token, or throws `Problem`: `invalid_token` (401) or `unavailable` (503). */
export type VerifyAccessToken = (accessToken: string) => Promise<Caller>

export type VerifierOptions = {
  /** The exact `iss`. */
  issuer: string
  /** The value that `aud` must hold. */
  audience: string
  /** Finds the key for a header: the issuer's own in the same process, or `createRemoteKeys`. */
  keys: JWTVerifyGetKey
}

const text = z.string().min(1)

/** Roles that this API does not know say nothing here; they do not make a token invalid. */
const knownRoles = z
  .array(z.string())
  .transform((given) => given.filter((role): role is Role => (roles as readonly string[]).includes(role)))

const claimsForm = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.unknown())]),
  nbf: z.number().optional(),
  sub: text,
  email: text,
  name: z.string(),
  roles: knownRoles,
  sid: text.optional(),
  client_id: text,
  jti: text,
  iat: z.number(),
  exp: z.number(),
})

/** Clocks differ by so many seconds. */
const leewaySeconds = 5

/**
 * A verifier of access tokens as RFC 9068, section 4, asks: `typ` exactly `at+jwt`, a signature by an allowed algorithm
 * and a known key, exact `iss`, our `aud`, `exp` and `nbf` with five seconds of leeway, every required claim present.
 */
export function createAccessTokenVerifier({ issuer, audience, keys }: VerifierOptions): VerifyAccessToken {
  const findKey = separateFaults(keys)
  return async (accessToken) => {
    const verified = await requireSigned(accessToken, findKey)
    if (verified.header.typ !== 'at+jwt') throw invalidToken()
    const parsed = claimsForm.safeParse(verified.claims)
    if (!parsed.success) throw invalidToken()
    const { iss, aud, nbf, exp } = parsed.data
    if (iss !== issuer || !(Array.isArray(aud) ? aud.includes(audience) : aud === audience)) throw invalidToken()
    const nowSeconds = toSeconds(now())
    if (nbf !== undefined && nbf > nowSeconds + leewaySeconds) throw invalidToken()
    if (exp <= nowSeconds - leewaySeconds) throw invalidToken('The access token has expired')
    return toCaller(parsed.data, verified)
  }
}

async function requireSigned(accessToken: string, findKey: JWTVerifyGetKey): Promise<VerifiedJws> {
  try {
    return await verifyCompactJws(accessToken, findKey)
  } catch (error) {
    if (error instanceof errors.JOSEError) throw invalidToken()
    throw error
  }
}

/**
 * The key set of an issuer elsewhere: fetched when first needed, kept for ten minutes, fetched again at most every 30
 * seconds for a key that is not in it. So a flood of unknown key ids costs the issuer next to nothing.
 */
export function createRemoteKeys(url: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(url), { timeoutDuration: 3_000, cooldownDuration: 30_000, cacheMaxAge: 600_000 })
}

function toCaller(parsed: z.infer<typeof claimsForm>, { header, claims }: VerifiedJws): Caller {
  return {
    userId: parsed.sub,
    email: parsed.email,
    name: parsed.name,
    roles: parsed.roles,
    sessionId: parsed.sid,
    clientId: parsed.client_id,
    tokenId: parsed.jti,
    issuedAt: parsed.iat * 1_000,
    expiresAt: parsed.exp * 1_000,
    verified: { alg: header.alg, kid: header.kid, claims },
  }
}

/** Keys that cannot be had are our fault (503): calling the token invalid (401) would send a person to sign in. */
function separateFaults(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, input) => {
    try {
      return await keys(header, input)
    } catch (error) {
      if (error instanceof Problem || isFaultOfToken(error)) throw error
      throw new Problem('unavailable', {
        detail: 'The keys that access tokens are checked with cannot be had at the moment.',
        retryAfterSeconds: 5,
        cause: error,
      })
    }
  }
}

function isFaultOfToken(error: unknown): boolean {
  const kinds = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported, errors.JWSInvalid]
  return kinds.some((kind) => error instanceof kind)
}
