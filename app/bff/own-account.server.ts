import { type Project, pageOf, project } from '../contract/index.ts'
import type { Principal } from '../identity/index.server.ts'
import { now, Problem } from '../kernel/index.ts'
import { listActivity } from './activity.server.ts'
import type { ApiClient } from './api-client.server.ts'
import { getConfiguration } from './configuration.server.ts'
import { getExchange } from './exchange.server.ts'
import { signOut, visitorOf } from './session.server.ts'
import { requireStillAdmitted } from './still-admitted.server.ts'

const eventsAtOnce = 500
const projectsAtOnce = 100

/**
 * Everything that is kept about a person, for them to take along: what the issuer, the API and the record of events
 * know. No hash, key, code or refresh token is among it. Times are written out (ISO 8601, UTC).
 */
export async function collectOwnData(principal: Principal, api: ApiClient): Promise<Record<string, unknown>> {
  const { accounts, origin, record } = getConfiguration()
  const records = await accounts.own.read(principal.userId)
  if (!records) throw new Problem('sign_in_required')
  const projects = [...(await listProjects(api, 'false')), ...(await listProjects(api, 'true'))]
  const waysToSignIn = await accounts.factors.overview(principal.userId)
  const accountsElsewhere = await accounts.federation.list(principal.userId)
  const events = await listEvents(principal)
  const { userId: actorId, sessionId } = principal
  record({ type: 'account.exported', outcome: 'success', actorId, sessionId, ...visitorOf(getExchange()) })
  return withWrittenTimes({
    site: origin,
    exportedAt: now(),
    ...records,
    waysToSignIn,
    accountsElsewhere,
    projects,
    events,
  }) as Record<string, unknown>
}

/** Deletes the account of this person and signs the browser out. `last-admin`: nothing happened. */
export async function deleteOwnAccount({ userId }: Principal): Promise<'deleted' | 'last-admin'> {
  const exchange = getExchange()
  const outcome = await getConfiguration().accounts.own.delete(userId, visitorOf(exchange))
  if (outcome === 'last-admin') return outcome
  await signOut(exchange)
  return 'deleted'
}

async function listProjects(api: ApiClient, archived: 'true' | 'false'): Promise<Project[]> {
  const found: Project[] = []
  for (let page = 1; ; page++) {
    const query = { archived, page, limit: projectsAtOnce }
    await requireStillAdmitted(getExchange())
    const { items } = await api.get('/projects', pageOf(project), { query })
    found.push(...items)
    if (items.length < projectsAtOnce) return found
  }
}

async function listEvents(principal: Principal) {
  const found = []
  let before: number | undefined
  do {
    await requireStillAdmitted(getExchange())
    const slice = await listActivity(principal, undefined, before, eventsAtOnce)
    found.push(...slice.items)
    before = slice.next ?? undefined
  } while (before !== undefined)
  return found
}

/** A copy in which every number that is named as a moment is a date and time. */
function withWrittenTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withWrittenTimes)
  if (typeof value !== 'object' || value === null) return value
  const isMoment = (name: string, part: unknown) => typeof part === 'number' && /(^at|At)$/.test(name)
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      isMoment(name, part) ? new Date(part as number).toISOString() : withWrittenTimes(part),
    ]),
  )
}
