import { randomBytes } from 'node:crypto'
import { emailKeyOf, type Role } from '../../contract/index.ts'
import { now, Problem, type RecordEvent } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import type { Visitor } from '../token-service.ts'
import type { AccountStore } from './account-store.ts'
import type { Passwords } from './passwords.ts'

/** Already checked by the schemas in `contract/`. */
export type NewAccount = { name: string; email: string; password: string; role?: Role; emailVerifiedAt?: number }

export type Promotion = 'promoted' | 'promoted-unconfirmed' | 'already-admin' | 'unknown' | 'unconfirmed'

export type Accounts = {
  create(input: NewAccount, visitor?: Visitor): Promise<{ kind: 'created'; account: Account } | { kind: 'email-taken' }>
  authenticate(
    input: { email: string; password: string },
    visitor: Visitor,
  ): Promise<
    | { kind: 'authenticated'; account: Account }
    | { kind: 'invalid-credentials' }
    | { kind: 'account-disabled' }
    | { kind: 'password-reset-required' }
    | { kind: 'address-unconfirmed' }
    /** It is the password of a registration that waits for its code, and of no account. */
    | { kind: 'registration-waiting' }
  >
  /** Makes an account an admin; with `onlyConfirmed` only where somebody has proved that its address is theirs. */
  promote(email: string, options?: { onlyConfirmed: boolean }): Promise<Promotion>
}

type Deps = {
  store: AccountStore
  passwords: Passwords
  record: RecordEvent
  /** What stands in events for an address that somebody typed. */
  pseudonymOf: (emailKey: string) => string
  /** Where addresses are confirmed first: the hash that waits with a registration. Null where they need not be. */
  findWaitingHash?: ((emailKey: string) => Promise<string | null>) | null
}

/** Who there is, and whether somebody is who they say. */
export function createAccounts({ store, passwords, record, pseudonymOf, findWaitingHash = null }: Deps): Accounts {
  /**
   * Brings an old hash to today's parameters; the account as it is then. A busy queue puts it off to the next sign-in. Null
   * when the hash has changed meanwhile: by another sign-in that did the same, or because the password is another one.
   */
  async function rehash(account: Account, password: string): Promise<Account | null> {
    if (!passwords.needsRehash(account.passwordHash)) return account
    try {
      const passwordHash = await passwords.hash(password)
      if (!(await store.replaceHash(account.id, account.passwordHash, passwordHash, now()))) return null
      record({ type: 'account.password_rehashed', outcome: 'success', actorId: account.id })
      return { ...account, passwordHash }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return account
    }
  }

  /** Where addresses are confirmed first: nobody has proved yet that the one of this account is theirs. */
  function isUnconfirmed(account: Account): boolean {
    return findWaitingHash !== null && account.emailVerifiedAt === null
  }

  /**
   * True for the password of a registration that waits. The same work whether or not one does. A password that was compared
   * with the account's counts as wrong, so a queue that is full by now makes no difference to that.
   */
  async function isOfWaiting(emailKey: string, password: string): Promise<boolean> {
    if (findWaitingHash === null) return false
    const hash = await findWaitingHash(emailKey)
    try {
      return (await passwords.verify(hash ?? passwords.decoy, password)) && hash !== null
    } catch (error) {
      if (error instanceof Problem && error.code === 'busy') return false
      throw error
    }
  }

  /**
   * What is said to a password that is no account's: it may be that of a registration which waits, and there may be one of a
   * taken address too. The same work and the same answer whether or not the address has an account.
   */
  async function refuseMismatch(emailKey: string, password: string, account: Account | null, visitor: Visitor) {
    const isWaiting = await isOfWaiting(emailKey, password)
    const subject = account ? { subjectId: account.id } : {}
    const about = { ...subject, ...visitor, detail: { tried: pseudonymOf(emailKey) } }
    record({ type: 'signin.failed', outcome: isWaiting ? 'refused' : 'failure', ...about })
    return { kind: isWaiting ? ('registration-waiting' as const) : ('invalid-credentials' as const) }
  }

  /** What stands against somebody who knows the password. */
  function refuseStanding(account: Account, visitor: Visitor) {
    const about = { outcome: 'refused', subjectId: account.id, ...visitor } as const
    if (account.disabledAt !== null) {
      record({ type: 'signin.disabled', ...about })
      return { kind: 'account-disabled' } as const
    }
    if (account.passwordResetRequiredAt === null) return null
    record({ type: 'signin.failed', ...about, detail: { reason: 'reset-required' } })
    return { kind: 'password-reset-required' } as const
  }

  /** The account returned has the hash that the password matched and that is the account's now, as far as one can see. */
  const authenticate: Accounts['authenticate'] = async ({ email, password }, visitor) => {
    const emailKey = emailKeyOf(email)
    const account = await store.findByEmailKey(emailKey)
    const matches = await passwords.verify(account?.passwordHash ?? passwords.decoy, password)
    if (!account || !matches) return refuseMismatch(emailKey, password, account, visitor)
    if (isUnconfirmed(account)) {
      record({ type: 'signin.failed', outcome: 'refused', subjectId: account.id, ...visitor })
      return { kind: 'address-unconfirmed' }
    }
    const refusal = refuseStanding(account, visitor)
    if (refusal) return refusal
    const renewed = await rehash(account, password)
    // Another sign-in may have done the same; what is there now has to match as well.
    return renewed ? { kind: 'authenticated', account: renewed } : authenticate({ email, password }, visitor)
  }

  return {
    // The hash comes first, so that a taken address costs what a new one costs; the unique index decides who was first.
    async create({ name, email, password, role = 'user', emailVerifiedAt = null }, visitor) {
      const passwordHash = await passwords.hash(password)
      const at = now()
      const account: Account = {
        ...{ id: randomBytes(16).toString('base64url'), email, emailKey: emailKeyOf(email), name, passwordHash, role },
        ...{ disabledAt: null, createdAt: at, updatedAt: at, emailVerifiedAt },
        ...{ disabledReason: null, passwordResetRequiredAt: null },
      }
      if (!(await store.insert(account))) {
        const detail = { tried: pseudonymOf(account.emailKey), reason: 'email-taken' }
        record({ type: 'account.registered', outcome: 'refused', ...visitor, detail })
        return { kind: 'email-taken' }
      }
      record({ type: 'account.registered', outcome: 'success', actorId: account.id, ...visitor })
      return { kind: 'created', account }
    },

    authenticate,

    async promote(email, { onlyConfirmed } = { onlyConfirmed: false }) {
      const emailKey = emailKeyOf(email.trim())
      const account = await store.findByEmailKey(emailKey)
      if (!account) return 'unknown'
      if (onlyConfirmed && account.emailVerifiedAt === null) return 'unconfirmed'
      if (!(await store.changeRole(emailKey, 'admin', now()))) return 'already-admin'
      record({ type: 'account.role_changed', outcome: 'success', subjectId: account.id, detail: { role: 'admin' } })
      return account.emailVerifiedAt === null ? 'promoted-unconfirmed' : 'promoted'
    },
  }
}
