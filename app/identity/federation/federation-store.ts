import { createHash } from 'node:crypto'
import { and, count, eq, gt, gte, inArray, isNull, lt, notLike, or, sql } from 'drizzle-orm'
import {
  all,
  alone,
  atomically,
  type Database,
  isUniqueViolation,
  leavesAnAdmin,
  ofSession,
  passkeys,
  providerIdentities,
  providerSessions,
  run,
  sessions,
  sparingAdmins,
  spentMarks,
  storeClock,
  users,
  type Work,
  withStoreErrors,
} from '../../../db/index.ts'
import type { Role } from '../../contract/index.ts'
import { ms } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import { claimAddresses, isHeldByOther } from '../accounts/address-holders.ts'
import { type Acting, requireActing } from '../sessions/acting-session.ts'

export type IdentityRow = typeof providerIdentities.$inferSelect
export type ProviderSessionRow = typeof providerSessions.$inferSelect

/** Tokens as they are stored: encrypted. */
export type EncryptedTokens = Pick<ProviderSessionRow, 'refreshToken' | 'accessToken' | 'accessExpiresAt'>

/** Every encrypted text of a row. */
export type EncryptedTexts = Pick<ProviderSessionRow, 'refreshToken' | 'accessToken' | 'idToken'>

/** Accounts elsewhere that may be linked to one here. */
const maxIdentities = 20
/** A provider's word that somebody has signed out there. `mark` is good for once, until `expiresAt`. */
export type Logout = { mark: string; expiresAt: number; issuer: string; about: LogoutSubject }
export type LogoutSubject = { sid: string } | { subject: string }

/** A sign-in is redeemed within this time, or not at all. */
const redeemingMs = ms('10m')

export type FederationStore = {
  findAccount(by: { id: string } | { emailKey: string }): Promise<Account | null>
  findIdentity(issuer: string, subject: string): Promise<IdentityRow | null>
  listIdentities(userId: string): Promise<IdentityRow[]>
  /** False when that identity belongs to an account already, this one included; `too-many`: the account has as many as it may. */
  addIdentity(row: IdentityRow, by: Acting): Promise<'added' | 'too-many' | false>
  /** The account and its identity, both or neither; false when the address or the identity is taken. */
  createAccount(account: Account, row: IdentityRow): Promise<boolean>
  noteUse(identityId: string, email: string, at: number): Promise<void>
  /** Only while another way in remains: a password, a passkey or another identity. In one statement. */
  removeIdentity(by: Acting, identityId: string): Promise<boolean>
  /** Takes the role away from, or gives it to, an account that has another; never from the last admin. */
  changeRole(userId: string, role: Role, at: number): Promise<boolean>

  /** The store's clock in milliseconds, which is one for all processes: what came first is told by it. */
  readClock(): Promise<number>
  /** False, and nothing is kept, when a logout about it has come at `since` or later. */
  keepSession(row: ProviderSessionRow, since: number): Promise<boolean>
  findSession(sessionId: string): Promise<ProviderSessionRow | null>
  forgetSession(sessionId: string): Promise<void>
  /**
   * Carries a logout out, whole or not at all: uses its mark up, forgets what the provider granted to the sessions it is
   * about, those that still wait for a second step among them, ends the live ones and says which. Null when the mark
   * was used before.
   */
  endSessions(logout: Logout, at: number): Promise<{ id: string; userId: string }[] | null>

  /** True for the one who may refresh now. */
  beginRefresh(read: { id: string; version: number }, by: string, until: number, at: number): Promise<boolean>
  /** Says that the work still goes on. */
  holdRefresh(id: string, by: string, until: number): Promise<boolean>
  finishRefresh(id: string, by: string, tokens: EncryptedTokens): Promise<boolean>
  dropRefresh(id: string, by: string): Promise<void>

  /** What another secret than this one has encrypted, at most so many rows, by id and behind the given one. */
  listEncryptedOtherwise(secretId: string, behind: string, limit: number): Promise<ProviderSessionRow[]>
  /** Only where nothing was refreshed since the row was read. */
  reencrypt(read: { id: string; version: number }, boxes: EncryptedTexts): Promise<void>
}

export function createFederationStore(database: Database): FederationStore {
  return {
    ...identityStatements(database),
    ...sessionStatements(database),
    ...refreshStatements(database),
    ...reencryptStatements(database),
  }
}

