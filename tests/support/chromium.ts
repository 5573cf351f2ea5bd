import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

/** The same engine without a browser's window around it: a third of the processor time for each context that is opened. */
const headlessPaths = ['/usr/bin/chromium-headless-shell']

const systemPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** A Chromium to test with: `CHROMIUM_PATH`, the system's (the light one first), Playwright's own; null when there is none. */
export function findChromium(): string | null {
  return findWholeChromium(headlessPaths)
}

/** The same with a window, which some features of a browser need; `preferred` comes before the system's. */
export function findWholeChromium(preferred: readonly string[] = []): string | null {
  const wanted = process.env.CHROMIUM_PATH
  const candidates = wanted ? [wanted] : [...preferred, ...systemPaths, chromium.executablePath()]
  return candidates.find((path) => path !== '' && existsSync(path)) ?? null
}

/** No sandbox, since tests run as root too, and nothing that talks to the browser's maker. */
export const chromiumArguments = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
