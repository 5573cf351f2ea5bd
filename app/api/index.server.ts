import type { Database } from '../../db/index.ts'
import type { RecordEvent } from '../kernel/index.ts'
import type { VerifyAccessToken } from './access-token-verifier.ts'
import { adminResources } from './admin-routes.ts'
import { projectResources } from './project-routes.ts'
import { createProjectStore } from './project-store.ts'
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

export type ApiOptions = { database: Database; verifyAccessToken: VerifyAccessToken; record: RecordEvent }

/**
 * The resource server as a fetch handler. It knows `Authorization: Bearer` and nothing else about its caller, and
 * answers every refusal and fault as a problem document (RFC 9457); it never rejects. Origin and port of the URL mean
 * nothing to it, so it can be called in the same process or served on a port of its own.
 */
export function createApi({
  database,
  verifyAccessToken,
  record,
}: ApiOptions): (request: Request) => Promise<Response> {
  const users = createUserStore(database)
  const projects = createProjectStore(database)
  const resources = [
    ...userResources(users),
    ...projectResources(projects),
    ...adminResources({ users, projects, record }),
  ]
  return createShell({ verifyAccessToken, record, resources })
}
