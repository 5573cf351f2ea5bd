import { findChromium } from './chromium.ts'
import { installPackages } from './debian.ts'

/** Most journeys run in the light one; what needs a whole browser runs in the other. They share most of their files. */
const packages = ['chromium-headless-shell', 'chromium']

/** Installs Debian's Chromium where that is possible. Returns why there is still none, or null when there is one. */
export function installChromium(): string | null {
  const advice = 'install Chromium or set CHROMIUM_PATH to one'
  if (process.env.CHROMIUM_PATH) return `CHROMIUM_PATH ${process.env.CHROMIUM_PATH} does not exist; ${advice}`
  const refusal = installPackages(packages)
  if (refusal !== null) return `there is no Chromium: ${refusal}; ${advice}`
  return findChromium() === null ? `Debian's package brought no Chromium; ${advice}` : null
}
