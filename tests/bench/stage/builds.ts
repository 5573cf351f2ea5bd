import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bin, peersFolder, root, siteFolder } from './folders.ts'

const run = promisify(execFile)

/**
 * Builds Cloakroom once more, with the pages of `tests/bench/site` beside its own: the same page open to anybody, and
 * JSON of one shape with and without a session. Nothing else differs from the product.
 */
export async function buildSite(): Promise<void> {
  rmSync(siteFolder, { recursive: true, force: true })
  mkdirSync(join(siteFolder, 'public'), { recursive: true })
  for (const part of [
    'app',
    'db',
    'migrations',
    'package.json',
    'remix.config.js',
    'remix.env.d.ts',
    'tsconfig.json',
  ]) {
    cpSync(join(root, part), join(siteFolder, part), { recursive: true })
  }
  for (const entry of readdirSync(join(root, 'public'), { withFileTypes: true })) {
    if (entry.isFile()) cpSync(join(root, 'public', entry.name), join(siteFolder, 'public', entry.name))
  }
  renameSync(join(siteFolder, 'app/root.tsx'), join(siteFolder, 'app/site-root.tsx'))
  cpSync(join(root, 'tests/bench/site'), join(siteFolder, 'app'), { recursive: true })
  await remixBuild(siteFolder)
}

/** Installs the peers when they are missing, from their own lock file, and builds the app that they share. */
export async function buildPeers(): Promise<void> {
  if (!isInstalled()) {
    const npm = process.env.npm_execpath
    const [command, ...before] = npm === undefined ? ['npm'] : [process.execPath, npm]
    await run(command, [...before, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: peersFolder })
  }
  await remixBuild(peersFolder)
}

/** npm leaves a copy of what it installed; another lock file means that something else is wanted. */
function isInstalled(): boolean {
  const installed = join(peersFolder, 'node_modules/.package-lock.json')
  if (!existsSync(installed)) return false
  const versions = (file: string) => {
    const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { version?: string }> }
    return Object.entries(packages).flatMap(([path, { version }]) => (path === '' ? [] : [`${path}@${version}`]))
  }
  return versions(installed).join() === versions(join(peersFolder, 'package-lock.json')).join()
}

async function remixBuild(folder: string): Promise<void> {
  await run(bin('remix'), ['build'], { cwd: folder, env: { ...process.env, NODE_ENV: 'production' } })
}

/** The versions of what is measured. */
export function versionsOf(): Record<string, string> {
  const read = (folder: string, name: string) => {
    const file = join(folder, 'node_modules', name, 'package.json')
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'missing'
  }
  const own = ['@remix-run/serve', 'react', 'better-sqlite3', '@node-rs/argon2', 'jose']
  const theirs = ['better-auth', 'iron-session', '@auth/core', 'express-session', 'autocannon']
  return Object.fromEntries([
    ...own.map((name) => [name, read(root, name)]),
    ...theirs.map((name) => [name, read(peersFolder, name)]),
  ])
}
