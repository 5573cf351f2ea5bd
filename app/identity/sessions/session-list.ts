import { type Page, pageSize } from '../../contract/index.ts'
import { ms, now, type RecordEvent } from '../../kernel/index.ts'
import type { Visitor } from '../token-service.ts'
import { boundedOrigin } from './session-answers.ts'
import type { Device, DeviceStore, EndedDevice } from './session-list-store.ts'

export type { Device, EndedDevice } from './session-list-store.ts'

export type DevicePage = { current: Device | null; others: Page<Device>; ended: EndedDevice[] }

/** Where somebody is signed in. An id of another person's session means as little as one that does not exist. */
export type DeviceService = {
  /** The session at hand, a page of the other live ones, the one used last first, and the last few that were ended in the past month. */
  list(userId: string, currentId: string, page: number): Promise<DevicePage>
  /** Whether a cookie still works for this session of theirs. */
  isLive(userId: string, sessionId: string): Promise<boolean>
  /** Ends one session for good. False when the person has no such live session. */
  end(userId: string, sessionId: string, visitor: Visitor): Promise<boolean>
  /** Ends every session but this one; how many there were. */
  endOthers(userId: string, keptSessionId: string, visitor: Visitor): Promise<number>
  /** A session that was ended because its refresh token was replayed, until the person has seen the notice. */
  findUnseenReuse(userId: string): Promise<EndedDevice | null>
  /** The person has seen the notice. */
  noteEndings(userId: string): Promise<void>
}

const endedShownForMs = ms('30d')

type Deps = { store: DeviceStore; idleMs: number; record: RecordEvent }

export function createDevices({ store, idleMs, record }: Deps): DeviceService {
  function recordEnd(userId: string, sessionId: string, visitor: Visitor): void {
    const about = { actorId: userId, sessionId, ...boundedOrigin(visitor) }
    record({ type: 'session.revoked', outcome: 'success', ...about, detail: { reason: 'ended' } })
  }

  return {
    async list(userId, currentId, page) {
      const moment = { at: now(), idleMs }
      const others = await store.listOthers(userId, currentId, moment, { page, limit: pageSize })
      return {
        current: await store.findLive(userId, currentId, moment),
        others: { ...others, page, limit: pageSize },
        ended: await store.listEnded(userId, moment.at - endedShownForMs),
      }
    },
    isLive: async (userId, sessionId) => (await store.findLive(userId, sessionId, { at: now(), idleMs })) !== null,
    async end(userId, sessionId, visitor) {
      const didEnd = await store.end(userId, sessionId, { at: now(), idleMs })
      if (didEnd) recordEnd(userId, sessionId, visitor)
      return didEnd
    },
    async endOthers(userId, keptSessionId, visitor) {
      const { ids, more } = await store.endOthers(userId, keptSessionId, { at: now(), idleMs })
      for (const sessionId of ids) recordEnd(userId, sessionId, visitor)
      if (more > 0) {
        const detail = { reason: 'ended', count: more }
        record({ type: 'session.revoked', outcome: 'success', actorId: userId, ...boundedOrigin(visitor), detail })
      }
      return ids.length + more
    },
    findUnseenReuse: store.findUnseenReuse,
    noteEndings: (userId) => store.noteEndings(userId, now()),
  }
}
