import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findChromium } from './chromium.ts'

const limitMs = 900_000

/** Most journeys run in the light one; what needs a whole browser runs in the other. They share most of their files. */
const packages = ['chromium-headless-shell', 'chromium']

/** Installs Debian's Chromium where that is possible. Returns why there is still none, or null when there is one. */
export async function installChromium(): Promise<string | null> {
  const advice = 'install Chromium or set CHROMIUM_PATH to one'
  if (process.env.CHROMIUM_PATH) return `CHROMIUM_PATH ${process.env.CHROMIUM_PATH} does not exist; ${advice}`
  if (!existsSync('/etc/debian_version')) return `there is no Chromium and this is not Debian; ${advice}`
  if (process.getuid?.() !== 0) return `there is no Chromium and only root can install Debian's; ${advice}`
  console.log("There is no Chromium; installing Debian's.")
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { status, stderr, error } = spawnSync('apt-get', args, {
      timeout: limitMs,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (status !== 0) return `apt-get ${args[0]} failed (${error?.message ?? stderr.trim().slice(-300)}); ${advice}`
  }
  return findChromium() === null ? `Debian's package brought no Chromium; ${advice}` : null
}
