import type { Database } from '../../db/index.ts'
import type { EventReader } from '../contract/index.ts'
import type { RecordEvent } from '../kernel/index.ts'
import type { VerifyAccessToken } from './access-token-verifier.ts'
import { adminResources } from './admin-routes.ts'
import { eventResource } from './event-routes.ts'
import { overviewResource } from './overview-routes.ts'
import { projectResources } from './project-routes.ts'
import { createProjectStore } from './project-store.ts'
import { createSessionStore } from './session-store.ts'
import { createShell } from './shell.ts'
import { userResources } from './user-routes.ts'
import { createUserStore } from './user-store.ts'

export {
  type Caller,
  createAccessTokenVerifier,
  createRemoteKeys,
  type VerifierOptions,
  type VerifyAccessToken,
} from './access-token-verifier.ts'

export type ApiOptions = {
  database: Database
  verifyAccessToken: VerifyAccessToken
  record: RecordEvent
  /** What was recorded, for admins. */
  events: EventReader
  /** A session not used for this long counts as over, in milliseconds. */
  sessionIdleMs: number
}

/**
 * The resource server as a fetch handler. It knows `Authorization: Bearer` and nothing else about its caller, and
 * answers every refusal and fault as a problem document (RFC 9457); it never rejects. Origin and port of the URL mean
 * nothing to it, so it can be called in the same process or served on a port of its own.
 */
export function createApi(options: ApiOptions): (request: Request) => Promise<Response> {
  const { database, verifyAccessToken, record, events } = options
  const users = createUserStore(database)
  const sessions = createSessionStore(database, options.sessionIdleMs)
  const projects = createProjectStore(database)
  const resources = [
    ...userResources(users),
    ...projectResources(projects),
    ...adminResources({ users, sessions, projects, record }),
    eventResource({ events, users }),
    overviewResource({ users, sessions, events }),
  ]
  return createShell({ verifyAccessToken, record, resources })
}
