import { randomBytes } from 'node:crypto'
import { emailKeyOf } from '../../contract/index.ts'
import { now } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import { holderId, lockHolder } from '../accounts/address-holders.ts'
import type { Visitor } from '../token-service.ts'
import type { CodeRow } from './codes.ts'
import type { MailSent } from './recovery-service.ts'
import { codeLifeMs, payloadOf, type RecoveryTools } from './recovery-tools.ts'

export type Registrations = {
  /**
   * Registering where addresses are confirmed first: the same work and the same answer for free and taken addresses. What
   * was entered waits with the code; until that comes back there is no account, and a later registration of the same
   * address takes its place.
   */
  request(input: { name: string; email: string; password: string }, visitor: Visitor): Promise<MailSent>
  /** The hash of the password that waits with a registration of this address, or null. */
  findWaitingHash(emailKey: string): Promise<string | null>
}

export function createRegistrations(tools: RecoveryTools): Registrations {
  const { store, codes, limits, passwords, post, record, pseudonymsOf } = tools
  return {
    async request({ name, email, password }, visitor) {
      const emailKey = emailKeyOf(email)
      const passwordHash = await passwords.hash(password)
      const existing = await store.findAccount({ emailKey })
      const [subject, ...formerSubjects] = pseudonymsOf(emailKey)
      const detail = { tried: subject, ...(existing ? { reason: 'email-taken' } : {}) }
      record({ type: 'account.registration_requested', outcome: existing ? 'refused' : 'success', ...visitor, detail })
      if (!(await limits.mayMail('register', emailKey))) return { kind: 'mail-sent' }
      // For a taken address the same is written, and the code is seen by nobody.
      const payload = { name, email, passwordHash }
      const { code, read } = await codes.issue(
        (tx) => lockHolder(tx, emailKey),
        ({ account }) => ({
          ...{ purpose: 'register', subject, formerSubjects, userId: account?.id ?? null, payload, reserves: emailKey },
          lifeMs: codeLifeMs,
        }),
      )
      await post(
        holderId(read) !== null
          ? { kind: 'address-taken', to: read.account?.email ?? email }
          : { kind: 'confirm-address', to: email, code: code ?? '' },
        { about: holderId(read) },
      )
      return { kind: 'mail-sent' }
    },
    async findWaitingHash(emailKey) {
      const row = await codes.findWaiting('register', pseudonymsOf(emailKey))
      return row ? (payloadOf(row).passwordHash ?? null) : null
    },
  }
}

/** The account that a registration's code brings to life. */
export function accountOf(row: CodeRow): Account {
  const { name = '', email = '', passwordHash = '' } = payloadOf(row)
  const at = now()
  return {
    ...{ id: randomBytes(16).toString('base64url'), email, emailKey: emailKeyOf(email), name, passwordHash },
    ...{ role: 'user', disabledAt: null, disabledReason: null, passwordResetRequiredAt: null },
    ...{ createdAt: at, updatedAt: at, emailVerifiedAt: at },
  }
}
