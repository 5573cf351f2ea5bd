import type { Database } from '../../../db/index.ts'
import type { FactorNotice } from '../../contract/index.ts'
import { deriveKeyRing, type KeyRing, type Settings } from '../../kernel/index.server.ts'
import type { RecordEvent } from '../../kernel/index.ts'
import { createFactorLimits, type FactorLimitSettings } from '../limits/factor-limits.ts'
import type { SignIns } from '../sign-in/sign-ins.ts'
import type { Visitor } from '../token-service.ts'
import { createCodeProofs, reencryptTotpSecrets } from './code-proofs.ts'
import type { FactorService } from './factor-service.ts'
import { createFactorStore } from './factor-store.ts'
import { createOwnFactors } from './own-factors.ts'
import { createPasskeyChallenges } from './passkey-challenges.ts'
import { createPasskeys } from './passkeys.ts'
import { createProofs } from './proofs.ts'
import { createSecondStep, type SecondStep } from './second-step.ts'
import { createSessionRenewal } from './session-renewal.ts'
import { createSpentMarks } from './spent-marks.ts'

export type FactorSettings = FactorLimitSettings & Pick<Settings, 'APP_ORIGIN' | 'REGISTRATION' | 'secrets'>

export type Factors = {
  service: FactorService
  findMissing: SecondStep['findMissing']
  /** Encrypts stored secrets with the newest secret of the ring. Returns the ids of the secrets still in use. */
  reencryptWith(ring: KeyRing): Promise<string[]>
}

export type FactorDeps = {
  database: Database
  settings: FactorSettings
  record: RecordEvent
  signIns: SignIns
  endOtherSessions: (userId: string, keptSessionId: string, visitor: Visitor) => Promise<unknown>
  notify: (account: { id: string; email: string }, notice: FactorNotice) => Promise<void>
}

/** Everything about second factors, put together over a store. */
export function createFactors(deps: FactorDeps): Factors {
  const { database, settings, record, signIns, endOtherSessions, notify } = deps
  const ring = deriveKeyRing(settings.secrets, 'factors')
  const store = createFactorStore(database)
  const spent = createSpentMarks(database)
  const limits = createFactorLimits({ database, settings, record })
  const challenges = createPasskeyChallenges(ring, spent)
  const passkeys = createPasskeys({ store, challenges, origin: settings.APP_ORIGIN })
  const proofs = createProofs({ limits, checkCode: createCodeProofs(store, ring), passkeys, record, notify })
  const { findMissing, ...secondStep } = createSecondStep({
    ...{ store, ring, limits, passkeys, proofs, spent, signIns },
    isConfirming: settings.REGISTRATION === 'verify-email',
  })
  return {
    findMissing,
    reencryptWith: (to) => reencryptTotpSecrets(store, ring, to),
    service: {
      passkeysWork: !isIpAddress(new URL(settings.APP_ORIGIN).hostname),
      ...secondStep,
      ...createOwnFactors({ store, ring, passkeys, record, notify, endOtherSessions }),

      ...createSessionRenewal({ store, limits, passkeys, proofs, signIns }),

      async requestResetPasskey(userId, binding) {
        const own = await store.listPasskeys(userId)
        return own.length === 0 ? null : passkeys.requestProof('reset', binding, own)
      },

      async judge(userId) {
        const { version: factorVersion, hasTotp, passkeyCount } = await store.count(userId)
        return { factorVersion, hasFactor: hasTotp || passkeyCount > 0 }
      },

      async prove(userId, proof, visitor, deviceMark) {
        const account = await store.findAccount(userId)
        if (!account) return { kind: 'factor-refused' }
        if (proof.kind === 'code') {
          return proofs.byCode(account, proof.code, visitor, deviceMark, { onlyApp: false, isAtReset: true })
        }
        const { response, binding } = proof
        return proofs.byPasskey(response, { purpose: 'reset', binding, userId }, visitor)
      },
    },
  }
}

/** WebAuthn knows relying parties by their domain only. */
function isIpAddress(hostname: string): boolean {
  return /^[\d.]+$|^\[/.test(hostname)
}
