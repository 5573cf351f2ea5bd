import { decryptText, encryptText, type KeyRing } from '../../kernel/index.server.ts'
import { now } from '../../kernel/index.ts'
import type { FactorStore } from './factor-store.ts'
import { hashRecoveryCode, readRecoveryCode } from './recovery-codes.ts'
import { findTotpStep, readTotpCode } from './totp.ts'

export type CodeVerdict =
  | { kind: 'totp' }
  | { kind: 'recovery-code'; left: number }
  | { kind: 'refused'; reason: 'malformed' | 'wrong' | 'used' | 'none' | 'unreadable' }

/** `onlyApp`: recovery codes are not taken, and none is used up. */
export type CodeOptions = { readonly onlyApp: boolean }

/** Checks a code of an app or a recovery code, and uses it up. Counts nothing: that is for whoever asks. */
export function createCodeProofs(
  store: FactorStore,
  ring: KeyRing,
): (userId: string, text: string, options: CodeOptions) => Promise<CodeVerdict> {
  async function checkTotp(userId: string, code: string): Promise<CodeVerdict> {
    const row = await store.findTotp(userId)
    if (!row) return { kind: 'refused', reason: 'none' }
    const secret = decryptTotpSecret(ring, userId, row.secret)
    if (secret === null) return { kind: 'refused', reason: 'unreadable' }
    const step = findTotpStep(secret, code, now(), row.lastStep)
    if (step === null) {
      const isUsed = findTotpStep(secret, code, now(), -1) !== null
      return { kind: 'refused', reason: isUsed ? 'used' : 'wrong' }
    }
    return (await store.spendTotpStep(userId, step)) ? { kind: 'totp' } : { kind: 'refused', reason: 'used' }
  }

  return async (userId, text, { onlyApp }) => {
    const totp = readTotpCode(text)
    if (totp !== null) return await checkTotp(userId, totp)
    const recovery = onlyApp ? null : readRecoveryCode(text)
    if (recovery === null) return { kind: 'refused', reason: 'malformed' }
    const left = await store.spendRecoveryCode(userId, hashRecoveryCode(userId, recovery))
    return left === null ? { kind: 'refused', reason: 'wrong' } : { kind: 'recovery-code', left }
  }
}

/** A shared secret as it is stored: encrypted, and of use for this account only. */
export function encryptTotpSecret(ring: KeyRing, userId: string, secret: string) {
  return { secret: encryptText(ring, secret, totpContext(userId)), secretId: ring.newest.id }
}

export function decryptTotpSecret(ring: KeyRing, userId: string, encrypted: string): string | null {
  return decryptText(ring, encrypted, totpContext(userId))
}

function totpContext(userId: string): string {
  return `totp secret|${userId}`
}

/**
 * Encrypts every stored secret with the newest key of `to`. Returns the ids of the secrets that are still needed; one that
 * no key opens stays as it is.
 */
export async function reencryptTotpSecrets(store: FactorStore, from: KeyRing, to: KeyRing): Promise<string[]> {
  for (let behind = ''; ; ) {
    const rows = await store.listTotpEncryptedOtherwise(to.newest.id, behind)
    for (const row of rows) {
      const secret = decryptTotpSecret(from, row.userId, row.secret)
      if (secret === null) continue
      const encrypted = encryptTotpSecret(to, row.userId, secret)
      await store.reencryptTotp(row, encrypted.secret, encrypted.secretId)
    }
    const last = rows.at(-1)
    if (!last) return await store.listTotpSecretIds()
    behind = last.userId
  }
}
