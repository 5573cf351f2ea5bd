import { emailKeyOf } from '../../contract/index.ts'
import { Problem } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import { holderId, lockHolder } from '../accounts/address-holders.ts'
import type { KeyedNames } from '../limits/keyed-names.ts'
import type { Principal, SignedIn, Visitor } from '../token-service.ts'
import { type CodeRow, lockWaiting, type NewCode } from './codes.ts'
import type { Held, RecoveryService } from './recovery-service.ts'
import { admitCode, codeLifeMs, payloadOf, type RecoveryTools, refuseCode } from './recovery-tools.ts'
import { accountOf } from './registration.ts'

type Confirmation = Pick<RecoveryService, 'requestConfirmation' | 'confirmAddress' | 'isAddressConfirmed'>

/** Confirming the address of an account, or of a registration that waits to become one. */
export function createAddressConfirmation(tools: RecoveryTools): Confirmation {
  const { store, codes, limits, passwords, signIns, signInLimits, post, record, pseudonymsOf } = tools

  /** The account is there either way; what has changed since it was made is met at the next sign-in. */
  async function enter(account: Account, visitor: Visitor, held: Held): Promise<SignedIn | { kind: 'confirmed' }> {
    const { refreshToken: replaces, persistent } = held
    const verified = { passwordHash: account.passwordHash, factorVersion: 0 }
    const facts = { amr: ['pwd'], persistent, isNewDevice: false, verified }
    const started = await signIns.start(account, facts, visitor, replaces)
    if (started.kind === 'overtaken') {
      signIns.noteOvertaken(account.id, visitor)
      return { kind: 'confirmed' }
    }
    return { ...started, deviceMark: signInLimits.markDevice(account.id, null) }
  }

  /** Counts the try before the password is looked at. */
  async function checkPassword(row: CodeRow, hash: string, password: string): Promise<'right' | 'wrong' | 'too-often'> {
    if (!(await codes.countTry(row.id))) return 'too-often'
    try {
      return (await passwords.verify(hash, password)) ? 'right' : 'wrong'
    } catch (error) {
      // A full queue has looked at nothing.
      if (error instanceof Problem && error.code === 'busy') await codes.giveBackTry(row.id)
      throw error
    }
  }

  async function completeRegistration(row: CodeRow, password: string, visitor: Visitor, held: Held) {
    const account = accountOf(row)
    const check = await checkPassword(row, account.passwordHash, password)
    if (check === 'wrong') return { kind: 'wrong-password' as const }
    if (check === 'too-often') return refuseCode(tools, row, visitor)
    const outcome = await store.completeRegistration(row.id, account)
    if (outcome.kind === 'taken') return { kind: 'email-taken' as const }
    if (outcome.kind === 'used') return refuseCode(tools, row, visitor)
    await limits.forgiveCode(visitor)
    await signInLimits.forgiveAccount(account.email)
    record({ type: 'account.registered', outcome: 'success', actorId: account.id, ...visitor })
    record({ type: 'account.email_verified', outcome: 'success', actorId: account.id, ...visitor })
    return enter(account, visitor, held)
  }

  /** An account may have a second factor: signing in asks for it, so a code and a password alone start no session. */
  async function confirmAccount(row: CodeRow, password: string, current: Principal | null, visitor: Visitor) {
    const account = row.userId === null ? null : await store.findAccount({ id: row.userId })
    if (!account || (current && current.userId !== account.id)) return refuseCode(tools, row, visitor)
    const check = current ? 'right' : await checkPassword(row, account.passwordHash, password)
    if (check === 'wrong') return { kind: 'wrong-password' as const }
    if (check === 'too-often') return refuseCode(tools, row, visitor)
    const outcome = await store.confirmAddress(row.id, account.id, payloadOf(row).emailKey ?? '')
    if (outcome.kind !== 'done') return refuseCode(tools, row, visitor)
    await limits.forgiveCode(visitor)
    record({ type: 'account.email_verified', outcome: 'success', actorId: account.id, ...visitor })
    return { kind: 'confirmed' as const }
  }

  return {
    async requestConfirmation(email, visitor) {
      const throttled = await limits.refuseRequest(visitor)
      if (throttled) return throttled
      const emailKey = emailKeyOf(email)
      if (!(await limits.mayMail('confirm', emailKey))) return { kind: 'mail-sent' }
      const subjects = pseudonymsOf(emailKey)
      const { code, read } = await codes.issue(
        function* (tx) {
          const { account, reservedFor } = yield* lockHolder(tx, emailKey)
          const waiting = yield* lockWaiting(tx, 'register', subjects)
          const unconfirmed = account?.emailVerifiedAt === null ? account : null
          return { account, reservedFor, unconfirmed, waiting }
        },
        (found) => newCode({ subjects, emailKey, ...found }),
      )
      const isAwaited = read.unconfirmed !== null || (read.account === null && read.waiting !== null)
      const to = read.account?.email ?? email
      const about = isAwaited ? holderId(read) : null
      await post({ kind: 'confirm-address', to, code: code ?? '' }, { about, isDecoy: !isAwaited })
      return { kind: 'mail-sent' }
    },

    async confirmAddress({ code, password }, current, visitor, held) {
      const admitted = await admitCode(tools, ['confirm-address', 'register'], code, visitor)
      if (admitted.kind !== 'found') return admitted
      const { row } = admitted
      if (row.purpose === 'confirm-address') return confirmAccount(row, password, current, visitor)
      // Whoever is signed in here has an account already; this would be another person's.
      return current ? refuseCode(tools, row, visitor) : completeRegistration(row, password, visitor, held)
    },

    isAddressConfirmed: async (userId) => (await store.findAccount({ id: userId }))?.emailVerifiedAt !== null,
  }
}

type Awaited = { subjects: KeyedNames; emailKey: string; unconfirmed: Account | null; waiting: CodeRow | null }

/** The code to send: for an account, for a registration that waits, or (never mailed) for nobody. */
function newCode({ subjects, emailKey, unconfirmed, waiting }: Awaited): NewCode {
  const [subject, ...formerSubjects] = subjects
  // Also where the address has an account since: a sign-in would tell by how long the registration waits.
  if (waiting && !unconfirmed) {
    return {
      purpose: 'register',
      subject,
      formerSubjects,
      userId: null,
      payload: payloadOf(waiting),
      reserves: emailKey,
      lifeMs: codeLifeMs,
    }
  }
  const kind = { purpose: 'confirm-address', lifeMs: codeLifeMs } as const
  return unconfirmed
    ? { ...kind, subject: unconfirmed.id, userId: unconfirmed.id, payload: { emailKey } }
    : { ...kind, subject, userId: null, payload: {} }
}
