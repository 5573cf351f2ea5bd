import * as z from 'zod'
import { type ChangeUserInput, changeUserInput, type ManagedUser, paging, userSearch } from '../contract/index.ts'
import { readJsonObject, wholeJson } from '../http/index.server.ts'
import { now, Problem, type RecordEvent } from '../kernel/index.ts'
import type { ProjectStore } from './project-store.ts'
import { parseInput, parseQuery } from './request-input.ts'
import type { SessionStore } from './session-store.ts'
import type { ApiCall, Resource } from './shell.ts'
import type { Standing, UserStore, Wanted } from './user-store.ts'

const pageQuery = z.strictObject(paging.shape)
const userQuery = z.strictObject(userSearch.shape)

type AdminOptions = { users: UserStore; sessions: SessionStore; projects: ProjectStore; record: RecordEvent }

/** `/admin/*`: everybody's projects and accounts, for admins. Admins may act on themselves by the same rules. */
export function adminResources(options: AdminOptions): Resource[] {
  const { users, sessions, projects } = options
  return [
    {
      path: '/admin/projects',
      access: 'admin',
      handlers: { get: async ({ query }) => wholeJson(await projects.listAll(parseQuery(pageQuery, query))) },
    },
    {
      path: '/admin/users',
      access: 'admin',
      handlers: {
        get: async ({ query }) => {
          const { q: search, ...rest } = parseQuery(userQuery, query)
          return wholeJson(await users.list({ search, ...rest }))
        },
      },
    },
    {
      path: '/admin/users/:id',
      access: 'admin',
      handlers: {
        get: async ({ id }) => wholeJson(await requireUser(users, id)),
        patch: (call) => changeUser(options, call),
        delete: (call) => deleteUser(options, call),
      },
    },
    {
      path: '/admin/users/:id/sessions',
      access: 'admin',
      handlers: {
        get: async ({ id, query }) => {
          const page = parseQuery(pageQuery, query)
          await requireUser(users, id)
          return wholeJson(await sessions.listLive(id, page))
        },
        delete: (call) => endSessions(options, call),
      },
    },
  ]
}

async function changeUser(
  { users, sessions, record }: AdminOptions,
  { id, caller, request }: ApiCall,
): Promise<Response> {
  const change = parseInput(changeUserInput, await readJsonObject(request))
  const { before, after } = await carryOut(users, id, change)
  // Also when nothing changed: a fault between the two statements is mended by asking again.
  if (change.disabled === true) await sessions.endAll(id, 'disabled')
  else if (change.passwordResetRequired) await sessions.endAll(id, 'ended-by-admin')
  const about = { outcome: 'success', actorId: caller.userId, subjectId: id } as const
  if (before.role !== after.role) {
    record({ ...about, type: 'account.role_changed', detail: { from: before.role, to: after.role } })
  }
  if ((before.disabledAt === null) !== (after.disabledAt === null)) {
    record({ ...about, type: after.disabledAt === null ? 'account.enabled' : 'account.disabled' })
  }
  if (before.passwordResetRequiredAt === null && after.passwordResetRequiredAt !== null) {
    record({ ...about, type: 'account.reset_required' })
  }
  return wholeJson(after)
}

/** Looks, decides, and writes only if what was seen still stands; otherwise looks again. */
async function carryOut(
  users: UserStore,
  id: string,
  change: ChangeUserInput,
): Promise<{ before: ManagedUser; after: ManagedUser }> {
  let before = await requireUser(users, id)
  for (let tries = 0; tries < 5; tries += 1) {
    const wanted = toStanding(before, change)
    if (isSameStanding(before, wanted) && !wanted.requiresReset) return { before, after: before }
    const after = await users.change(before, wanted)
    if (after) return { before, after }
    const current = await requireUser(users, id)
    if (isSameStanding(current, before)) throw lastAdmin()
    before = current
  }
  throw new Problem('conflict', { detail: 'Somebody else is changing this account. Please try again.' })
}

async function deleteUser({ users, record }: AdminOptions, { id, caller }: ApiCall): Promise<Response> {
  const deleted = await users.delete(id)
  if (!deleted) {
    await requireUser(users, id)
    throw lastAdmin()
  }
  record({ type: 'account.deleted', outcome: 'success', actorId: caller.userId, subjectId: id })
  const { droppedMails: count } = deleted
  if (count > 0) record({ type: 'mail.dropped', outcome: 'success', subjectId: id, detail: { count } })
  return new Response(null, { status: 204 })
}

async function endSessions({ users, sessions, record }: AdminOptions, { id, caller }: ApiCall): Promise<Response> {
  await requireUser(users, id)
  const count = await sessions.endAll(id, 'ended-by-admin')
  const about = { actorId: caller.userId, subjectId: id }
  if (count > 0) {
    record({ type: 'session.revoked', outcome: 'success', ...about, detail: { reason: 'ended-by-admin', count } })
  }
  return new Response(null, { status: 204 })
}

async function requireUser(users: UserStore, id: string): Promise<ManagedUser> {
  const user = await users.find(id)
  if (user) return user
  throw new Problem('not_found')
}

function toStanding(user: ManagedUser, { role, disabled, reason, passwordResetRequired }: ChangeUserInput): Wanted {
  const disabledAt = disabled === false ? null : disabled === true ? (user.disabledAt ?? now()) : user.disabledAt
  return {
    role: role ?? user.role,
    disabledAt,
    disabledReason: disabledAt === null ? null : reason || user.disabledReason,
    requiresReset: passwordResetRequired === true && user.passwordResetRequiredAt === null,
  }
}

function isSameStanding(one: Standing, other: Standing): boolean {
  return one.role === other.role && one.disabledAt === other.disabledAt && one.disabledReason === other.disabledReason
}

function lastAdmin(): Problem {
  return new Problem('last_admin', { detail: 'This is the last admin. Make somebody else an admin first.' })
}
