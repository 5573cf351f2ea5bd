import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const limitMs = 900_000

/** Installs packages of Debian where that is possible. Returns why it is not, or null when they are there. */
export function installPackages(packages: readonly string[]): string | null {
  if (!existsSync('/etc/debian_version')) return 'this is not Debian, so they are not installed by themselves'
  if (process.getuid?.() !== 0) return 'only root can install them'
  console.log(`Installing Debian's ${packages.join(', ')}.`)
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { status, stderr, error } = spawnSync('apt-get', args, {
      timeout: limitMs,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (status !== 0) return `apt-get ${args[0]} failed (${error?.message ?? stderr.trim().slice(-300)})`
  }
  return null
}
