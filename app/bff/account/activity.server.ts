import type { EventSlice, StoredEvent } from '../../contract/index.ts'
import type { Principal } from '../../identity/index.server.ts'
import type { EventType } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'

const pageSize = 30

/** Security events of this person's own account, newest first, from the one before `before` on. */
export async function listActivity(
  { userId }: Principal,
  types: readonly EventType[] | undefined,
  before: number | undefined,
  limit = pageSize,
): Promise<EventSlice> {
  const slice = await getConfiguration().events.list({ types, personId: userId, before, limit })
  return { ...slice, items: slice.items.map((event) => asSeenBy(userId, event)) }
}

/** Where an admin sits who acted on somebody's account is not that person's business. */
function asSeenBy(userId: string, event: StoredEvent): StoredEvent {
  const isOwn = event.actorId === null || event.actorId === userId
  return isOwn ? event : { ...event, actorId: 'an admin', sessionId: null, address: null, agent: null }
}
