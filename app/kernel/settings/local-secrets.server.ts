import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { deriveSecrets, type Secret } from '../crypto/secrets.server.ts'
import { StartError } from '../errors.ts'
import { isOpenBeyondOwner } from './file-modes.server.ts'

/** Where the secrets of a local installation live. */
export function localSecretsFile(dataDir: string): string {
  return resolve(dataDir, 'secrets')
}

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
    const file = localSecretsFile(source.dataDir)
    // It is made readable by its owner alone; a copy or a backup may have lost that.
    const isOpen = source.written === undefined && existsSync(file) && isOpenBeyondOwner(file)
    if (isOpen) return { secrets: [], reasons: [`${file} can be read by others: chmod 600 it`] }
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

/** A new secret of 32 random bytes, in the form `APP_SECRETS` takes. */
export function createSecret(): string {
  return randomBytes(32).toString('base64')
}

/** Secrets as `APP_SECRETS` takes them: base64, newest first. To be shown to nobody but their owner. */
export function writeSecrets(secrets: readonly Secret[]): string {
  return secrets.map(({ bytes }) => bytes.toString('base64')).join(',')
}

/** Replaces the local secrets in one step: whoever reads meanwhile sees the old file or the new one, both 0600. */
export function replaceLocalSecrets(file: string, secrets: readonly Secret[]): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(draft, `${writeSecrets(secrets)}\n`, { mode: 0o600, flag: 'wx' })
    const handle = openSync(draft, 'r')
    fsyncSync(handle)
    closeSync(handle)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new StartError([
      `${file} cannot be replaced (${(error as NodeJS.ErrnoException).code}): check its permissions`,
    ])
  }
}

/**
 * Follows the file of local secrets, so that a running server takes part in a rotation: what stands in it replaces the
 * contents of `secrets`, which every key ring follows. A file that is gone or damaged changes nothing. Returns the end of it.
 */
export function watchLocalSecrets(file: string, secrets: readonly Secret[], intervalMs = 2_000): () => void {
  const reread = () => {
    try {
      const text = readFileSync(file, 'utf8').trim()
      // Compared with what is held, not with an earlier look: a change before the first look is seen as well.
      if (text === writeSecrets(secrets)) return
      const { entries, reasons } = parseSecrets(text)
      if (reasons.length === 0) (secrets as Secret[]).splice(0, secrets.length, ...deriveSecrets(entries))
    } catch {
      // Between a removal and a new file there is nothing to read; the next look brings us back.
    }
  }
  const looks = setInterval(reread, intervalMs).unref()
  return () => clearInterval(looks)
}

function readOrCreate({ dataDir, mayCreate }: Source): string {
  const file = localSecretsFile(dataDir)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const created = createSecret()
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
