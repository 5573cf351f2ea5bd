import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stage } from './fault.ts'

const megabytes = 16

/** A folder on a small file system of its own, which only root can make; null for everybody else. */
export function mountSmallDisk(stage: Stage): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-small-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  stage.atEnd(() => {
    if (mounted.status === 0) spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return mounted.status === 0 ? folder : null
}

/** Writes until nothing fits any more. Returns the function that makes room again. */
export function fillDisk(folder: string): () => void {
  const filler = join(folder, 'filler')
  const file = openSync(filler, 'w')
  for (let size = 1_048_576; size >= 512; ) {
    try {
      if (writeSync(file, Buffer.alloc(size)) < size) size /= 2
    } catch {
      size /= 2
    }
  }
  closeSync(file)
  return () => rmSync(filler)
}
