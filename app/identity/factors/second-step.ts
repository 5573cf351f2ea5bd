import type { KeyRing } from '../../kernel/index.server.ts'
import type { Account } from '../account.ts'
import type { FactorLimits } from '../limits/factor-limits.ts'
import type { Overtaken, Verified } from '../sign-in/session-start.ts'
import type { SignIns } from '../sign-in/sign-ins.ts'
import type { SecondFactorRequired, StepMethods, Visitor } from '../token-service.ts'
import type { FactorService, HeldByBrowser } from './factor-service.ts'
import type { FactorCounts, FactorStore } from './factor-store.ts'
import type { Passkeys } from './passkeys.ts'
import type { Proofs } from './proofs.ts'
import type { SpentMarks } from './spent-marks.ts'
import { decryptStep, decryptTrust, encryptStep, encryptTrust, passwordMark, type StepClaim } from './step-ticket.ts'

type Deps = {
  store: FactorStore
  ring: KeyRing
  limits: FactorLimits
  passkeys: Passkeys
  proofs: Proofs
  spent: SpentMarks
  signIns: SignIns
  /** Where addresses are confirmed first. */
  isConfirming: boolean
}

type Step = { claim: StepClaim; account: Account; counts: FactorCounts }

export type SecondStep = Pick<
  FactorService,
  'describeStep' | 'requestStepPasskey' | 'completeStep' | 'requestSignInPasskey' | 'signInWithPasskey'
> & {
  /**
   * After the first step: what is still missing, or by which version of the factors nothing is. `providerSessionId` when a
   * provider was it. `overtaken` when the password of `account` is no longer the account's.
   */
  findMissing(
    account: Account,
    persistent: boolean,
    trustMark: string | null,
    providerSessionId?: string | null,
  ): Promise<SecondFactorRequired | { kind: 'complete'; factorVersion: number } | Overtaken>
}

