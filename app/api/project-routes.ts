import * as z from 'zod'
import { changeProjectInput, createProjectInput, type Project, paging } from '../contract/index.ts'
import { readJsonObject, wholeJson } from '../http/index.server.ts'
import { Problem } from '../kernel/index.ts'
import { invalidToken } from './bearer.ts'
import type { ProjectStore } from './project-store.ts'
import { parseInput, parseQuery } from './request-input.ts'
import type { Resource } from './shell.ts'

const ownListQuery = z.strictObject({ ...paging.shape, archived: z.enum(['true', 'false']).default('false') })

/** `/projects` and `/projects/:id`: one's own projects. Somebody else's answer like those that do not exist. */
export function projectResources(store: ProjectStore): Resource[] {
  return [
    {
      path: '/projects',
      access: 'user',
      handlers: {
        get: async ({ caller, query }) => {
          const { archived, ...page } = parseQuery(ownListQuery, query)
          return wholeJson(await store.listOwn(caller.userId, archived === 'true', page))
        },
        post: async ({ caller, request }) => {
          const input = parseInput(createProjectInput, await readJsonObject(request))
          const created = await store.create(caller.userId, input)
          if (created === 'too-many') throw tooManyProjects()
          if (!created) throw invalidToken('The account of this access token is gone')
          return wholeJson(created, { status: 201, headers: { Location: `/projects/${created.id}` } })
        },
      },
    },
    {
      path: '/projects/:id',
      access: 'user',
      handlers: {
        get: async ({ caller, id }) => wholeJson(requireFound(await store.findOwn(caller.userId, id))),
        patch: async ({ caller, id, request }) => {
          const change = parseInput(changeProjectInput, await readJsonObject(request))
          return wholeJson(requireFound(await store.changeOwn(caller.userId, id, change)))
        },
        delete: async ({ caller, id }) => {
          if (await store.deleteOwn(caller.userId, id)) return new Response(null, { status: 204 })
          throw new Problem('not_found')
        },
      },
    },
  ]
}

function tooManyProjects(): Problem {
  const detail = 'You have as many projects as one person may. Delete some that you no longer need.'
  return new Problem('conflict', { detail })
}

function requireFound(project: Project | null): Project {
  if (project) return project
  throw new Problem('not_found')
}
