import { pageOf, project } from '../../contract/index.ts'
import type { Principal } from '../../identity/index.server.ts'
import { now, Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { requireStillAdmitted } from '../guard/still-admitted.server.ts'
import { getRequestContext, type RequestContext } from '../request/request-context.server.ts'
import type { ApiClient } from '../session/api-client.server.ts'
import { signOut, visitorOf } from '../session/session.server.ts'
import { toStream } from '../site/event-export.server.ts'
import { listActivity } from './activity.server.ts'

const eventsAtOnce = 200
const projectsAtOnce = 100
const sessionsAtOnce = 200
const mailsAtOnce = 200

/**
 * Everything that is kept about a person, for them to take along: what the issuer, the API and the record of events
 * know. No hash, key, code or refresh token is among it. Times are written out (ISO 8601, UTC). The file is written
 * while it is read, part by part, so that its size is no matter; a fault in the middle breaks it off.
 */
export async function collectOwnData(principal: Principal, api: ApiClient): Promise<ReadableStream<Uint8Array>> {
  const { accounts, origin, record } = getConfiguration()
  const records = await accounts.own.read(principal.userId)
  if (!records) throw new Problem('sign_in_required')
  const { userId: actorId, sessionId } = principal
  const single = {
    site: origin,
    exportedAt: now(),
    ...records,
    waysToSignIn: await accounts.factors.overview(actorId),
    accountsElsewhere: await accounts.federation.list(actorId),
  }
  const context = getRequestContext()
  const readSessions = (offset: number) => accounts.own.listSessions(actorId, offset, sessionsAtOnce)
  const lists = {
    sessions: inParts(context, readSessions, sessionsAtOnce),
    projects: projectsOf(context, api),
    mails: inParts(context, (offset) => accounts.own.listMails(actorId, offset, mailsAtOnce), mailsAtOnce),
    events: eventsOf(context, principal),
  }
  // What the API refuses, it refuses before the first byte.
  const projects = await startOf(lists.projects)
  record({ type: 'account.exported', outcome: 'success', actorId, sessionId, ...visitorOf(context) })
  return toStream(writeData(single, { ...lists, projects }))
}

/** Deletes the account of this person and signs the browser out. `last-admin`: nothing happened. */
export async function deleteOwnAccount({ userId }: Principal): Promise<'deleted' | 'last-admin'> {
  const context = getRequestContext()
  const outcome = await getConfiguration().accounts.own.delete(userId, visitorOf(context))
  if (outcome === 'last-admin') return outcome
  await signOut(context)
  return 'deleted'
}

type Parts = AsyncIterable<readonly unknown[]>

/** One JSON object: the single facts, and each list as it comes. */
async function* writeData(single: Record<string, unknown>, lists: Record<string, Parts>): AsyncGenerator<string> {
  yield JSON.stringify(withWrittenTimes(single), null, 2).replace(/\n}$/, '')
  for (const [name, parts] of Object.entries(lists)) {
    yield `,\n  ${JSON.stringify(name)}: [`
    let isFirst = true
    for await (const part of parts) {
      if (part.length === 0) continue
      yield (isFirst ? '' : ',') + part.map((item) => `\n    ${JSON.stringify(withWrittenTimes(item))}`).join(',')
      isFirst = false
    }
    yield isFirst ? ']' : '\n  ]'
  }
  yield '\n}\n'
}

/** A list whose first part is there already. */
async function startOf<Item>(parts: AsyncGenerator<readonly Item[]>): Promise<AsyncGenerator<readonly Item[]>> {
  const first = await parts.next()
  return (async function* () {
    if (!first.done) yield first.value
    yield* parts
  })()
}

/** Looks before each part at whether it is still for the person who asked. */
async function* inParts<Item>(
  context: RequestContext,
  read: (offset: number) => Promise<readonly Item[]>,
  atOnce: number,
) {
  for (let offset = 0; ; offset += atOnce) {
    await requireStillAdmitted(context)
    const part = await read(offset)
    yield part
    if (part.length < atOnce) return
  }
}

async function* projectsOf(context: RequestContext, api: ApiClient) {
  for (const archived of ['false', 'true']) {
    const read = async (offset: number) => {
      const query = { archived, page: offset / projectsAtOnce + 1, limit: projectsAtOnce }
      return (await api.get('/projects', pageOf(project), { query })).items
    }
    yield* inParts(context, read, projectsAtOnce)
  }
}

async function* eventsOf(context: RequestContext, principal: Principal) {
  let before: number | undefined
  do {
    await requireStillAdmitted(context)
    const slice = await listActivity(principal, undefined, before, eventsAtOnce)
    yield slice.items
    before = slice.next ?? undefined
  } while (before !== undefined)
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
