import { statfsSync } from 'node:fs'

/** Bytes that this process may still write to the disk of a folder; 0 when that cannot be told. */
export function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return 0
  }
}
