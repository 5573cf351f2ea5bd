import { randomBytes } from 'node:crypto'
import { and, count, desc, eq, getTableColumns, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import { all, alone, atomically, type Database, projects, users, type Work } from '../../db/index.ts'
import type { OwnedProject, Page, Project } from '../contract/index.ts'
import { now } from '../kernel/index.ts'
import { integerValue, type ListStatements, type PageRequest, readPage, textValue } from './statements.ts'

/** Projects of one owner, archived ones included. */
export const maxProjects = 1_000

export type ProjectChange = { name?: string; description?: string; archived?: boolean }

/** Projects in the store. Every method that is about one person's projects has the owner's id in its `where`. */
export type ProjectStore = {
  listOwn(ownerId: string, archived: boolean, page: PageRequest): Promise<Page<Project>>
  listAll(page: PageRequest): Promise<Page<OwnedProject>>
  /** Null when there is no such project, or it is somebody else's. */
  findOwn(ownerId: string, id: string): Promise<Project | null>
  /** Null when the owner's account is gone or disabled; `too-many`: it owns as many as one may. */
  create(ownerId: string, input: { name: string; description: string }): Promise<Project | 'too-many' | null>
  /** Null as with `findOwn`. Archiving twice keeps the first date. */
  changeOwn(ownerId: string, id: string, change: ProjectChange): Promise<Project | null>
  /** False as with `findOwn`. */
  deleteOwn(ownerId: string, id: string): Promise<boolean>
}

export function createProjectStore(database: Database): ProjectStore {
  const own = and(eq(projects.id, textValue('id')), eq(projects.ownerId, textValue('ownerId')))
  const find = database.select().from(projects).where(own).prepare()
  const remove = database.delete(projects).where(own).returning({ id: projects.id }).prepare()
  const change = prepareChange(database, own)
  const createHere = prepareCreate(database)
  const active = prepareOwnList(database, isNull(projects.archivedAt))
  const archived = prepareOwnList(database, isNotNull(projects.archivedAt))
  const everybodys = prepareFullList(database)
  return {
    listOwn: (ownerId, isArchived, page) => readPage(isArchived ? archived : active, page, { ownerId }),
    listAll: (page) => readPage(everybodys, page),
    findOwn: async (ownerId, id) => (await find.execute({ ownerId, id }))[0] ?? null,
    create: async (ownerId, input) => {
      const id = randomBytes(16).toString('base64url')
      return atomically(database, function* (tx): Work<Project | 'too-many' | null> {
        yield* alone(tx, `projects of ${ownerId}`)
        const [held] = yield* all(tx.select({ count: count() }).from(projects).where(eq(projects.ownerId, ownerId)))
        if ((held?.count ?? 0) >= maxProjects) return 'too-many'
        const create = tx === database ? createHere : prepareCreate(tx)
        const [row] = yield* all(create, { ...input, id, ownerId, now: now() })
        return row ?? null
      })
    },
    changeOwn: async (ownerId, id, { name, description, archived }) => {
      const wanted = { name: name ?? null, description: description ?? null, archived: toFlag(archived) }
      const [row] = await change.execute({ ...wanted, ownerId, id, now: now() })
      return row ?? null
    },
    deleteOwn: async (ownerId, id) => (await remove.execute({ ownerId, id })).length > 0,
  }
}

/** Nothing, yes or no in a form that a statement can tell apart. */
function toFlag(value: boolean | undefined): number | null {
  return value === undefined ? null : Number(value)
}

/** One insert that finds nothing to insert when the account has gone since the access token was minted. */
function prepareCreate(database: Database) {
  const row = database
    .select({
      id: textValue('id').as('id'),
      ownerId: sql`${users.id}`.as('owner_id'),
      name: textValue('name').as('name'),
      description: textValue('description').as('description'),
      archivedAt: sql`null`.as('archived_at'),
      createdAt: integerValue('now').as('created_at'),
      updatedAt: integerValue('now').as('updated_at'),
    })
    .from(users)
    .where(and(eq(users.id, textValue('ownerId')), isNull(users.disabledAt)))
  return database.insert(projects).select(row).returning().prepare()
}

/** Parts that are not to change are null in the parameters and keep what stands. */
function prepareChange(database: Database, own: SQL | undefined) {
  return database
    .update(projects)
    .set({
      name: sql`coalesce(${textValue('name')}, ${projects.name})`,
      description: sql`coalesce(${textValue('description')}, ${projects.description})`,
      archivedAt: sql`case ${integerValue('archived')}
        when 1 then coalesce(${projects.archivedAt}, ${integerValue('now')})
        when 0 then null
        else ${projects.archivedAt} end`,
      updatedAt: integerValue('now'),
    })
    .where(own)
    .returning()
    .prepare()
}

function prepareOwnList(database: Database, condition: SQL): ListStatements<Project> {
  const matches = and(eq(projects.ownerId, textValue('ownerId')), condition)
  return {
    items: database
      .select()
      .from(projects)
      .where(matches)
      .orderBy(desc(projects.createdAt), desc(projects.id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare(),
    total: database.select({ total: count() }).from(projects).where(matches).prepare(),
  }
}

function prepareFullList(database: Database): ListStatements<OwnedProject> {
  return {
    items: database
      .select({ ...getTableColumns(projects), ownerName: users.name, ownerEmail: users.email })
      .from(projects)
      .innerJoin(users, eq(users.id, projects.ownerId))
      .orderBy(desc(projects.createdAt), desc(projects.id))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare(),
    total: database.select({ total: count() }).from(projects).prepare(),
  }
}
