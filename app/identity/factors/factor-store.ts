import { and, count, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm'
import {
  all,
  atomically,
  type Database,
  factorSets,
  holdPerson,
  isUniqueViolation,
  passkeys,
  providerSessions,
  recoveryCodes,
  run,
  totpFactors,
  users,
  type Work,
  withStoreErrors,
} from '../../../db/index.ts'
import { now } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import { type Acting, requireActing } from '../sessions/acting-session.ts'

export type TotpRow = typeof totpFactors.$inferSelect
export type PasskeyRow = typeof passkeys.$inferSelect

/** Passkeys that an account may have. */
export const maxPasskeys = 20
/** Secrets that are read at once to be encrypted anew. */
const reencryptedAtOnce = 200

/** Which factors an account has, in one read. */
export type FactorCounts = {
  readonly hasTotp: boolean
  readonly passkeyCount: number
  readonly recoveryCodesLeft: number
  /** Counts changes of the factors. */
  readonly version: number
}

export type FactorStore = {
  findAccount(userId: string): Promise<Account | null>
  count(userId: string): Promise<FactorCounts>
  /** True while what a provider granted waits for its session; a logout there ends that. */
  isGrantWaiting(providerSessionId: string): Promise<boolean>
  findTotp(userId: string): Promise<TotpRow | null>
  // What changes a person's factors does so only while the session lives that it is done in: `sign_in_required` otherwise. It
  // counts the change in the same transaction, so that no browser that was trusted before is trusted after it.
  /** False when the account has one already. */
  insertTotp(row: TotpRow, codes: FirstCodes, by: Acting): Promise<Inserted | false>
  deleteTotp(by: Acting): Promise<boolean>
  /** Uses a time step up. False when it, or a later one, had been used: of any number at once one gets true. */
  spendTotpStep(userId: string, step: number): Promise<boolean>
  /** Secrets that are not encrypted with `secretId`. */
  listTotpEncryptedOtherwise(secretId: string, behind: string): Promise<TotpRow[]>
  reencryptTotp(row: TotpRow, secret: string, secretId: string): Promise<void>
  listTotpSecretIds(): Promise<string[]>

  /** Puts these in place of all that the account had. */
  replaceRecoveryCodes(by: Acting, hashes: readonly string[]): Promise<void>
  /** How many are left after this one was used up; null when there is no such unused code. */
  spendRecoveryCode(userId: string, hash: string): Promise<number | null>

  listPasskeys(userId: string): Promise<PasskeyRow[]>
  findPasskey(credentialId: string): Promise<PasskeyRow | null>
  /** False when the authenticator's credential is known already; `too-many`: the account holds as many as it may. */
  insertPasskey(row: PasskeyRow, codes: FirstCodes, by: Acting): Promise<Inserted | 'too-many' | false>
  /** Notes a use. False when the counter did not go up: a copy of the authenticator is about. */
  advancePasskey(id: string, counter: number): Promise<boolean>
  renamePasskey(userId: string, id: string, name: string): Promise<boolean>
  deletePasskey(by: Acting, id: string): Promise<boolean>

  /** No browser that was trusted before is trusted now. */
  noteChange(userId: string): Promise<void>
}

/** Hashes of the recovery codes that an account gets with its first factor. */
export type FirstCodes = readonly string[]
/** A factor was added; `codesAreNew` when the account had no recovery codes and has these now. */
export type Inserted = { readonly codesAreNew: boolean }

/** The statements on the tables of second factors. */
export function createFactorStore(database: Database): FactorStore {
  return {
    ...accountStatements(database),
    ...totpStatements(database),
    ...codeStatements(database),
    ...passkeyStatements(database),
  }
}

function accountStatements(database: Database) {
  const given = sql`cast(${sql.placeholder('userId')} as text)`
  const byId = database.select().from(users).where(eq(users.id, given)).prepare()
  const counts = database
    .select({
      totp: sql<number>`(select count(*) from ${totpFactors} where ${totpFactors.userId} = ${given})`,
      passkeys: sql<number>`(select count(*) from ${passkeys} where ${passkeys.userId} = ${given})`,
      codes: sql<number>`(select count(*) from ${recoveryCodes} where ${recoveryCodes.userId} = ${given} and ${recoveryCodes.usedAt} is null)`,
      version: factorSets.version,
    })
    .from(users)
    .leftJoin(factorSets, eq(factorSets.userId, users.id))
    .where(eq(users.id, given))
    .prepare()
  return {
    findAccount: (userId: string) => withStoreErrors(async () => (await byId.execute({ userId }))[0] ?? null),
    count: (userId: string) =>
      withStoreErrors(async (): Promise<FactorCounts> => {
        const [row] = await counts.execute({ userId })
        const { totp = 0, passkeys = 0, codes = 0, version = null } = row ?? {}
        return { hasTotp: totp > 0, passkeyCount: passkeys, recoveryCodesLeft: codes, version: version ?? 0 }
      }),
    isGrantWaiting: (id: string) =>
      withStoreErrors(async () => {
        const waiting = and(eq(providerSessions.id, id), isNull(providerSessions.sessionId))
        return (await database.select({ id: providerSessions.id }).from(providerSessions).where(waiting)).length > 0
      }),
    noteChange: (userId: string) =>
      withStoreErrors(() =>
        atomically(database, function* (tx) {
          yield* holdPerson(tx, userId)
          yield* countChange(tx, userId)
        }),
      ),
  }
}

/** Counts a change of the person's factors. Without factors no codes stay. */
function* countChange(tx: Database, userId: string): Work<void> {
  const updatedAt = now()
  const isBare = sql`not exists (select 1 from ${totpFactors} where ${totpFactors.userId} = ${userId})
    and not exists (select 1 from ${passkeys} where ${passkeys.userId} = ${userId})`
  const set = { version: sql`${factorSets.version} + 1`, updatedAt }
  const first = tx.insert(factorSets).values({ userId, version: 1, updatedAt })
  yield* run(first.onConflictDoUpdate({ target: factorSets.userId, set }))
  yield* run(tx.delete(recoveryCodes).where(and(eq(recoveryCodes.userId, userId), isBare)))
}

function* insertCodes(tx: Database, userId: string, hashes: readonly string[]): Work<void> {
  const createdAt = now()
  const row = (codeHash: string) => ({ id: codeHash.slice(0, 22), userId, codeHash, createdAt, usedAt: null })
  yield* run(tx.insert(recoveryCodes).values(hashes.map(row)))
}

/** What comes with every new factor: recovery codes where there are none, and the count of the change. */
function* finishInsert(tx: Database, userId: string, codes: FirstCodes): Work<Inserted> {
  const own = tx.select({ id: recoveryCodes.id }).from(recoveryCodes).where(eq(recoveryCodes.userId, userId)).limit(1)
  const codesAreNew = (yield* all(own)).length === 0
  if (codesAreNew) yield* insertCodes(tx, userId, codes)
  yield* countChange(tx, userId)
  return { codesAreNew }
}

function totpStatements(database: Database) {
  const ofUser = (userId: string) => eq(totpFactors.userId, userId)
  return {
    findTotp: (userId: string) =>
      withStoreErrors(async () => (await database.select().from(totpFactors).where(ofUser(userId)))[0] ?? null),
    insertTotp: (row: TotpRow, codes: FirstCodes, by: Acting) =>
      insertOnce(() =>
        atomically(database, function* (tx) {
          yield* requireActing(tx, by)
          yield* run(tx.insert(totpFactors).values(row))
          return yield* finishInsert(tx, row.userId, codes)
        }),
      ),
    deleteTotp: (by: Acting) =>
      withStoreErrors(() =>
        atomically(database, function* (tx) {
          yield* requireActing(tx, by)
          const isGone = (yield* all(tx.delete(totpFactors).where(ofUser(by.userId)).returning())).length > 0
          if (isGone) yield* countChange(tx, by.userId)
          return isGone
        }),
      ),
    spendTotpStep: (userId: string, step: number) =>
      withStoreErrors(async () => {
        const change = database
          .update(totpFactors)
          .set({ lastStep: step, lastUsedAt: now() })
          .where(and(ofUser(userId), lt(totpFactors.lastStep, step)))
        return (await change.returning({ userId: totpFactors.userId })).length > 0
      }),
    listTotpEncryptedOtherwise: (secretId: string, behind: string) =>
      withStoreErrors(() => {
        const isOther = and(ne(totpFactors.secretId, secretId), gt(totpFactors.userId, behind))
        return database.select().from(totpFactors).where(isOther).orderBy(totpFactors.userId).limit(reencryptedAtOnce)
      }),
    reencryptTotp: (row: TotpRow, secret: string, secretId: string) =>
      withStoreErrors(async () => {
        const unchanged = and(ofUser(row.userId), eq(totpFactors.secret, row.secret))
        await database.update(totpFactors).set({ secret, secretId }).where(unchanged)
      }),
    listTotpSecretIds: () =>
      withStoreErrors(async () => {
        const rows = await database.selectDistinct({ id: totpFactors.secretId }).from(totpFactors)
        return rows.map(({ id }) => id)
      }),
  }
}

function codeStatements(database: Database) {
  const unused = (userId: string) => and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt))
  return {
    replaceRecoveryCodes: (by: Acting, hashes: readonly string[]) =>
      withStoreErrors(() =>
        atomically(database, function* (tx) {
          yield* requireActing(tx, by)
          yield* run(tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, by.userId)))
          yield* insertCodes(tx, by.userId, hashes)
          yield* countChange(tx, by.userId)
        }),
      ),
    spendRecoveryCode: (userId: string, hash: string) =>
      withStoreErrors(async () => {
        const used = await database
          .update(recoveryCodes)
          .set({ usedAt: now() })
          .where(and(unused(userId), eq(recoveryCodes.codeHash, hash)))
          .returning({ id: recoveryCodes.id })
        if (used.length === 0) return null
        const [left] = await database.select({ count: count() }).from(recoveryCodes).where(unused(userId))
        return left?.count ?? 0
      }),
  }
}

