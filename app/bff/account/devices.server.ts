import type { DevicePage, EndedDevice, Principal } from '../../identity/index.server.ts'
import { getConfiguration } from '../configuration.server.ts'
import { getRequestContext } from '../request/request-context.server.ts'
import { visitorOf } from '../session/session.server.ts'

/** Where this person is signed in, page by page, and where they were until lately. */
export function listDevices({ userId, sessionId }: Principal, page: number): Promise<DevicePage> {
  return getConfiguration().accounts.devices.list(userId, sessionId, page)
}

/** Ends one session of this person. False for every other id, whosever it is. */
export function endDevice({ userId }: Principal, sessionId: string): Promise<boolean> {
  return getConfiguration().accounts.devices.end(userId, sessionId, visitorOf(getRequestContext()))
}

/** Ends all of this person's sessions but the one at hand; how many there were. */
export function endOtherDevices({ userId, sessionId }: Principal): Promise<number> {
  return getConfiguration().accounts.devices.endOthers(userId, sessionId, visitorOf(getRequestContext()))
}

/** A session of this person that ended because its ticket was used twice, until they say that they have seen it. */
export function findReuseNotice({ userId }: Principal): Promise<EndedDevice | null> {
  return getConfiguration().accounts.devices.findUnseenReuse(userId)
}

/** The person has seen it. */
export function dismissReuseNotice({ userId }: Principal): Promise<void> {
  return getConfiguration().accounts.devices.noteEndings(userId)
}
