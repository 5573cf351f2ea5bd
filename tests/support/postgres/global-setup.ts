import { closeStore, openStore } from '../../../db/index.ts'
import { startCluster } from './cluster.ts'
import { clusterVariable, templateName } from './databases.ts'
import { openPostgres } from './sync-client.ts'

/** Before a run on PostgreSQL: one cluster, and in it a migrated database for all others to be copied from. */
export default async function startPostgres(): Promise<() => Promise<void>> {
  const cluster = await startCluster()
  const admin = openPostgres(`${cluster.url}/postgres`)
  admin.exec(`create database ${templateName}`)
  admin.close()
  await closeStore(await openStore({ url: `${cluster.url}/${templateName}` }))
  process.env[clusterVariable] = cluster.url
  return () => cluster.stop()
}
