import { desc, eq, sql } from 'drizzle-orm'
import {
  type Database,
  deleteAccount,
  mailOutbox,
  numberOf,
  sessions,
  users,
  withStoreErrors,
} from '../../../db/index.ts'
import type { Role } from '../../contract/index.ts'
import type { RecordEvent } from '../../kernel/index.ts'
import { boundedOrigin } from '../sessions/session-answers.ts'
import type { Visitor } from '../token-service.ts'

/** What is kept about a person here, without what only the server may know: hashes, generations, keys. */
export type OwnRecords = {
  account: {
    id: string
    email: string
    emailVerifiedAt: number | null
    name: string
    role: Role
    createdAt: number
    updatedAt: number
  }
}

/** A session as its person may take it along. */
export type OwnSession = {
  id: string
  createdAt: number
  lastSeenAt: number
  expiresAt: number
  persistent: boolean
  agent: string
  address: string
  amr: string
  authenticatedAt: number
  revokedAt: number | null
  revokedReason: string | null
}

/** A mail about the account as its person may take it along: not its text, which is gone once it is sent. */
export type OwnMail = {
  kind: string
  recipient: string
  subject: string
  createdAt: number
  sentAt: number | null
  givenUpAt: number | null
}

export type OwnAccountService = {
  /** What the issuer keeps about a person, as they may take it with them. Null when the account is gone. */
  read(userId: string): Promise<OwnRecords | null>
  /** Their sessions, those that are over too, the newest first: at most so many, behind the first few. */
  listSessions(userId: string, offset: number, limit: number): Promise<OwnSession[]>
  /** The mails about their account that are still kept, the same way. */
  listMails(userId: string, offset: number, limit: number): Promise<OwnMail[]>
  /** Deletes the account with every row about it (`deleteAccount`). `last-admin`: nothing was deleted. */
  delete(userId: string, visitor: Visitor): Promise<'deleted' | 'last-admin' | 'unknown'>
}

type Deps = { database: Database; record: RecordEvent }

export function createOwnAccount({ database, record }: Deps): OwnAccountService {
  const isUser = eq(users.id, sql`cast(${sql.placeholder('userId')} as text)`)
  const findAccount = prepareAccount(database, isUser)
  const listSessions = prepareSessions(database)
  const listMails = prepareMails(database)

  return {
    read: (userId) =>
      withStoreErrors(async () => {
        const [account] = await findAccount.execute({ userId })
        return account ? { account } : null
      }),
    listSessions: (userId, offset, limit) => withStoreErrors(() => listSessions.execute({ userId, offset, limit })),
    listMails: (userId, offset, limit) => withStoreErrors(() => listMails.execute({ userId, offset, limit })),
    async delete(userId, visitor) {
      const deleted = await withStoreErrors(() => deleteAccount(database, userId))
      if (!deleted)
        return (await withStoreErrors(() => findAccount.execute({ userId }))).length > 0 ? 'last-admin' : 'unknown'
      record({ type: 'account.deleted', outcome: 'success', actorId: userId, ...boundedOrigin(visitor) })
      const { droppedMails: count } = deleted
      if (count > 0) record({ type: 'mail.dropped', outcome: 'success', subjectId: userId, detail: { count } })
      return 'deleted'
    },
  }
}

function prepareAccount(database: Database, isUser: ReturnType<typeof eq>) {
  const { id, email, emailVerifiedAt, name, role, createdAt, updatedAt } = users
  const columns = { id, email, emailVerifiedAt, name, role, createdAt, updatedAt }
  return database.select(columns).from(users).where(isUser).prepare()
}

function prepareMails(database: Database) {
  const { id, kind, recipient, subject, createdAt, sentAt, givenUpAt, userId } = mailOutbox
  return database
    .select({ kind, recipient, subject, createdAt, sentAt, givenUpAt })
    .from(mailOutbox)
    .where(eq(userId, sql`cast(${sql.placeholder('userId')} as text)`))
    .orderBy(desc(createdAt), desc(id))
    .limit(sql.placeholder('limit'))
    .offset(sql.placeholder('offset'))
    .prepare()
}

function prepareSessions(database: Database) {
  const { id, createdAt, lastSeenAt, expiresAt, persistent, agent, address, amr } = sessions
  const { revokedAt, revokedReason } = sessions
  return database
    .select({
      ...{ id, createdAt, lastSeenAt, expiresAt, persistent, agent, address, amr },
      ...{ authenticatedAt: createdAt, revokedAt, revokedReason },
    })
    .from(sessions)
    .where(eq(sessions.userNumber, numberOf(sql`cast(${sql.placeholder('userId')} as text)`)))
    .orderBy(desc(createdAt), desc(id))
    .limit(sql.placeholder('limit'))
    .offset(sql.placeholder('offset'))
    .prepare()
}
