import { closeStore, openStore, type PostgresDatabase } from '../../db/index.ts'
import { clusterVariable } from '../support/postgres/databases.ts'
import { openPostgres } from '../support/postgres/sync-client.ts'

export type PostgresOptions = NonNullable<Parameters<typeof openStore>[0]['postgres']>

/** What a server has without settings, with less patience. */
export const quick: PostgresOptions = {
  ...{ poolSize: 4, connectTimeoutMs: 2_000, statementTimeoutMs: 2_000, isPooled: false },
}

let made = 0

/** A database of its own, empty unless another one is copied. `drop` removes it, whoever is connected. */
export function createDatabase(how = ''): { url: string; drop: () => void } {
  made += 1
  const name = `own_${process.pid}_${made}`
  administer(`create database ${name} ${how}`)
  return {
    url: `${clusterUrl()}/${name}`,
    drop: () => administer(`drop database ${name} with (force)`),
  }
}

/** A migrated store in a database of its own. */
export async function openOwnStore(options: Partial<PostgresOptions> = {}) {
  const { url, drop } = createDatabase('template migrated strategy file_copy')
  const database = (await openStore({ url, postgres: { ...quick, ...options } })) as PostgresDatabase
  return {
    ...{ database, url },
    close: async () => {
      await closeStore(database)
      drop()
    },
  }
}

export function clusterUrl(): string {
  return process.env[clusterVariable] ?? ''
}

function administer(statement: string): void {
  const admin = openPostgres(`${clusterUrl()}/postgres`)
  try {
    admin.exec(statement)
  } finally {
    admin.close()
  }
}
