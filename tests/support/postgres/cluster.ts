import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { sweepLeftovers } from './leftovers.ts'

export type Cluster = {
  /** `postgres://name:password@host:port`, without a database. */
  url: string
  stop(): Promise<void>
}

/** Starts a PostgreSQL that ends with this process at the latest, with nothing left behind. Takes about a second. */
export async function startCluster(): Promise<Cluster> {
  const parent = placeForClusters()
  sweepLeftovers(parent)
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('keeper.ts', import.meta.url)), parent], {
    // In a group of its own: whoever ends this process's group leaves it the time to tidy up.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaints = ''
  keeper.stderr.setEncoding('utf8').on('data', (text) => {
    complaints += text
  })
  const closed = once(keeper, 'close')
  const line = await Promise.race([
    once(createInterface(keeper.stdout), 'line').then(([text]) => text as string),
    closed.then(() => null),
  ])
  // A program that has nothing else to do may end; the keeper sees that.
  for (const each of [keeper, keeper.stdin, keeper.stdout, keeper.stderr])
    (each as unknown as { unref(): void }).unref()
  if (line === null) throw new Error(`PostgreSQL for the tests cannot be started:\n${complaints}`)
  return {
    url: (JSON.parse(line) as { url: string }).url,
    stop: async () => {
      keeper.stdin.end()
      await closed
    },
  }
}

/** The system's folder for temporary files; as root one that everybody can reach, since PostgreSQL runs as nobody then. */
function placeForClusters(): string {
  const usual = realpathSync(tmpdir())
  return process.getuid?.() === 0 && !isOpenToAll(usual) ? '/tmp' : usual
}

function isOpenToAll(folder: string): boolean {
  const isOpen = (statSync(folder).mode & 0o001) !== 0
  return isOpen && (dirname(folder) === folder || isOpenToAll(dirname(folder)))
}
