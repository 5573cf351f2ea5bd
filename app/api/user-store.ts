import { and, count, desc, eq, exists, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { type Database, sessions, users } from '../../db/index.ts'
import { emailKeyOf, type ManagedUser, type Page, type Role } from '../contract/index.ts'
import { now } from '../kernel/index.ts'
import { integerValue, type ListStatements, type PageRequest, readPage, textValue } from './statements.ts'

/** What an admin decides about an account. */
export type Standing = { role: Role; disabledAt: number | null }

/** Accounts in the store, as far as the API may touch them: no password, no address, no session of the living. */
export type UserStore = {
  find(id: string): Promise<ManagedUser | null>
  /** People whose address or name holds `search`; everybody when it is empty. Newest first. */
  list(search: string, page: PageRequest): Promise<Page<ManagedUser>>
  /**
   * Gives an account another standing, provided that it still has the one that `seen` shows and that an enabled admin
   * remains. Null when either does not hold; nothing was changed then.
   */
  change(seen: ManagedUser, wanted: Standing): Promise<ManagedUser | null>
  /** Deletes an account with all it owns. False when there is no such account or it is the last enabled admin. */
  delete(id: string): Promise<boolean>
  /** Ends every session of an account whose admin has disabled it. */
  revokeSessions(userId: string): Promise<void>
}

const columns = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  disabledAt: users.disabledAt,
  createdAt: users.createdAt,
}

export function createUserStore(database: Database): UserStore {
  const isUser = eq(users.id, textValue('id'))
  const find = database.select(columns).from(users).where(isUser).prepare()
  const remove = database
    .delete(users)
    .where(and(isUser, isSpareable(database)))
    .returning({ id: users.id })
    .prepare()
  const changeAny = prepareChange(database, isUser)
  const changeSpareable = prepareChange(database, and(isUser, isSpareable(database)))
  const everybody = prepareList(database, undefined)
  const found = prepareList(database, matchesSearch())
  const revoke = prepareRevoke(database)
  return {
    find: async (id) => (await find.execute({ id }))[0] ?? null,
    list: (search, page) => (search === '' ? readPage(everybody, page) : readPage(found, page, searchPatterns(search))),
    change: async (seen, wanted) => {
      const statement = isEnabledAdmin(wanted) ? changeAny : changeSpareable
      const before = { id: seen.id, seenRole: seen.role, seenDisabledAt: seen.disabledAt ?? 0 }
      const [row] = await statement.execute({ ...before, ...wanted, now: now() })
      return row ?? null
    },
    delete: async (id) => (await remove.execute({ id })).length > 0,
    revokeSessions: async (userId) => {
      await revoke.execute({ userId, now: now() })
    },
  }
}

export function isEnabledAdmin({ role, disabledAt }: Standing): boolean {
  return role === 'admin' && disabledAt === null
}

/**
 * True of every account that can go without leaving the house without an enabled admin. It stands in the `where` of
 * the statement that would take one away, so that of two such statements at once the second finds it false.
 */
function isSpareable(database: Database): SQL | undefined {
  const other = alias(users, 'other')
  const otherAdmin = database
    .select({ id: other.id })
    .from(other)
    .where(and(sql`${other.role} = 'admin'`, isNull(other.disabledAt), ne(other.id, users.id)))
  return or(sql`${users.role} <> 'admin'`, sql`${users.disabledAt} is not null`, exists(otherAdmin))
}

function prepareChange(database: Database, condition: SQL | undefined) {
  const isAsSeen = and(
    eq(users.role, textValue('seenRole')),
    eq(sql`coalesce(${users.disabledAt}, 0)`, integerValue('seenDisabledAt')),
  )
  return database
    .update(users)
    .set({ role: textValue('role'), disabledAt: integerValue('disabledAt'), updatedAt: integerValue('now') })
    .where(and(condition, isAsSeen))
    .returning(columns)
    .prepare()
}

function prepareRevoke(database: Database) {
  return database
    .update(sessions)
    .set({ revokedAt: integerValue('now'), revokedReason: 'disabled' })
    .where(and(eq(sessions.userId, textValue('userId')), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id })
    .prepare()
}

function prepareList(database: Database, condition: SQL | undefined): ListStatements<ManagedUser> {
  return {
    items: database
      .select(columns)
      .from(users)
      .where(condition)
      .orderBy(desc(users.createdAt), desc(users.id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare(),
    total: database.select({ total: count() }).from(users).where(condition).prepare(),
  }
}

/** SQLite folds the case of ASCII only, so a name is also looked for as it was written. */
function matchesSearch(): SQL | undefined {
  const holds = (text: unknown, pattern: string) => sql`${text} like ${textValue(pattern)} escape '!'`
  return or(holds(users.emailKey, 'key'), holds(sql`lower(${users.name})`, 'lowerName'), holds(users.name, 'name'))
}

function searchPatterns(search: string): Record<string, string> {
  const name = search.normalize('NFC')
  return { key: toPattern(emailKeyOf(search)), name: toPattern(name), lowerName: toPattern(name.toLowerCase()) }
}

/** A pattern for `like … escape '!'` that matches texts that hold `text`, whose own wildcards are letters to it. */
function toPattern(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`
}
