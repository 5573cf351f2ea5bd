// @ts-check
import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** What of this folder can be left out, each by its name in `PLATFORM_OFF`. The README says what each is for. */
export const optionalParts = /** @type {const} */ ([
  'compile-cache',
  'leave-out',
  'late-telemetry',
  'own-undici',
  'known-files',
  'listener',
  'brotli',
  'quick-imports',
])

/** Read at the very start, before there are settings: as the settings read it, from the environment or else `.env`. */
const written = process.env.PLATFORM_OFF ?? (existsSync('.env') && parseEnv(readFileSync('.env', 'utf8')).PLATFORM_OFF)
const off = (written || '').split(',').map((name) => name.trim())

/**
 * Tells whether a part is at work.
 * @param {(typeof optionalParts)[number]} part
 */
export function isOn(part) {
  return !off.includes(part) && !off.includes('all')
}
