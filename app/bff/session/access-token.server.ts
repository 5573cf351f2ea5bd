import type { AccessToken, Principal } from '../../identity/index.server.ts'
import { now } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import type { RequestContext } from '../request/request-context.server.ts'

/**
 * How much life an access token must have left to be used, in milliseconds: a quarter of lifetimes under five minutes
 * but at least 5 s; of longer ones a tenth, at least 10 s and at most 300 s.
 */
export function expiryBufferMs(lifetimeMs: number): number {
  if (lifetimeMs < 300_000) return Math.max(lifetimeMs / 4, 5_000)
  return Math.min(Math.max(lifetimeMs / 10, 10_000), 300_000)
}

/** The access token of this request: minted on first use, again when it runs out, gone with the response. */
export async function getAccessToken(context: RequestContext, principal: Principal): Promise<AccessToken> {
  const current = await context.accessToken
  if (current && current.expiresAt - now() > expiryBufferMs(current.expiresAt - current.issuedAt)) return current
  return renewAccessToken(context, principal, current)
}

/** Mints another token unless something in this request has already replaced `rejected`. */
export async function renewAccessToken(
  context: RequestContext,
  principal: Principal,
  rejected: AccessToken | null,
): Promise<AccessToken> {
  const current = context.accessToken
  if (current && (await current) !== rejected) return current
  // Another loader may have started minting during the await.
  if (context.accessToken && context.accessToken !== current) return context.accessToken
  context.accessToken = getConfiguration().tokens.mintAccessToken(principal)
  return context.accessToken
}
