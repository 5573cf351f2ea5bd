import { randomBytes } from 'node:crypto'
import { now } from '../../app/kernel/index.ts'
import type { Database } from '../database.ts'
import { projects } from '../schema.ts'

/** Gives an account its demo projects, a minute apart so that their order is the same everywhere. */
export async function seedProjects(database: Database, ownerId: string, names: readonly string[]): Promise<void> {
  for (const [index, name] of names.entries()) {
    const createdAt = now() - (names.length - index) * 60_000
    const id = randomBytes(16).toString('base64url')
    await database.insert(projects).values({ id, ownerId, name, createdAt, updatedAt: createdAt })
  }
}