/** Sign-in beyond the password: the second step, browsers that need none, and passkeys that need no password. */
export function createSecondStep(deps: Deps): SecondStep {
  const { store, ring, limits, passkeys, proofs, spent, signIns, isConfirming } = deps

  /**
   * What a ticket stands for, read anew: a step ends with the password, with the factors that it was made for, and
   * with a logout at the provider where the first step was taken.
   */
  async function findStep(ticket: string): Promise<Step | null> {
    const claim = decryptStep(ring, ticket)
    const account = claim && (await store.findAccount(claim.userId))
    if (!claim || !account || passwordMark(account.passwordHash) !== claim.password) return null
    if (claim.providerSessionId !== null && !(await store.isGrantWaiting(claim.providerSessionId))) return null
    return { claim, account, counts: await store.count(account.id) }
  }

  async function isTrusted(account: Account, { version }: FactorCounts, mark: string | null): Promise<boolean> {
    const claim = mark === null ? null : decryptTrust(ring, mark)
    return (
      claim !== null &&
      claim.userId === account.id &&
      claim.version === version &&
      claim.password === passwordMark(account.passwordHash)
    )
  }

  function prove(step: Step, proof: { code: string } | { response: unknown }, visitor: Visitor, held: HeldByBrowser) {
    if ('code' in proof) return proofs.byCode(step.account, proof.code, visitor, held.deviceMark)
    const expected = { purpose: 'step' as const, binding: step.claim.id, userId: step.account.id }
    return proofs.byPasskey(proof.response, expected, visitor)
  }

  /** Null unless the account is disabled: it is gone, or what was shown counts no more. */
  async function refuseOvertaken({ id }: Account, visitor: Visitor): Promise<{ kind: 'account-disabled' } | null> {
    signIns.noteOvertaken(id, visitor)
    const current = await store.findAccount(id)
    return current && current.disabledAt !== null ? { kind: 'account-disabled' } : null
  }

  /** A step is good for one sign-in, however many proofs of it come at once. */
  async function proveOnce(...[step, ...shown]: Parameters<typeof prove>) {
    const proved = await prove(step, ...shown)
    if (proved.kind !== 'proved') return proved
    const { id, expiresAt } = step.claim
    return (await spent.spend(`step:${id}`, expiresAt)) ? proved : ({ kind: 'step-expired' } as const)
  }

  return {
    async findMissing(account, persistent, trustMark, providerSessionId = null) {
      const counts = await store.count(account.id)
      const complete = { kind: 'complete' as const, factorVersion: counts.version }
      if (!hasFactor(counts)) return complete
      // The step must stand for the password that was compared, not for one that was set since.
      const current = await store.findAccount(account.id)
      const isOther = providerSessionId === null && current?.passwordHash !== account.passwordHash
      if (!current || isOther) return { kind: 'overtaken', by: 'account' }
      if (await isTrusted(current, counts, trustMark)) return complete
      const claim = { userId: account.id, password: passwordMark(current.passwordHash), persistent, providerSessionId }
      return { kind: 'second-factor-required', ...encryptStep(ring, claim), methods: methodsOf(counts) }
    },

    async describeStep(ticket) {
      const step = await findStep(ticket)
      return step && { methods: methodsOf(step.counts), email: step.account.email }
    },

    async requestStepPasskey(ticket) {
      const step = await findStep(ticket)
      if (!step) return null
      return passkeys.requestProof('step', step.claim.id, await store.listPasskeys(step.account.id))
    },

    async completeStep({ ticket, proof, trust }, visitor, held) {
      const step = await findStep(ticket)
      if (!step) return { kind: 'step-expired' }
      const { claim, account, counts } = step
      if (account.disabledAt !== null) return { kind: 'account-disabled' }
      if (!isUsable(step)) return { kind: 'step-expired' }
      const proved = await proveOnce(step, proof, visitor, held)
      if (proved.kind !== 'proved') return proved
      const deviceMark = limits.markDevice(account.id, held.deviceMark)
      const amr = [claim.providerSessionId === null ? 'pwd' : 'fed', ...proved.amr]
      const verified = verifiedOf(step, proved.passkeyId)
      const facts = { amr, persistent: claim.persistent, isNewDevice: deviceMark !== null, verified }
      const started = await signIns.start(account, facts, visitor, held.refreshToken)
      if (started.kind === 'overtaken') return (await refuseOvertaken(account, visitor)) ?? { kind: 'step-expired' }
      const { version } = counts
      return {
        ...started,
        deviceMark,
        trustMark: trust ? encryptTrust(ring, { userId: account.id, password: claim.password, version }) : null,
        recoveryCodesLeft: proved.recoveryCodesLeft,
      }
    },

    requestSignInPasskey: (binding) => passkeys.requestProof('sign-in', binding, []),

    async signInWithPasskey({ response, binding, remember }, visitor, held) {
      const proved = await proofs.byPasskey(response, { purpose: 'sign-in', binding, userId: null }, visitor)
      if (proved.kind !== 'proved') return proved
      const account = await store.findAccount(proved.userId)
      if (!account) return { kind: 'factor-refused' }
      if (account.disabledAt !== null) return { kind: 'account-disabled' }
      if (isConfirming && account.emailVerifiedAt === null) return { kind: 'address-unconfirmed' }
      const deviceMark = limits.markDevice(account.id, held.deviceMark)
      const verified = { passwordHash: null, factorVersion: null, passkeyId: proved.passkeyId }
      const facts = { amr: proved.amr, persistent: remember, isNewDevice: deviceMark !== null, verified }
      const started = await signIns.start(account, facts, visitor, held.refreshToken)
      if (started.kind === 'overtaken') return (await refuseOvertaken(account, visitor)) ?? { kind: 'factor-refused' }
      return { ...started, deviceMark }
    },
  }
}

/** Who must set another password signs in with the old one no more. */
function isUsable({ claim, account }: Step): boolean {
  return claim.providerSessionId !== null || account.passwordResetRequiredAt === null
}

/** What both steps leaned on: a password or what a provider granted, the factors as they were, and a passkey if it was one. */
function verifiedOf({ claim, account, counts }: Step, passkeyId: string | undefined): Verified {
  const { providerSessionId } = claim
  return {
    passwordHash: providerSessionId === null ? account.passwordHash : null,
    factorVersion: counts.version,
    ...(providerSessionId === null ? {} : { providerSessionId }),
    ...(passkeyId === undefined ? {} : { passkeyId }),
  }
}

function hasFactor({ hasTotp, passkeyCount }: FactorCounts): boolean {
  return hasTotp || passkeyCount > 0
}

function methodsOf({ hasTotp, passkeyCount, recoveryCodesLeft }: FactorCounts): StepMethods {
  return { totp: hasTotp, passkey: passkeyCount > 0, recoveryCode: recoveryCodesLeft > 0 }
}
