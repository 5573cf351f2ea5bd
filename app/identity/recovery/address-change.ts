import { emailKeyOf, type PostMail } from '../../contract/index.ts'
import { now, Problem } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import { findHolder, type Holder, holderId, lockAccount } from '../accounts/address-holders.ts'
import type { NewCode } from './codes.ts'
import type { RecoveryService } from './recovery-service.ts'
import {
  admitCode,
  codeLifeMs,
  payloadOf,
  provePassword,
  type RecoveryTools,
  recordEnded,
  refuseCode,
  suspectBeforeMs,
  undoLifeMs,
} from './recovery-tools.ts'

type AddressChange = Pick<RecoveryService, 'requestAddressChange' | 'confirmAddressChange' | 'undoAddressChange'>

/** Another address for an account: confirmed by the new one, announced to the old one, which can undo it for a week. */
export function createAddressChange(tools: RecoveryTools): AddressChange {
  const { store, codes, limits, passwords, signInLimits, post, record } = tools
  return {
    async requestAddressChange({ email, current }, principal, visitor, held) {
      const proof = await provePassword(tools, principal, current, visitor, held.deviceMark)
      if (proof.kind !== 'proved') return proof
      const { account } = proof
      const emailKey = emailKeyOf(email)
      if (emailKey === account.emailKey) return { kind: 'same-address' }
      const throttled = await limits.refuseRequest(visitor)
      if (throttled) return throttled
      record({ type: 'account.email_change_requested', outcome: 'success', actorId: account.id, ...visitor })
      if (!(await limits.mayMail('change', emailKey))) return { kind: 'mail-sent' }
      const { code, read } = await codes.issue(
        function* (tx) {
          return { own: yield* lockAccount(tx, account), ...(yield* findHolder(tx, emailKey)) }
        },
        ({ own, ...holder }) => {
          if (!isAsProved(account, own)) return null
          // Whether the new address has an account, its owner is told and nobody else.
          return isFree(holder, account.id) ? newCode(account.id, email) : idleCode(account.id)
        },
      )
      if (read.own === null) throw new Problem('sign_in_required')
      // What was typed here is the old one by now.
      if (code === null) return { kind: 'wrong-password' }
      await post(...mailAbout(read, account.id, email, code))
      return { kind: 'mail-sent' }
    },

    async confirmAddressChange(typed, principal, visitor) {
      const admitted = await admitCode(tools, ['change-address'], typed, visitor)
      if (admitted.kind !== 'found') return admitted
      const { row } = admitted
      const account = row.userId === principal.userId ? await store.findAccount({ id: principal.userId }) : null
      if (!account) return refuseCode(tools, row, visitor)
      const { email = '' } = payloadOf(row)
      // An address that nobody ever confirmed may be a stranger's: it is told, but gets no way to take the account.
      const undo =
        account.emailVerifiedAt === null
          ? null
          : codes.prepare({
              purpose: 'undo-address',
              ...{ subject: account.id, userId: account.id, payload: { email: account.email }, lifeMs: undoLifeMs },
              reserves: account.emailKey,
            })
      const to = { email, emailKey: emailKeyOf(email) }
      const outcome = await store.changeAddress(row.id, account, to, undo?.row ?? null, principal.sessionId)
      if (outcome.kind === 'taken') return { kind: 'email-taken' }
      if (outcome.kind === 'used') return refuseCode(tools, row, visitor)
      await limits.forgiveCode(visitor)
      record({ type: 'account.email_changed', outcome: 'success', actorId: account.id, ...visitor })
      recordEnded(tools, account.id, outcome.endedSessions, 'address-changed', visitor)
      const notice = { kind: 'address-changed', to: account.email, at: now(), undoCode: undo?.code ?? null } as const
      await post(notice, { about: account.id })
      return { kind: 'changed' }
    },

    async undoAddressChange(typed, visitor) {
      const admitted = await admitCode(tools, ['undo-address'], typed, visitor)
      if (admitted.kind !== 'found') return admitted
      const { row } = admitted
      const account = row.userId === null ? null : await store.findAccount({ id: row.userId })
      if (!account) return refuseCode(tools, row, visitor)
      const { email = '' } = payloadOf(row)
      const to = { email, emailKey: emailKeyOf(email) }
      const since = row.createdAt - suspectBeforeMs
      const outcome = await store.restoreAddress(row, account.id, to, { noPassword: passwords.createDecoy(), since })
      if (outcome.kind === 'taken') return { kind: 'email-taken' }
      if (outcome.kind === 'used') return refuseCode(tools, row, visitor)
      await limits.forgiveCode(visitor)
      await signInLimits.forgiveAccount(email)
      record({ type: 'account.email_restored', outcome: 'success', subjectId: account.id, ...visitor })
      recordEnded(tools, account.id, outcome.endedSessions, 'address-restored', visitor)
      for (const factor of outcome.removedFactors) {
        record({ type: 'factor.removed', outcome: 'success', subjectId: account.id, ...visitor, detail: { factor } })
      }
      await post({ kind: 'address-restored', to: email, at: now() }, { about: account.id })
      return { kind: 'restored' }
    },
  }
}

/** What goes to the new address: its code, or a notice to whoever has it already. */
function mailAbout(holder: Holder, userId: string, email: string, code: string): Parameters<PostMail> {
  return isFree(holder, userId)
    ? [{ kind: 'confirm-new-address', to: email, code }, { about: userId }]
    : [{ kind: 'address-taken', to: holder.account?.email ?? email }, { about: holderId(holder) }]
}

function newCode(userId: string, email: string): NewCode {
  return { purpose: 'change-address', subject: userId, userId, payload: { email }, lifeMs: codeLifeMs }
}

/** As much work, for an address that is taken: nobody ever sees this code, and what waited is dead as it would be. */
function idleCode(userId: string): NewCode {
  return { purpose: 'change-address', subject: userId, userId: null, payload: {}, lifeMs: codeLifeMs }
}

/** Whether the account is still the one whose password was proved, at the same address. */
function isAsProved(proved: Account, own: Account | null): boolean {
  return own?.passwordHash === proved.passwordHash && own.emailKey === proved.emailKey
}

/** An address that is kept for this very account is free to it. */
function isFree({ account, reservedFor }: Holder, userId: string): boolean {
  return account === null && (reservedFor === null || reservedFor === userId)
}