function passkeyStatements(database: Database) {
  const own = (userId: string, id: string) => and(eq(passkeys.userId, userId), eq(passkeys.id, id))
  return {
    listPasskeys: (userId: string) =>
      withStoreErrors(
        async () =>
          await database
            .select()
            .from(passkeys)
            .where(eq(passkeys.userId, userId))
            .orderBy(passkeys.createdAt, passkeys.id)
            .limit(maxPasskeys),
      ),
    findPasskey: (credentialId: string) =>
      withStoreErrors(
        async () => (await database.select().from(passkeys).where(eq(passkeys.credentialId, credentialId)))[0] ?? null,
      ),
    insertPasskey: (row: PasskeyRow, codes: FirstCodes, by: Acting) =>
      insertOnce(() =>
        atomically(database, function* (tx): Work<Inserted | 'too-many'> {
          yield* requireActing(tx, by)
          const own = tx.select({ count: count() }).from(passkeys).where(eq(passkeys.userId, row.userId))
          const [held] = yield* all(own)
          if ((held?.count ?? 0) >= maxPasskeys) return 'too-many'
          yield* run(tx.insert(passkeys).values(row))
          return yield* finishInsert(tx, row.userId, codes)
        }),
      ),
    advancePasskey: (id: string, counter: number) =>
      withStoreErrors(async () => {
        // Most authenticators do not count and always say 0 (WebAuthn Level 3, 6.1.1).
        const goesUp = counter === 0 ? eq(passkeys.counter, 0) : lt(passkeys.counter, counter)
        const change = database
          .update(passkeys)
          .set({ counter, lastUsedAt: now() })
          .where(and(eq(passkeys.id, id), goesUp))
        return (await change.returning({ id: passkeys.id })).length > 0
      }),
    renamePasskey: (userId: string, id: string, name: string) =>
      withStoreErrors(async () => {
        const change = database.update(passkeys).set({ name }).where(own(userId, id))
        return (await change.returning({ id: passkeys.id })).length > 0
      }),
    deletePasskey: (by: Acting, id: string) =>
      withStoreErrors(() =>
        atomically(database, function* (tx) {
          yield* requireActing(tx, by)
          const isGone = (yield* all(tx.delete(passkeys).where(own(by.userId, id)).returning())).length > 0
          if (isGone) yield* countChange(tx, by.userId)
          return isGone
        }),
      ),
  }
}

/** What the insert says; false when a unique key is taken, and then nothing was written. */
function insertOnce<Result>(insert: () => Result | Promise<Result>): Promise<Result | false> {
  return withStoreErrors(async () => {
    try {
      return await insert()
    } catch (error) {
      if (isUniqueViolation(error)) return false
      throw error
    }
  })
}
