import { eq, sql } from 'drizzle-orm'
import { type Database, numberOf, sessions, sessionsShownMs, withStoreErrors } from '../../../db/index.ts'
import type { PostMail } from '../../contract/index.ts'
import { agentName } from '../../http/index.server.ts'
import { log } from '../../kernel/index.server.ts'
import { now } from '../../kernel/index.ts'
import type { Visitor } from '../token-service.ts'

/** Whom a notice is about, and where it goes. */
type Owner = { id: string; email: string }

/** Tells people by mail what happened to their account elsewhere. Never fails what it tells of. */
export type DeviceNotices = {
  /** False for the first sign-in of an account. Asked before the sign-in. */
  isNewsTo(account: { id: string; createdAt: number }): Promise<boolean>
  /** Somebody signed in from a browser that the account had not seen. */
  newDevice(owner: Owner, visitor: Visitor): Promise<void>
  /** A refresh token was replayed; `agent` is the browser that it was given to. */
  reuse(owner: Owner, agent: string): Promise<void>
}

type Deps = { database: Database; postMail: PostMail | undefined }

export function createDeviceNotices({ database, postMail }: Deps): DeviceNotices {
  const ofUser = eq(sessions.userNumber, numberOf(sql`cast(${sql.placeholder('userId')} as text)`))
  const findAny = database.select({ id: sessions.id }).from(sessions).where(ofUser).limit(1).prepare()

  async function post(mail: Parameters<PostMail>[0], about: string): Promise<void> {
    try {
      await postMail?.(mail, { about })
    } catch (error) {
      log.warn({ err: error, kind: mail.kind }, 'a notice could not be put into the outbox')
    }
  }

  return {
    // The sessions of an account that rested for long are forgotten; that it is old tells as much.
    isNewsTo: ({ id: userId, createdAt }) =>
      withStoreErrors(
        async () => now() - createdAt > sessionsShownMs || (await findAny.execute({ userId })).length > 0,
      ),
    newDevice: ({ id, email: to }, { agent, address }) =>
      post({ kind: 'new-device', to, at: now(), browser: agentName(agent), address }, id),
    reuse: ({ id, email: to }, agent) => post({ kind: 'session-copied', to, at: now(), browser: agentName(agent) }, id),
  }
}
