import { emailKeyOf } from '../../contract/index.ts'
import { now } from '../../kernel/index.ts'
import type { Account } from '../account-store.ts'
import type { PasswordRefused } from '../password-rules/password-refusals.ts'
import type { Visitor } from '../token-service.ts'
import type { RecoveryService } from './recovery-service.ts'
import {
  admitCode,
  codeLifeMs,
  type FactorTools,
  provePassword,
  type RecoveryTools,
  recordEnded,
  refuseCode,
} from './recovery-tools.ts'

type PasswordRecovery = Pick<RecoveryService, 'requestReset' | 'resetPassword' | 'changePassword'>

/** A new password: for somebody who lost the old one and reads the account's mail, and for somebody who knows it. */
export function createPasswordRecovery(tools: RecoveryTools & FactorTools): PasswordRecovery {
  const { store, codes, limits, signInLimits, passwords, passwordRules, sessions, post, record, pseudonymOf } = tools
  const { factors } = tools

  function noteRefusal(refusal: PasswordRefused, actorId: string, visitor: Visitor): PasswordRefused {
    const detail = { reason: refusal.reason }
    record({ type: 'account.password_refused', outcome: 'refused', subjectId: actorId, ...visitor, detail })
    return refusal
  }

  /** Null when the account has no second factor, or `factor` is one. */
  async function refuseFactor({ id }: Account, factor: string, visitor: Visitor, deviceMark: string | null) {
    const { totp, passkeys } = await factors.overview(id)
    if (totp === null && passkeys.length === 0) return null
    if (factor === '') return { kind: 'factor-required' as const }
    const proved = await factors.prove(id, { kind: 'code', code: factor }, visitor, deviceMark)
    return proved.kind === 'proved' ? null : proved
  }

  return {
    async requestReset(email, visitor) {
      const throttled = await limits.refuseRequest(visitor)
      if (throttled) return throttled
      const emailKey = emailKeyOf(email)
      const account = await store.findAccount({ emailKey })
      const known = account !== null && account.disabledAt === null ? account : null
      const tried = pseudonymOf(emailKey)
      const about = account ? { subjectId: account.id } : { detail: { tried } }
      record({ type: 'password.reset_requested', outcome: known ? 'success' : 'refused', ...about, ...visitor })
      if (!(await limits.mayMail(emailKey))) return { kind: 'mail-sent' }
      // For an address without an account the same is written, and the code is seen by nobody.
      const [subject, userId] = known ? [known.id, known.id] : [tried, null]
      const code = await codes.issue({ purpose: 'reset-password', subject, userId, payload: {}, lifeMs: codeLifeMs })
      await post({ kind: 'reset-password', to: known?.email ?? email, code }, { isDecoy: !known })
      return { kind: 'mail-sent' }
    },

    async resetPassword({ code, password, factor }, visitor, { deviceMark }) {
      const admitted = await admitCode(tools, ['reset-password'], code, visitor)
      if (admitted.kind !== 'found') return admitted
      const { row } = admitted
      const account = row.userId === null ? null : await store.findAccount({ id: row.userId })
      if (!account || account.disabledAt !== null) return refuseCode(tools, row, visitor)
      const refusal = await passwordRules.check(password, account)
      if (refusal) return noteRefusal(refusal, account.id, visitor)
      const missing = await refuseFactor(account, factor, visitor, deviceMark)
      if (missing) return missing
      const outcome = await store.resetPassword(row.id, account.id, await passwords.hash(password))
      if (outcome.kind !== 'done') return refuseCode(tools, row, visitor)
      await signInLimits.forgiveAccount(account.email)
      await limits.forgiveCode(visitor)
      record({ type: 'password.reset', outcome: 'success', subjectId: account.id, ...visitor })
      recordEnded(tools, account.id, outcome.endedSessions, 'password-reset', visitor)
      await post({ kind: 'password-changed', to: account.email, at: now(), how: 'reset' })
      return { kind: 'reset' }
    },

    async changePassword({ current, password }, principal, visitor, held) {
      const proof = await provePassword(tools, principal, current, visitor, held.deviceMark)
      if (proof.kind !== 'proved') return proof
      const { account } = proof
      const refusal = await passwordRules.check(password, account)
      if (refusal) return noteRefusal(refusal, account.id, visitor)
      const outcome = await store.changePassword(account.id, account.passwordHash, await passwords.hash(password))
      // Another tab changed it in this moment: what was typed here is the old one by now.
      if (outcome.kind !== 'done') return { kind: 'wrong-password' }
      record({ type: 'account.password_changed', outcome: 'success', actorId: account.id, ...visitor })
      recordEnded(tools, account.id, outcome.endedSessions, 'password-changed', visitor)
      await post({ kind: 'password-changed', to: account.email, at: now(), how: 'changed' })
      const { persistent } = held
      const started = await sessions.start({ user: account, amr: principal.amr, persistent, visitor, replaces: null })
      return { ...started, deviceMark: proof.deviceMark }
    },
  }
}
