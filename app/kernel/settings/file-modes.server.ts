import { statSync } from 'node:fs'

/** Whether everybody on this machine may read a file. Where there are no permissions of that kind, nobody may. Throws as `stat`. */
export function isOpenToAll(path: string): boolean {
  return hasAnyOf(path, 0o007)
}

/** Whether others than its owner may, the group included. */
export function isOpenBeyondOwner(path: string): boolean {
  return hasAnyOf(path, 0o077)
}

function hasAnyOf(path: string, bits: number): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & bits) !== 0
}