function identityStatements(database: Database) {
  return {
    findAccount: (by: { id: string } | { emailKey: string }) =>
      withStoreErrors(async () => {
        const matches = 'id' in by ? eq(users.id, by.id) : eq(users.emailKey, by.emailKey)
        return (await database.select().from(users).where(matches))[0] ?? null
      }),
    findIdentity: (issuer: string, subject: string) =>
      withStoreErrors(async () => {
        const matches = and(eq(providerIdentities.issuer, issuer), eq(providerIdentities.subject, subject))
        return (await database.select().from(providerIdentities).where(matches))[0] ?? null
      }),
    listIdentities: (userId: string) =>
      withStoreErrors(async () =>
        database
          .select()
          .from(providerIdentities)
          .where(eq(providerIdentities.userId, userId))
          .orderBy(providerIdentities.createdAt, providerIdentities.id)
          .limit(maxIdentities),
      ),
    addIdentity: (row: IdentityRow, by: Acting) =>
      withStoreErrors(() =>
        atomically(database, function* (tx): Work<'added' | 'too-many' | false> {
          yield* requireActing(tx, by)
          yield* alone(tx, `ways in of ${row.userId}`)
          const own = eq(providerIdentities.userId, row.userId)
          const [held] = yield* all(tx.select({ count: count() }).from(providerIdentities).where(own))
          const same = and(eq(providerIdentities.issuer, row.issuer), eq(providerIdentities.subject, row.subject))
          if ((yield* all(tx.select({ id: providerIdentities.id }).from(providerIdentities).where(same))).length > 0)
            return false
          if ((held?.count ?? 0) >= maxIdentities) return 'too-many'
          const change = tx.insert(providerIdentities).values(row).onConflictDoNothing()
          return (yield* all(change.returning({ id: providerIdentities.id }))).length > 0 ? 'added' : false
        }),
      ),
    createAccount: (account: Account, row: IdentityRow) =>
      withStoreErrors(async () => {
        try {
          return await atomically(database, function* (tx) {
            yield* claimAddresses(tx, [account.emailKey])
            if (yield* isHeldByOther(tx, account.emailKey, account.id)) return false
            yield* run(tx.insert(users).values(account))
            yield* run(tx.insert(providerIdentities).values(row))
            return true
          })
        } catch (error) {
          if (isUniqueViolation(error)) return false
          throw error
        }
      }),
    noteUse: (identityId: string, email: string, lastUsedAt: number) =>
      withStoreErrors(async () => {
        const own = eq(providerIdentities.id, identityId)
        await database.update(providerIdentities).set({ email, lastUsedAt }).where(own)
      }),
    removeIdentity: (by: Acting, identityId: string) =>
      withStoreErrors(async () => {
        const { userId } = by
        const remains = sql`(
          exists (select 1 from ${users} where ${users.id} = ${userId} and ${users.passwordResetRequiredAt} is null)
          or exists (select 1 from ${passkeys} where ${passkeys.userId} = ${userId})
          or exists (select 1 from ${providerIdentities} as other where other.user_id = ${userId} and other.id <> ${identityId})
        )`
        const own = and(eq(providerIdentities.id, identityId), eq(providerIdentities.userId, userId), remains)
        const removed = await atomically(database, function* (tx) {
          yield* requireActing(tx, by)
          yield* alone(tx, `ways in of ${userId}`)
          return yield* all(tx.delete(providerIdentities).where(own).returning({ id: providerIdentities.id }))
        })
        return removed.length > 0
      }),
    changeRole: (userId: string, role: Role, updatedAt: number) =>
      withStoreErrors(async () => {
        const spareable = role === 'admin' ? undefined : leavesAnAdmin(database)
        const other = and(eq(users.id, userId), sql`${users.role} <> ${role}`, spareable)
        const changed = await sparingAdmins(database, (tx) =>
          tx.update(users).set({ role, updatedAt }).where(other).returning({ id: users.id }),
        )
        return changed.length > 0
      }),
  } satisfies Partial<FederationStore>
}

