import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installPackages } from '../support/debian.ts'

// node tests/browsers/require-programs.ts w3m lynx: sees to it that these programs of Debian are there, each in the
// package of its own name. Installs them as root; says what to do and fails where that is not possible.

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
  const obstacle = installPackages(packages)
  if (obstacle !== null) return obstacle
  const absent = packages.filter((name) => !isInstalled(name))
  return absent.length === 0 ? null : `the packages brought no ${absent.join(', ')}`
}
