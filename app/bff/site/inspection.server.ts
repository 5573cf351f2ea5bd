import {
  type AccessInspection,
  type BrowserInspection,
  type SandboxRun,
  type SandboxScenario,
  type SessionInspection,
  sandboxScenarios,
  verifiedAccess,
} from '../../contract/index.ts'
import type { Principal, SessionFacts } from '../../identity/index.server.ts'
import { type EventType, ms, now, Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { attributes, type CookieName, cookies, measureCookies } from '../cookies/cookies.server.ts'
import { getRequestContext } from '../request/request-context.server.ts'
import type { ApiClient } from '../session/api-client.server.ts'
import { visitorOf } from '../session/session.server.ts'

/** What this browser sent along with the request at hand. */
export function inspectBrowser(): BrowserInspection {
  const { own, otherBytes } = measureCookies(getRequestContext().head.headers.cookie)
  const keys = Object.keys(cookies) as CookieName[]
  const inspected = keys.map((key) => {
    const { name, purpose, maxAgeMs } = cookies[key]
    return { key, name, purpose, attributes: attributes(cookies[key]), maxAgeMs, bytes: own.get(key) ?? null }
  })
  return { cookies: inspected, otherBytes }
}

/** Types that a session's own history is made of. */
const timelineTypes: readonly EventType[] = [
  'session.rotated',
  'session.straggler',
  'session.reuse',
  'session.fast_forward',
  'session.revoked',
  'session.reauthenticated',
  'session.refused',
  'session.bound',
  'session.unproved',
  'binding.refused',
  'csrf.refused',
  'access.refused',
  'request.refused',
]
const timelineMs = ms('1d')
const timelineLength = 20

/** A session's row, and what was recorded of it within a day, newest first: by every process, since both are the store's. */
export async function inspectSession(
  { userId: personId, sessionId }: Principal,
  session: SessionFacts,
): Promise<SessionInspection> {
  const { accounts, events } = getConfiguration()
  const { rotateAfterMs, reuseGraceMs, idleMs } = accounts.sandbox.rules
  const at = now()
  const { items } = await events.list({
    ...{ personId, sessionId, types: timelineTypes, limit: timelineLength },
    fromAt: Math.max(session.createdAt - ms('1m'), at - timelineMs),
  })
  const { generation, rotatedAt, confirmedAt, lastSeenAt, expiresAt } = session
  const dueAt = rotatedAt + rotateAfterMs
  return {
    ...{ at, session, events: items },
    idleEndsAt: Math.min(lastSeenAt + idleMs, expiresAt),
    rotatesAt: generation === 0 || confirmedAt === null ? dueAt : Math.max(dueAt, confirmedAt + reuseGraceMs),
  }
}

/**
 * What the API read from the access token that was minted for the request at hand. The API is asked because a client
 * does not read access tokens (RFC 9068, section 6). Null for an API that does not tell.
 */
export async function inspectAccess(api: ApiClient): Promise<AccessInspection | null> {
  const answer = await api.get('/users/me/access', verifiedAccess).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'not_found') return null
    throw error
  })
  const accessToken = await getRequestContext().accessToken
  if (!answer || !accessToken) return null
  const { issuedAt, expiresAt } = accessToken
  return { ...answer, issuedAt, expiresAt, at: now() }
}

/** The scenario of that name; anything else is a damaged form. */
export function requireScenario(name: unknown): SandboxScenario {
  const scenario = sandboxScenarios.find((each) => each === name)
  if (scenario) return scenario
  throw new Problem('malformed_request', { detail: 'The form did not say what to show.' })
}

/** Plays a scenario in a sandbox. Throws `too_many_requests`. */
export async function playScenario({ userId }: Principal, scenario: SandboxScenario): Promise<SandboxRun> {
  const run = await getConfiguration().accounts.sandbox.run(userId, scenario, visitorOf(getRequestContext()))
  if (run.kind === 'ran') return run
  const { retryAfterSeconds } = run
  throw new Problem('too_many_requests', { detail: 'That is enough for a while.', retryAfterSeconds })
}
