import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../../..')

export type LockedPackage = {
  name: string
  version: string
  licence: string
  integrity?: string | undefined
  resolved?: string | undefined
  hasScript: boolean
  isTool: boolean
  isOptional: boolean
}

type Locked = {
  name?: string
  version?: string
  license?: string
  integrity?: string
  resolved?: string
  hasInstallScript?: boolean
  dev?: boolean
  optional?: boolean
  devOptional?: boolean
  inBundle?: boolean
  link?: boolean
}
type Direct = {
  dependencies: Record<string, string>
  overrides: Record<string, string>
  allowScripts: Record<string, boolean>
}

/** Every package of the lock, once per place, and what package.json says. */
export function readLock(): { packages: LockedPackage[]; direct: Direct } {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const given = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Partial<Direct>
  const packages = Object.entries(lock.packages)
    .filter(([path, { link, inBundle }]) => path !== '' && !link && !inBundle)
    .map(([path, each]) => ({
      // A package that is installed under another name says its own.
      name: each.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: each.version ?? '',
      licence: each.license ?? 'unknown',
      integrity: each.integrity,
      resolved: each.resolved,
      hasScript: each.hasInstallScript === true,
      isTool: each.dev === true || each.devOptional === true,
      isOptional: each.optional === true || each.devOptional === true,
    }))
  const direct = {
    dependencies: given.dependencies ?? {},
    overrides: given.overrides ?? {},
    allowScripts: given.allowScripts ?? {},
  }
  return { packages, direct }
}

export type Bom = {
  bomFormat: string
  specVersion: string
  components: { name: string; version: string; purl: string }[]
}

/** The list of components in CycloneDX, as npm itself writes it from the lock. */
export async function makeBom(): Promise<Bom> {
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  })
  return JSON.parse(stdout) as Bom
}
