import { loadSettings, log } from '../kernel/index.server.ts'
import { StartError } from '../kernel/index.ts'
import { requireFreePort } from '../platform/listening.server.ts'
import { createWorkerPool } from './worker-pool.ts'

/**
 * Leads `WEB_CONCURRENCY` workers that listen on one port: SIGTERM and SIGINT end them all within ten seconds, SIGHUP
 * replaces one after the other. Settings that are wrong end the program before there is any.
 */
export async function leadWorkers(): Promise<void> {
  try {
    const settings = loadSettings()
    await requireFreePort(settings)
    const pool = createWorkerPool(settings.WEB_CONCURRENCY)
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, pool.stop)
    process.on('SIGHUP', pool.replace)
    await pool.start()
    process.stdout.write(`\nCloakroom is ready: ${settings.APP_ORIGIN} (${settings.WEB_CONCURRENCY} workers)\n\n`)
    log.info({ workers: settings.WEB_CONCURRENCY }, 'workers serve')
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
