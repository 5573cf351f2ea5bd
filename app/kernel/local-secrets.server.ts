import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { deriveSecrets, type Secret } from './secrets.server.ts'

type Source = { written: string | undefined; dataDir: string; isLocal: boolean; mayCreate: boolean }

/**
 * The secrets of this installation. Written ones win; on loopback a file in the data folder (mode 0600) is created on
 * the first start; anywhere else a missing secret is a reason not to start.
 */
export function loadSecrets(source: Source): { secrets: readonly Secret[]; reasons: string[] } {
  const make = `make one with: node -e "console.log(require('crypto').randomBytes(32).toString('base64'))"`
  if (source.written === undefined && !source.isLocal) {
    return { secrets: [], reasons: [`APP_SECRETS is missing; ${make}`] }
  }
  try {
    const text = source.written ?? readOrCreate(source)
    const { entries, reasons } = parseSecrets(text)
    return { secrets: deriveSecrets(entries), reasons: reasons.map((reason) => `${reason}; ${make}`) }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    return {
      secrets: [],
      reasons: [`DATA_DIR ${source.dataDir} cannot be written (${code}): check its owner and permissions`],
    }
  }
}

/** Splits `APP_SECRETS` into its entries, newest first, and says what is wrong with any of them. */
export function parseSecrets(text: string): { entries: Buffer[]; reasons: string[] } {
  const parts = text.split(',').map((part) => part.trim())
  const entries = parts.map((part) => Buffer.from(part, 'base64'))
  const reasons: string[] = []
  for (const [index, bytes] of entries.entries()) {
    const isBase64 = bytes.toString('base64').replace(/=+$/, '') === parts[index]?.replace(/=+$/, '')
    if (!isBase64) reasons.push(`APP_SECRETS entry ${index + 1} is not base64`)
    else if (bytes.length < 32)
      reasons.push(`APP_SECRETS entry ${index + 1} has ${bytes.length} bytes, at least 32 are needed`)
  }
  if (new Set(parts).size !== parts.length) reasons.push('APP_SECRETS holds the same entry twice')
  return { entries, reasons }
}

function readOrCreate({ dataDir, mayCreate }: Source): string {
  const file = resolve(dataDir, 'secrets')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const created = randomBytes(32).toString('base64')
  if (!mayCreate) return created
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  try {
    writeFileSync(file, `${created}\n`, { mode: 0o600, flag: 'wx' })
    return created
  } catch (error) {
    // Another process of the same first start was faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFileSync(file, 'utf8').trim()
    throw error
  }
}
