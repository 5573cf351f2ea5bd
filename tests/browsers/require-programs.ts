import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

// node tests/browsers/require-programs.ts w3m lynx: sees to it that these programs of Debian are there, each in the
// package of its own name. Installs them as root; says what to do and fails where that is not possible.

const limitMs = 300_000
const missing = process.argv.slice(2).filter((program) => !isInstalled(program))
if (missing.length > 0) {
  const obstacle = install(missing)
  if (obstacle !== null) {
    console.error(`These tests need ${missing.join(', ')}: ${obstacle}.`)
    console.error(`On Debian: apt-get install --no-install-recommends ${missing.join(' ')}`)
    process.exit(1)
  }
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Returns why the programs are still missing, or null when they are there. */
function install(packages: string[]): string | null {
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
  const absent = packages.filter((name) => !isInstalled(name))
  return absent.length === 0 ? null : `the packages brought no ${absent.join(', ')}`
}
