import * as z from 'zod'
import { type AdminEventSlice, type EventReader, eventQuery } from '../contract/index.ts'
import { wholeJson } from '../http/index.server.ts'
import { parseQuery } from './request-input.ts'
import type { Resource } from './shell.ts'
import type { UserStore } from './user-store.ts'

const query = z.strictObject({
  ...eventQuery.shape,
  limit: z.coerce.number().int().min(1).max(500).default(50),
})

type EventOptions = { events: EventReader; users: UserStore }

/** `/admin/events`: what was recorded, newest first, in parts that follow each other by the id of their last event. */
export function eventResource({ events, users }: EventOptions): Resource {
  return {
    path: '/admin/events',
    access: 'admin',
    handlers: {
      get: async ({ query: given }) => {
        const { type, person, from, until, ...rest } = parseQuery(query, given)
        const slice = await events.list({
          ...rest,
          types: type === undefined ? undefined : [type],
          personId: person === undefined ? undefined : await idOf(users, person),
          fromAt: from,
          untilAt: until,
        })
        const ids = new Set(slice.items.flatMap(({ actorId, subjectId }) => [actorId, subjectId]))
        ids.delete(null)
        const people = await users.namesOf([...ids] as string[])
        return wholeJson({ ...slice, people } satisfies AdminEventSlice)
      },
    },
  }
}

/** An address of nobody's stays as it is: no event has it for an id, so nothing is found. */
async function idOf(users: UserStore, person: string): Promise<string> {
  return person.includes('@') ? ((await users.findIdByEmail(person)) ?? person) : person
}
