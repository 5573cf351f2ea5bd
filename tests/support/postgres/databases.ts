import { createHash } from 'node:crypto'
import { forgetPostgres, openPostgres } from './sync-client.ts'

/** The variable in which a run hands its cluster on to its tests: a URL without a database. */
export const clusterVariable = 'TEST_POSTGRES'
/** Migrated once a run; every other database is a copy of it. */
export const templateName = 'migrated'

const known = new Map<string, string>()

/** The URL of the database that belongs to a data folder, made when it is first asked for. Twins share theirs. */
export function databaseOf(dataDir: string): string {
  const made = known.get(dataDir)
  if (made !== undefined) return made
  const name = `store_${createHash('sha256').update(dataDir).digest('hex').slice(0, 24)}`
  const url = `${requireCluster()}/${name}`
  administer((admin) => {
    // Copying files costs a third of writing them through the log.
    admin.exec(`create database ${name} template ${templateName} strategy file_copy`)
  })
  known.set(dataDir, url)
  return url
}

/** Removes the database of a data folder, whoever is still connected. */
export function dropDatabaseOf(dataDir: string): void {
  const url = known.get(dataDir)
  if (url === undefined) return
  known.delete(dataDir)
  forgetPostgres(url)
  administer((admin) => admin.exec(`drop database ${new URL(url).pathname.slice(1)} with (force)`))
}

function administer(work: (admin: ReturnType<typeof openPostgres>) => void): void {
  const admin = openPostgres(`${requireCluster()}/postgres`)
  try {
    work(admin)
  } finally {
    admin.close()
  }
}

function requireCluster(): string {
  const url = process.env[clusterVariable]
  if (url === undefined) throw new Error('PostgreSQL is started by vitest: run it with TEST_STORE=postgres')
  return url
}
