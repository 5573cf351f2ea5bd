import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../../..')
/** Where reports are written. Only the full report is kept under version control. */
export const reportFolder = join(root, 'bench')
/** Builds, stores and plans: may be deleted at any time. */
export const workFolder = join(reportFolder, 'work')
export const peersFolder = join(root, 'tests/bench/peers')
export const siteFolder = join(workFolder, 'site')

export function freshFolder(name: string): string {
  const folder = join(workFolder, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Remix' compiler, a tool of the project's own. */
export const bin = (name: string) => join(root, 'node_modules/.bin', name)
export const isThere = existsSync