function sessionStatements(database: Database) {
  const byId = sql`${providerSessions.sessionId} = cast(${sql.placeholder('sessionId')} as text)`
  const find = database.select().from(providerSessions).where(byId).prepare()
  return {
    readClock: () =>
      withStoreErrors(async () => (await database.get<{ at: number }>(sql`select ${storeClock(database)} as at`)).at),
    keepSession: (row: ProviderSessionRow, since: number) =>
      withStoreErrors(() =>
        atomically(database, function* (tx) {
          yield* alone(tx, `logouts at ${row.issuer}`)
          const { issuer, subject, providerSid } = row
          const stories = [
            endedMark(issuer, { subject }),
            ...(providerSid ? [endedMark(issuer, { sid: providerSid })] : []),
          ]
          const hasEnded = or(
            ...stories.map((story) => and(gte(spentMarks.id, story + since), lt(spentMarks.id, `${story}~`))),
          )
          if ((yield* all(tx.select({ id: spentMarks.id }).from(spentMarks).where(hasEnded))).length > 0) return false
          yield* run(tx.insert(providerSessions).values(row))
          return true
        }),
      ),
    findSession: (sessionId: string) => withStoreErrors(async () => (await find.execute({ sessionId }))[0] ?? null),
    forgetSession: (sessionId: string) =>
      withStoreErrors(async () => {
        await database.delete(providerSessions).where(eq(providerSessions.sessionId, sessionId))
      }),
    endSessions: ({ mark, expiresAt, issuer, about }: Logout, at: number) =>
      withStoreErrors(() =>
        atomically(database, function* (tx) {
          yield* alone(tx, `logouts at ${issuer}`)
          const use = tx.insert(spentMarks).values({ id: mark, expiresAt }).onConflictDoNothing()
          if ((yield* all(use.returning({ id: spentMarks.id }))).length === 0) return null
          // For a sign-in that is being redeemed and has not been kept yet.
          const story = sql`${endedMark(issuer, about)} || cast(${storeClock(tx)} as text)`
          yield* run(
            tx
              .insert(spentMarks)
              .values({ id: story, expiresAt: at + redeemingMs })
              .onConflictDoNothing(),
          )
          const matches =
            'sid' in about ? eq(providerSessions.providerSid, about.sid) : eq(providerSessions.subject, about.subject)
          // First of all: a renewal that moves a row to another session comes wholly before this or after it.
          const forgotten = yield* all(
            tx
              .delete(providerSessions)
              .where(and(eq(providerSessions.issuer, issuer), matches))
              .returning({ sessionId: providerSessions.sessionId }),
          )
          const ids = forgotten.flatMap(({ sessionId }) => sessionId ?? [])
          const live = and(inArray(sessions.id, ids), isNull(sessions.revokedAt))
          const change = tx.update(sessions).set({ revokedAt: at, revokedReason: 'provider' }).where(live)
          return ids.length === 0 ? [] : yield* all(change.returning({ id: sessions.id, userId: ofSession() }))
        }),
      ),
  } satisfies Partial<FederationStore>
}

function refreshStatements(database: Database) {
  const held = (id: string, by: string) => and(eq(providerSessions.id, id), eq(providerSessions.refreshedBy, by))
  const free = { refreshedBy: null, refreshingUntil: null }
  return {
    beginRefresh: ({ id, version }: { id: string; version: number }, by: string, until: number, at: number) =>
      withStoreErrors(async () => {
        const isFree = or(isNull(providerSessions.refreshingUntil), lt(providerSessions.refreshingUntil, at))
        const asRead = and(eq(providerSessions.id, id), eq(providerSessions.version, version), isFree)
        const change = database.update(providerSessions).set({ refreshedBy: by, refreshingUntil: until }).where(asRead)
        return (await change.returning({ id: providerSessions.id })).length > 0
      }),
    holdRefresh: (id: string, by: string, refreshingUntil: number) =>
      withStoreErrors(async () => {
        const change = database.update(providerSessions).set({ refreshingUntil }).where(held(id, by))
        return (await change.returning({ id: providerSessions.id })).length > 0
      }),
    finishRefresh: (id: string, by: string, tokens: EncryptedTokens) =>
      withStoreErrors(async () => {
        const version = sql`${providerSessions.version} + 1`
        const change = database
          .update(providerSessions)
          .set({ ...tokens, ...free, version })
          .where(held(id, by))
        return (await change.returning({ id: providerSessions.id })).length > 0
      }),
    dropRefresh: (id: string, by: string) =>
      withStoreErrors(async () => void (await database.update(providerSessions).set(free).where(held(id, by)))),
  } satisfies Partial<FederationStore>
}

function reencryptStatements(database: Database) {
  const { id, refreshToken, accessToken, idToken } = providerSessions
  return {
    listEncryptedOtherwise: (secretId: string, behind: string, limit: number) =>
      withStoreErrors(() => {
        const isOther = or(...[refreshToken, accessToken, idToken].map((box) => notLike(box, `${secretId}.%`)))
        return database
          .select()
          .from(providerSessions)
          .where(and(gt(id, behind), isOther))
          .orderBy(id)
          .limit(limit)
      }),
    reencrypt: (read: { id: string; version: number }, boxes: EncryptedTexts) =>
      withStoreErrors(async () => {
        const asRead = and(eq(id, read.id), eq(providerSessions.version, read.version))
        await database.update(providerSessions).set(boxes).where(asRead)
      }),
  } satisfies Partial<FederationStore>
}

/** What the mark of a logout begins with; the time follows. It says nothing about who it was. */
function endedMark(issuer: string, about: LogoutSubject): string {
  const [kind, name] = 'sid' in about ? ['sid', about.sid] : ['subject', about.subject]
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, issuer, name]))
    .digest('base64url')
  return `ended:${digest}:`
}
