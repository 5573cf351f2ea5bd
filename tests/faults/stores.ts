import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgresCluster } from './postgres-cluster.ts'

export const stores = ['sqlite', 'postgres'] as const
export type StoreKind = (typeof stores)[number]

/** Where a house keeps its sessions, and how servers are told. */
export type HouseStore = {
  readonly kind: StoreKind
  readonly env: Record<string, string>
  close(): Promise<void>
}

export function openStore(kind: StoreKind): Promise<HouseStore> {
  return kind === 'sqlite' ? openSqliteStore() : openPostgresStore()
}

/** An SQLite file in a folder of its own, or in the one given. */
export async function openSqliteStore(folder?: string): Promise<HouseStore> {
  const dataDir = folder ?? makeFolder()
  return {
    kind: 'sqlite',
    env: { DATA_DIR: dataDir, DATABASE_URL: `file:${join(dataDir, 'cloakroom.sqlite')}` },
    // A folder that was given belongs to somebody else.
    close: async () => (folder === undefined ? removeFolder(dataDir) : undefined),
  }
}

/** A database of its own in the cluster that all faults of a run share. */
export async function openPostgresStore(): Promise<HouseStore> {
  const cluster = await getCluster()
  const name = `house_${++databases}`
  await cluster.run(`create database ${name}`)
  const dataDir = makeFolder()
  return {
    kind: 'postgres',
    env: { DATA_DIR: dataDir, DATABASE_URL: cluster.url(name) },
    close: async () => {
      removeFolder(dataDir)
      await cluster.run(`drop database if exists ${name} with (force)`)
    },
  }
}

let databases = 0
let opened: Promise<PostgresCluster> | null = null

/** The PostgreSQL of this run; started when it is first asked for. */
export function getCluster(): Promise<PostgresCluster> {
  opened ??= PostgresCluster.open()
  return opened
}

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cloakroom-faults-'))
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}
