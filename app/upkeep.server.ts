import { canWrite, countLiveSessions, createCleanup, type Database } from '../db/index.ts'
import type { Issuer } from './identity/index.server.ts'
import { freeBytes, isKeeper, log, metrics, type Settings } from './kernel/index.server.ts'
import { ms, now, watchClock } from './kernel/index.ts'
import { isDraining } from './platform/index.server.ts'

const batch = 200
const cleanEveryMs = ms('1m')
/** While there is more to remove, so that 1,000 rows of a table go in a second: more than a flood can make. */
const cleanAgainMs = 200
const countEveryMs = ms('1m')
/** Below this the disk of the data folder is as good as full. */
const diskFloorBytes = 64 * 1_048_576
/** Anybody may ask, so the store is tried at most this often. */
const tryStoreEveryMs = ms('2s')

/**
 * Cleans the store and counts its sessions, in small pieces between requests. Of several workers one does it; of several
 * machines each does, out of step: every statement says itself which rows are dead. Returns the function that ends it.
 */
export function startUpkeep(database: Database, { SESSION_IDLE: idleMs }: Pick<Settings, 'SESSION_IDLE'>): () => void {
  if (!isKeeper) return () => {}
  const warn = (error: unknown) => log.warn({ err: error }, 'dead rows could not be removed')
  const clean = createCleanup(database, { idleMs, batch, onFault: warn })
  const isClockTrusted = watchClock()
  const stopCleaning = repeat(async () => {
    if (!isClockTrusted()) return cleanEveryMs
    let isFull = false
    for (const [table, removed] of Object.entries(await clean())) {
      if (removed > 0) metrics.rowsRemoved.inc({ table }, removed)
      isFull ||= removed === batch
    }
    return isFull ? cleanAgainMs : cleanEveryMs
  })
  const stopCounting = repeat(async () => {
    metrics.sessionsAlive.set(await countLiveSessions(database, idleMs))
    return countEveryMs
  })
  return () => {
    stopCleaning()
    stopCounting()
  }
}

/** Does `work` again and again, after the wait that it asks for give or take a fifth, so that processes fall out of step. */
function repeat(work: () => Promise<number>): () => void {
  let timer: NodeJS.Timeout
  let isStopped = false
  const schedule = (waitMs: number) => {
    if (isStopped) return
    timer = setTimeout(run, waitMs * (0.8 + Math.random() * 0.4)).unref()
  }
  async function run() {
    try {
      schedule(await work())
    } catch (error) {
      log.warn({ err: error }, 'upkeep failed')
      schedule(cleanEveryMs)
    }
  }
  schedule(ms('5s'))
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}

/** What must hold before requests are sent here, by the name that `/readyz` gives it. */
export function createReadiness(database: Database, issuer: Issuer, { DATA_DIR }: Pick<Settings, 'DATA_DIR'>) {
  let tried = { at: Number.NEGATIVE_INFINITY, isWritable: Promise.resolve(false) }
  return {
    store: () => {
      if (Math.abs(now() - tried.at) >= tryStoreEveryMs) tried = { at: now(), isWritable: canWrite(database) }
      return tried.isWritable
    },
    keys: async () => (await issuer.keySet()).keys.length > 0,
    disk: () => freeBytes(DATA_DIR) >= diskFloorBytes,
    running: () => !isDraining(),
  }
}
