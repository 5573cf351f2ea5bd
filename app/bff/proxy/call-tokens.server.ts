import type { AccessToken, Principal } from '../../identity/index.server.ts'
import { ms, now } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { expiryBufferMs } from '../session/access-token.server.ts'

/** How long calls share an access token. Signing one costs as much as all else that the proxy does for a small call. */
const sharedForMs = ms('10s')

type Kept = { principal: Principal; token: Promise<AccessToken>; keptUntil: number }

const kept = new Map<string, Kept>()

/**
 * An access token for calls of one session to one audience. Calls within ten seconds share it, as long as everything that
 * is said in it stays the same: another role or name is another token. `rejected` is the JWT of one that the service refused.
 */
export async function getCallToken(
  principal: Principal,
  audience: string,
  rejected: string | null,
): Promise<AccessToken> {
  const key = `${principal.sessionId} ${audience}`
  const found = kept.get(key)
  if (found && found.keptUntil > now() && saysTheSame(found.principal, principal)) {
    const token = await found.token
    if (token.jwt !== rejected && token.expiresAt - now() > expiryBufferMs(token.expiresAt - token.issuedAt))
      return token
    // Somebody else may have replaced it during the await.
    const current = kept.get(key)
    if (current && current !== found && saysTheSame(current.principal, principal)) return current.token
  }
  const token = getConfiguration().tokens.mintAccessToken(principal, audience)
  const entry = { principal, token, keptUntil: now() + sharedForMs }
  keep(key, entry)
  token.catch(() => kept.get(key) === entry && kept.delete(key))
  return token
}

/** Whether a token for one says what a token for the other would. */
function saysTheSame(one: Principal, other: Principal): boolean {
  for (const name in one) {
    const [mine, yours] = [one[name as keyof Principal], other[name as keyof Principal]]
    if (mine !== yours && String(mine) !== String(yours)) return false
  }
  return true
}

function keep(key: string, entry: Kept): void {
  // The oldest stand first, and all are kept for as long.
  for (const [oldest, { keptUntil }] of kept) {
    if (keptUntil > now()) break
    kept.delete(oldest)
  }
  kept.delete(key)
  kept.set(key, entry)
}
