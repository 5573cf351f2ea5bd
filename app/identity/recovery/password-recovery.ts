import { emailKeyOf } from '../../contract/index.ts'
import { now, Problem } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import { lockHolder } from '../accounts/address-holders.ts'
import type { PasswordRefused } from '../password-rules/password-refusals.ts'
import type { Principal, Visitor } from '../token-service.ts'
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

type PasswordRecovery = Pick<
  RecoveryService,
  'requestReset' | 'resetPassword' | 'requestResetPasskey' | 'changePassword' | 'setPassword'
>
type ResetInput = Parameters<RecoveryService['resetPassword']>[0]

/** A new password: for somebody who lost the old one and reads the account's mail, and for somebody who knows it. */
export function createPasswordRecovery(tools: RecoveryTools & FactorTools): PasswordRecovery {
  const {
    store,
    codes,
    limits,
    signInLimits,
    passwords,
    passwordRules,
    sessions,
    post,
    postNotice,
    record,
    pseudonymOf,
  } = tools
  const { factors, signIns } = tools

  function noteRefusal(refusal: PasswordRefused, actorId: string, visitor: Visitor): PasswordRefused {
    const detail = { reason: refusal.reason }
    record({ type: 'account.password_refused', outcome: 'refused', subjectId: actorId, ...visitor, detail })
    return refusal
  }

  /** Null when the account has no second factor, or one was shown. */
  async function refuseFactor(
    { id }: Account,
    { factor, passkey }: Pick<ResetInput, 'factor' | 'passkey'>,
    binding: string,
    visitor: Visitor,
    deviceMark: string | null,
  ) {
    const { totp, passkeys, recoveryCodesLeft } = await factors.overview(id)
    if (totp === null && passkeys.length === 0) return null
    const methods = { totp: totp !== null, passkey: passkeys.length > 0, recoveryCode: recoveryCodesLeft > 0 }
    if (factor === '' && passkey === undefined) return { kind: 'factor-required' as const, methods }
    const proof =
      passkey === undefined
        ? { kind: 'code' as const, code: factor }
        : { kind: 'passkey' as const, response: passkey, binding }
    const proved = await factors.prove(id, proof, visitor, deviceMark)
    if (proved.kind === 'proved') return null
    return proved.kind === 'throttled' ? proved : { ...proved, methods }
  }

  /** The account that a code for a new password belongs to; counted before it is looked at. */
  async function findReset(code: string, visitor: Visitor) {
    const admitted = await admitCode(tools, ['reset-password'], code, visitor)
    if (admitted.kind !== 'found') return admitted
    const { row } = admitted
    const account = row.userId === null ? null : await store.findAccount({ id: row.userId })
    if (!account || account.disabledAt !== null) return refuseCode(tools, row, visitor)
    return { kind: 'found' as const, row, account }
  }

  /**
   * Puts a password in place of the one that was read, and a new session in place of the one at hand; null when another
   * tab changed the password in this moment. Whoever was signed out meanwhile changes nothing.
   */
  async function replacePassword(
    account: Account,
    password: string,
    { amr, sessionId: renews }: Principal,
    visitor: Visitor,
    persistent: boolean,
  ) {
    const refusal = await passwordRules.check(password, account)
    if (refusal) return noteRefusal(refusal, account.id, visitor)
    const passwordHash = await passwords.hash(password)
    const verified = { passwordHash, factorVersion: null }
    const how = { amr, persistent, visitor, verified, replaces: null, renews, endsAs: 'password-changed' as const }
    const start = sessions.prepare({ user: account, ...how })
    const outcome = await store.changePassword(account.id, account.passwordHash, passwordHash, start)
    if (outcome.kind === 'overtaken') {
      signIns.noteOvertaken(account.id, visitor)
      throw new Problem('sign_in_required')
    }
    if (outcome.kind !== 'done') return null
    await signInLimits.forgiveAccount(account.email)
    record({ type: 'account.password_changed', outcome: 'success', actorId: account.id, ...visitor })
    recordEnded(tools, account.id, outcome.endedSessions, 'password-changed', visitor)
    await postNotice({ kind: 'password-changed', to: account.email, at: now(), how: 'changed' }, { about: account.id })
    return start.answer(outcome.begun)
  }

  return {
    async requestReset(email, visitor) {
      const throttled = await limits.refuseRequest(visitor)
      if (throttled) return throttled
      const emailKey = emailKeyOf(email)
      const account = await store.findAccount({ emailKey })
      const tried = pseudonymOf(emailKey)
      const about = account ? { subjectId: account.id } : { detail: { tried } }
      record({
        type: 'password.reset_requested',
        outcome: mayReset(account) ? 'success' : 'refused',
        ...about,
        ...visitor,
      })
      if (!(await limits.mayMail('reset', emailKey))) return { kind: 'mail-sent' }
      // For an address without an account the same is written, and the code is seen by nobody.
      const { code, read } = await codes.issue(
        (tx) => lockHolder(tx, emailKey),
        (holder) => {
          const [subject, userId] = mayReset(holder.account) ? [holder.account.id, holder.account.id] : [tried, null]
          return { purpose: 'reset-password', subject, userId, payload: {}, lifeMs: codeLifeMs }
        },
      )
      const known = mayReset(read.account) ? read.account : null
      const whom = { about: known?.id ?? null, isDecoy: !known }
      await post({ kind: 'reset-password', to: known?.email ?? email, code: code ?? '' }, whom)
      return { kind: 'mail-sent' }
    },

    async requestResetPasskey(code, visitor) {
      const found = await findReset(code, visitor)
      if (found.kind !== 'found') return found
      const request = await factors.requestResetPasskey(found.account.id, found.row.id)
      if (!request) return refuseCode(tools, found.row, visitor)
      await limits.forgiveCode(visitor)
      return { kind: 'passkey-request', request }
    },

    async resetPassword({ code, password, factor, passkey }, visitor, { deviceMark }) {
      const found = await findReset(code, visitor)
      if (found.kind !== 'found') return found
      const { row, account } = found
      const refusal = await passwordRules.check(password, account)
      if (refusal) return noteRefusal(refusal, account.id, visitor)
      // Before anything is used up that cannot be given back: the queue of hashes may be full.
      const passwordHash = await passwords.hash(password)
      const judged = await factors.judge(account.id)
      const missing = await refuseFactor(account, { factor, passkey }, row.id, visitor, deviceMark)
      if (missing) return missing
      const outcome = await store.resetPassword(row.id, account.id, passwordHash, judged)
      if (outcome.kind !== 'done') return refuseCode(tools, row, visitor)
      await signInLimits.forgiveAccount(account.email)
      await limits.forgiveCode(visitor)
      record({ type: 'password.reset', outcome: 'success', subjectId: account.id, ...visitor })
      recordEnded(tools, account.id, outcome.endedSessions, 'password-reset', visitor)
      await post({ kind: 'password-changed', to: account.email, at: now(), how: 'reset' }, { about: account.id })
      return { kind: 'reset' }
    },

    async changePassword({ current, password }, principal, visitor, held) {
      const proof = await provePassword(tools, principal, current, visitor, held.deviceMark)
      if (proof.kind !== 'proved') return proof
      const started = await replacePassword(proof.account, password, principal, visitor, held.persistent)
      // What was typed here is the old one by now.
      if (started === null) return { kind: 'wrong-password' }
      return started.kind === 'signed-in' ? { ...started, deviceMark: proof.deviceMark } : started
    },

    async setPassword(password, principal, visitor, held) {
      const account = await store.findAccount({ id: principal.userId })
      if (!account) throw new Problem('sign_in_required')
      const started = await replacePassword(account, password, principal, visitor, held.persistent)
      if (started === null) throw new Problem('conflict', { detail: 'Your password was changed in another tab.' })
      return started.kind === 'signed-in' ? { ...started, deviceMark: null } : started
    },
  }
}

function mayReset(account: Account | null): account is Account {
  return account !== null && account.disabledAt === null
}
