import { openMigratedDatabase, users } from '../../../db/index.ts'
import { deriveKeyRing, deriveSecrets, takeRandomBytes } from '../../kernel/index.server.ts'
import { now } from '../../kernel/index.ts'
import { verifyRefreshToken } from '../sessions/refresh-token.ts'
import type { SessionRow } from '../sessions/session-row.ts'
import { createSessionStore } from '../sessions/session-store.ts'
import { createSessions, type SessionSettings, type Sessions } from '../sessions/sessions.ts'
import type { Visitor } from '../token-service.ts'

const nobody = { id: 'sandbox', email: 'nobody@sandbox.invalid', name: 'Nobody', role: 'user' as const }
export const sandboxVisitor: Visitor = { address: 'sandbox', agent: 'sandbox' }

/** One session in a house of its own: its refresh tokens by generation, its clock, its row. */
export type SandboxHouse = {
  readonly sessions: Sessions
  /** The refresh tokens that were given out, by generation. */
  readonly given: Map<number, string>
  /** Keeps a refresh token; its generation, and whether the very same text had been given out before. */
  keep(refreshToken: string): { generation: number; isRepeated: boolean }
  readRow(): Promise<SessionRow>
  wait(milliseconds: number): void
  /** Milliseconds since the session began. */
  elapsed(): number
  close(): void
}

/**
 * The shipped protocol over a migrated store in memory that nobody else sees, with a key of its own and a clock that
 * can be moved. What it gives out means nothing to any other issuer, and all of it is gone after `close`.
 */
export async function openSandboxHouse(settings: SessionSettings): Promise<SandboxHouse> {
  const database = openMigratedDatabase('file::memory:')
  const startedAt = now()
  let waited = 0
  database
    .insert(users)
    .values({ ...nobody, emailKey: nobody.email, passwordHash: '', createdAt: startedAt, updatedAt: startedAt })
    .run()
  const store = createSessionStore(database)
  const ring = deriveKeyRing(deriveSecrets([takeRandomBytes(32)]), 'refresh-token')
  const sessions = createSessions({
    ...{ store, ring, settings },
    record: () => {},
    notifyReuse: async () => {},
    clock: () => startedAt + waited,
  })
  const given = new Map<number, string>()
  const keep: SandboxHouse['keep'] = (refreshToken) => {
    const claim = verifyRefreshToken(ring, refreshToken)
    if (!claim) throw new Error('the sandbox gave out what it cannot read')
    const isRepeated = given.get(claim.generation) === refreshToken
    given.set(claim.generation, refreshToken)
    return { generation: claim.generation, isRepeated }
  }
  const verified = { passwordHash: null, factorVersion: null }
  const start = { user: nobody, amr: ['pwd'], persistent: false, visitor: sandboxVisitor, verified, replaces: null }
  const started = await sessions.start(start)
  if (started.kind !== 'signed-in') throw new Error('the sandbox could not begin its session')
  const { ticket, session } = started
  keep(ticket.refreshToken)
  return {
    ...{ sessions, given, keep },
    readRow: async () => {
      const row = await store.find(session.id)
      if (!row) throw new Error('the sandbox lost its session')
      return row
    },
    wait: (milliseconds) => {
      waited += milliseconds
    },
    elapsed: () => waited,
    close: () => void database.$client.close(),
  }
}
