import { and, asc, count, desc, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import {
  type Database,
  type DeletedAccount,
  deleteAccount,
  leavesAnAdmin,
  sparingAdmins,
  users,
} from '../../db/index.ts'
import { emailKeyOf, type ManagedUser, type Page, type Role, type SortOrder, type UserSort } from '../contract/index.ts'
import { now } from '../kernel/index.ts'
import { integerValue, type ListStatements, type PageRequest, readPage, textValue } from './statements.ts'

/** What an admin decides about an account. */
export type Standing = { role: Role; disabledAt: number | null; disabledReason: string | null }

export type Wanted = Standing & { requiresReset: boolean }

export type UserList = { search: string; sort: UserSort; order: SortOrder } & PageRequest

export type PersonName = { id: string; name: string; email: string }

/** Accounts in the store, as far as the API may touch them: no password, no code. */
export type UserStore = {
  find(id: string): Promise<ManagedUser | null>
  /** People whose address or name holds `search`; everybody when it is empty. */
  list(list: UserList): Promise<Page<ManagedUser>>
  /**
   * Gives an account another standing, provided that it still has the one that `seen` shows and that an enabled admin
   * remains. Null when either does not hold; nothing was changed then.
   */
  change(seen: ManagedUser, wanted: Wanted): Promise<ManagedUser | null>
  /** Deletes an account with every row about it. Null when there is no such account or it is the last enabled admin. */
  delete(id: string): Promise<DeletedAccount | null>
  /** The id behind an email address, in any spelling. */
  findIdByEmail(email: string): Promise<string | null>
  /** Who these ids belong to; those of deleted accounts are left out. */
  namesOf(ids: readonly string[]): Promise<PersonName[]>
  count(): Promise<{ people: number; admins: number; disabled: number }>
}

const columns = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  disabledAt: users.disabledAt,
  disabledReason: users.disabledReason,
  passwordResetRequiredAt: users.passwordResetRequiredAt,
  emailVerifiedAt: users.emailVerifiedAt,
  createdAt: users.createdAt,
}

/** The only things that a list is ever ordered by. */
const sortColumns: Record<UserSort, SQL> = {
  joined: sql`${users.createdAt}`,
  name: sql`lower(${users.name})`,
  email: sql`${users.emailKey}`,
  role: sql`${users.role}`,
  disabled: sql`coalesce(${users.disabledAt}, 0)`,
}

export function createUserStore(database: Database): UserStore {
  const isUser = eq(users.id, textValue('id'))
  const find = database.select(columns).from(users).where(isUser).prepare()
  const changeAny = buildChange(database, isUser).prepare()
  const changeSpareable = (values: Record<string, unknown>) =>
    sparingAdmins(database, (tx) => {
      const change = buildChange(tx, and(isUser, leavesAnAdmin(tx))).prepare()
      return { all: () => change.all(values) }
    })
  const listFor = createLists(database)
  const findByKey = database
    .select({ id: users.id })
    .from(users)
    .where(eq(users.emailKey, textValue('emailKey')))
    .prepare()
  return {
    find: async (id) => (await find.execute({ id }))[0] ?? null,
    list: ({ search, sort, order, ...page }) =>
      readPage(listFor(search !== '', sort, order), page, search === '' ? {} : searchPatterns(search)),
    change: async (seen, { requiresReset, ...wanted }) => {
      const before = { id: seen.id, seenRole: seen.role, seenDisabledAt: seen.disabledAt ?? 0 }
      const values = { ...before, ...wanted, requiresReset: Number(requiresReset), now: now() }
      const [row] = await (isEnabledAdmin(wanted) ? changeAny.execute(values) : changeSpareable(values))
      return row ?? null
    },
    delete: async (id) => deleteAccount(database, id),
    findIdByEmail: async (email) => (await findByKey.execute({ emailKey: emailKeyOf(email) }))[0]?.id ?? null,
    namesOf: async (ids) => {
      const { id, name, email } = users
      return ids.length === 0
        ? []
        : database
            .select({ id, name, email })
            .from(users)
            .where(inArray(id, [...ids]))
    },
    count: async () => {
      const isEnabled = isNull(users.disabledAt)
      const [counted] = await database
        .select({
          people: count(),
          admins: sql<number>`count(case when ${users.role} = 'admin' and ${isEnabled} then 1 end)`,
          disabled: count(users.disabledAt),
        })
        .from(users)
      return counted ?? { people: 0, admins: 0, disabled: 0 }
    },
  }
}

export function isEnabledAdmin({ role, disabledAt }: Pick<Standing, 'role' | 'disabledAt'>): boolean {
  return role === 'admin' && disabledAt === null
}

function buildChange(database: Database, condition: SQL | undefined) {
  const isAsSeen = and(
    eq(users.role, textValue('seenRole')),
    eq(sql`coalesce(${users.disabledAt}, 0)`, integerValue('seenDisabledAt')),
  )
  return database
    .update(users)
    .set({
      role: textValue('role'),
      disabledAt: integerValue('disabledAt'),
      disabledReason: textValue('disabledReason'),
      // Never back to null: only the reset does that, and it may happen in this moment.
      passwordResetRequiredAt: sql`case ${integerValue('requiresReset')}
        when 1 then coalesce(${users.passwordResetRequiredAt}, ${integerValue('now')})
        else ${users.passwordResetRequiredAt} end`,
      updatedAt: integerValue('now'),
    })
    .where(and(condition, isAsSeen))
    .returning(columns)
}

/** A statement for each way of searching and sorting, prepared when it is first asked for. */
function createLists(database: Database) {
  const lists = new Map<string, ListStatements<ManagedUser>>()
  return (searches: boolean, sort: UserSort, order: SortOrder): ListStatements<ManagedUser> => {
    const key = `${searches} ${sort} ${order}`
    const list = lists.get(key) ?? prepareList(database, searches ? matchesSearch() : undefined, sort, order)
    lists.set(key, list)
    return list
  }
}

function prepareList(
  database: Database,
  condition: SQL | undefined,
  sort: UserSort,
  order: SortOrder,
): ListStatements<ManagedUser> {
  const directed = order === 'asc' ? asc : desc
  return {
    items: database
      .select(columns)
      .from(users)
      .where(condition)
      .orderBy(directed(sortColumns[sort]), directed(users.id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare(),
    total: database.select({ total: count() }).from(users).where(condition).prepare(),
  }
}

/** Both stores fold the case of ASCII only, so a name is also looked for with its other letters as they were written. */
function matchesSearch(): SQL | undefined {
  const holds = (text: unknown, pattern: string) => sql`${text} like ${textValue(pattern)} escape '!'`
  const lowerName = sql`lower(${users.name})`
  return or(holds(users.emailKey, 'key'), holds(lowerName, 'lowerName'), holds(lowerName, 'name'))
}

function searchPatterns(search: string): Record<string, string> {
  const name = search.normalize('NFC')
  return {
    key: toPattern(emailKeyOf(search)),
    name: toPattern(toAsciiLowerCase(name)),
    lowerName: toPattern(name.toLowerCase()),
  }
}

function toAsciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** A pattern for `like … escape '!'` that matches texts that hold `text`, whose own wildcards are letters to it. */
function toPattern(text: string): string {
  return `%${text.replace(/[!%_]/g, '!$&')}%`
}
