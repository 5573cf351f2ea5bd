import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod'
import { isOpenToAll } from './file-modes.server.ts'
import { httpUrl, isLoopback } from './setting-kinds.server.ts'

const name = z.string().trim().min(1).max(60)

const provider = z
  .strictObject({
    /** Stands in addresses and in the store: it must never change. */
    id: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be up to 31 small letters, digits and dashes'),
    /** What people read on the button. */
    name,
    issuer: httpUrl,
    clientId: z.string().min(1).max(200),
    /** `client_secret_basic`; or else `privateKey`, as a JWK with its `alg`, for `private_key_jwt` (RFC 7523). */
    clientSecret: z.string().min(16, 'must have at least 16 characters').optional(),
    privateKey: z.looseObject({ kty: z.string(), alg: z.enum(['ES256', 'RS256', 'PS256', 'EdDSA']) }).optional(),
    scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default(['openid', 'email', 'profile']),
    /** Whether somebody whom nobody here knows gets an account. */
    registration: z.enum(['create', 'refuse']).default('create'),
    /** Who is an admin: people in whose claim one of these values stands. Left out, roles are given here. */
    roles: z.strictObject({ claim: z.string().min(1), admin: z.array(z.string().min(1)).min(1) }).optional(),
  })
  .refine(({ clientSecret, privateKey }) => (clientSecret === undefined) !== (privateKey === undefined), {
    error: 'needs either clientSecret or privateKey',
    path: ['clientSecret'],
  })
  .refine(({ issuer }) => issuer.startsWith('https:') || isLoopback(new URL(issuer).hostname), {
    error: 'must be https beyond loopback',
    path: ['issuer'],
  })
  .refine(({ scopes }) => scopes.includes('openid'), { error: 'must hold openid', path: ['scopes'] })

const file = z.strictObject({ providers: z.array(provider).max(20) }).refine(
  ({ providers }) => {
    return new Set(providers.map(({ id }) => id)).size === providers.length
  },
  { error: 'has two entries of one id', path: ['providers'] },
)

/** An OpenID provider as the settings name it. */
export type ProviderSettings = z.infer<typeof provider>

/**
 * The providers of `PROVIDERS_FILE` and every reason why they cannot be used. The file holds secrets, so nobody but its
 * owner and group may read it.
 */
export function readProviders(
  written: string | undefined,
  folder: string,
): { providers: readonly ProviderSettings[]; reasons: string[] } {
  if (written === undefined) return { providers: [], reasons: [] }
  const path = resolve(folder, written)
  const refuse = (reason: string) => ({ providers: [], reasons: [`PROVIDERS_FILE ${path} ${reason}`] })
  let parsed: ReturnType<typeof file.safeParse>
  try {
    if (isOpenToAll(path)) return refuse('can be read by everybody: chmod 640 it')
    parsed = file.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (error instanceof SyntaxError) return refuse('is not JSON')
    return refuse(`cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  if (parsed.success) return { providers: parsed.data.providers, reasons: [] }
  const reasons = parsed.error.issues.map(({ path: at, message }) => `PROVIDERS_FILE: ${at.join('.')} ${message}`)
  return { providers: [], reasons }
}
