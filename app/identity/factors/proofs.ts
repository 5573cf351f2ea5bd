import type { FactorNotice } from '../../contract/index.ts'
import type { RecordEvent, SecurityEvent } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import type { FactorLimits } from '../limits/factor-limits.ts'
import type { Throttled, Visitor } from '../token-service.ts'
import type { CodeOptions, CodeVerdict } from './code-proofs.ts'
import type { FactorRefused, ProofResult, Proved } from './factor-service.ts'
import type { ChallengePurpose } from './passkey-challenges.ts'
import { amrOfPasskey, type PasskeyRefusal, type Passkeys, type VerifiedPasskey } from './passkeys.ts'
import { readRecoveryCode } from './recovery-codes.ts'
import { passwordMark } from './step-ticket.ts'

export type Proofs = {
  /**
   * A code of somebody's app or, unless only that will do, one of their recovery codes. Counted before it is looked at.
   */
  byCode(
    account: Account,
    code: string,
    visitor: Visitor,
    deviceMark: string | null,
    options?: CodeOptions,
  ): Promise<ProofResult>
  byPasskey(
    response: unknown,
    expected: { purpose: ChallengePurpose; binding: string; userId: string | null },
    visitor: Visitor,
  ): Promise<(Proved & { userId: string; passkeyId: string }) | FactorRefused | Throttled>
}

/** False where nothing that was sent names a passkey of the account that is asked about. */
function isOfKnownPasskey(reason: PasskeyRefusal): boolean {
  return reason !== 'malformed' && reason !== 'unknown' && reason !== 'foreign'
}

type Deps = {
  limits: FactorLimits
  checkCode: (userId: string, text: string, options: CodeOptions) => Promise<CodeVerdict>
  passkeys: Passkeys
  record: RecordEvent
  notify: (account: Pick<Account, 'id' | 'email'>, notice: FactorNotice) => Promise<void>
}

/** Proofs of a second factor, within limits and with their events. What was wrong stands in the event alone. */
export function createProofs({ limits, checkCode, passkeys, record, notify }: Deps): Proofs {
  function refuse(visitor: Visitor, userId: string | undefined, detail: SecurityEvent['detail']): FactorRefused {
    const about = userId === undefined ? {} : { subjectId: userId }
    record({ type: 'factor.refused', outcome: 'failure', ...about, ...visitor, ...(detail ? { detail } : {}) })
    return { kind: 'factor-refused' }
  }

  function refusePasskey(visitor: Visitor, refusal: { reason: PasskeyRefusal; userId?: string }): FactorRefused {
    return refuse(visitor, refusal.userId, { factor: 'passkey', reason: refusal.reason })
  }

  return {
    async byCode(account, code, visitor, deviceMark, options = { onlyApp: false }) {
      const tried = {
        userId: account.id,
        password: passwordMark(account.passwordHash),
        isGuessable: readRecoveryCode(code) === null,
        isAtReset: options.isAtReset === true,
      }
      const admission = await limits.admitCode(tried, visitor, deviceMark)
      if (admission.kind === 'throttled') return admission
      const verdict = await checkCode(account.id, code, options)
      if (verdict.kind === 'refused') return refuse(visitor, account.id, { factor: 'code', reason: verdict.reason })
      await admission.succeed()
      const about = { outcome: 'success' as const, actorId: account.id, ...visitor }
      if (verdict.kind === 'totp') {
        record({ type: 'factor.used', ...about, detail: { factor: 'totp' } })
        return { kind: 'proved', amr: ['otp', 'mfa'], recoveryCodesLeft: null }
      }
      record({ type: 'recovery_code.used', ...about, detail: { left: verdict.left } })
      await notify(account, { what: 'code-used', left: verdict.left })
      return { kind: 'proved', amr: ['otp', 'mfa'], recoveryCodesLeft: verdict.left }
    },

    async byPasskey(response, expected, visitor) {
      const admission = await limits.admitPasskey(visitor)
      if (admission.kind === 'throttled') return admission
      const verdict = await passkeys.verifyProof(response, expected)
      if (verdict.kind === 'refused') {
        // No signature was looked at: what anybody can send in any number must not shut out their neighbours.
        if (!isOfKnownPasskey(verdict.reason)) await admission.succeed()
        return refusePasskey(visitor, verdict)
      }
      await admission.succeed()
      return used(verdict, visitor)
    },
  }

  function used({ passkey }: VerifiedPasskey, visitor: Visitor) {
    const { userId } = passkey
    record({ type: 'factor.used', outcome: 'success', actorId: userId, ...visitor, detail: { factor: 'passkey' } })
    const amr = amrOfPasskey(passkey)
    return { kind: 'proved' as const, amr, recoveryCodesLeft: null, userId, passkeyId: passkey.id }
  }
}
