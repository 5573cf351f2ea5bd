import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export const folderPrefix = 'cloakroom-postgres-'
/** The file in a cluster's folder with the process id of its keeper. */
export const keeperFile = 'keeper.pid'

/** Ends clusters whose keeper was killed and removes their folders. */
export function sweepLeftovers(parent: string): void {
  for (const name of readdirSync(parent).filter((each) => each.startsWith(folderPrefix))) {
    const folder = join(parent, name)
    const keeper = readNumber(join(folder, keeperFile))
    // A folder without the file is being made at this moment.
    if (keeper === null || isRunning(keeper)) continue
    const postgres = readNumber(join(folder, 'data/postmaster.pid'))
    if (postgres !== null && commandOf(postgres).includes(folder)) process.kill(postgres, 'SIGQUIT')
    removeIfOurs(folder)
  }
}

function removeIfOurs(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  } catch {
    // It belongs to another user, who sweeps it at their next run.
  }
}

function readNumber(file: string): number | null {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || null
  } catch {
    return null
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The command line of a process, where the system shows it: a number alone may belong to another program by now. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
