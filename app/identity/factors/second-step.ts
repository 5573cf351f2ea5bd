import type { KeyRing } from '../../kernel/index.server.ts'
import type { Account } from '../account-store.ts'
import type { FactorLimits } from '../limits/factor-limits.ts'
import type { SecondFactorRequired, StartedSession, StepMethods, Visitor } from '../token-service.ts'
import type { FactorService, HeldByBrowser } from './factor-service.ts'
import type { FactorCounts, FactorStore } from './factor-store.ts'
import type { Passkeys } from './passkeys.ts'
import type { Proofs } from './proofs.ts'
import type { SpentMarks } from './spent-marks.ts'
import { openStep, openTrust, passwordMark, type StepClaim, sealStep, sealTrust } from './step-ticket.ts'

export type StartSession = (
  account: Account,
  how: { amr: readonly string[]; persistent: boolean; isNewDevice: boolean; providerSessionId?: string | null },
  visitor: Visitor,
  replaces: string | null,
) => Promise<StartedSession>

type Deps = {
  store: FactorStore
  ring: KeyRing
  limits: FactorLimits
  passkeys: Passkeys
  proofs: Proofs
  spent: SpentMarks
  startSession: StartSession
}

type Step = { claim: StepClaim; account: Account; counts: FactorCounts }

export type SecondStep = Pick<
  FactorService,
  'describeStep' | 'requestStepPasskey' | 'completeStep' | 'requestSignInPasskey' | 'signInWithPasskey'
> & {
  /** After the first step: what is still missing, or null when nothing is. `providerSessionId` when a provider was it. */
  findMissing(
    account: Account,
    persistent: boolean,
    trustMark: string | null,
    providerSessionId?: string | null,
  ): Promise<SecondFactorRequired | null>
}

/** Sign-in beyond the password: the second step, browsers that need none, and passkeys that need no password. */
export function createSecondStep(deps: Deps): SecondStep {
  const { store, ring, limits, passkeys, proofs, spent, startSession } = deps

  /** What a ticket stands for, read anew: a step ends with the password and with the factors that it was made for. */
  async function findStep(ticket: string): Promise<Step | null> {
    const claim = openStep(ring, ticket)
    const account = claim && (await store.findAccount(claim.userId))
    if (!claim || !account || passwordMark(account.passwordHash) !== claim.password) return null
    return { claim, account, counts: await store.count(account.id) }
  }

  async function isTrusted(account: Account, { version }: FactorCounts, mark: string | null): Promise<boolean> {
    const claim = mark === null ? null : openTrust(ring, mark)
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

  return {
    async findMissing(account, persistent, trustMark, providerSessionId = null) {
      const counts = await store.count(account.id)
      if (!hasFactor(counts)) return null
      // The hash is read anew: signing in may just have brought it to today's parameters.
      const current = (await store.findAccount(account.id)) ?? account
      if (await isTrusted(current, counts, trustMark)) return null
      const claim = { userId: account.id, password: passwordMark(current.passwordHash), persistent, providerSessionId }
      return { kind: 'second-factor-required', ...sealStep(ring, claim), methods: methodsOf(counts) }
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
      const { providerSessionId } = claim
      if (providerSessionId === null && account.passwordResetRequiredAt !== null) return { kind: 'step-expired' }
      const proved = await prove(step, proof, visitor, held)
      if (proved.kind !== 'proved') return proved
      if (!(await spent.spend(`step:${claim.id}`, claim.expiresAt))) return { kind: 'step-expired' }
      const deviceMark = limits.markDevice(account.email, held.deviceMark)
      const amr = [providerSessionId === null ? 'pwd' : 'fed', ...proved.amr]
      const how = { amr, persistent: claim.persistent, isNewDevice: deviceMark !== null, providerSessionId }
      const started = await startSession(account, how, visitor, held.refreshToken)
      const { version } = counts
      return {
        ...started,
        deviceMark,
        trustMark: trust ? sealTrust(ring, { userId: account.id, password: claim.password, version }) : null,
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
      const deviceMark = limits.markDevice(account.email, held.deviceMark)
      const how = { amr: proved.amr, persistent: remember, isNewDevice: deviceMark !== null }
      return { ...(await startSession(account, how, visitor, held.refreshToken)), deviceMark }
    },
  }
}

function hasFactor({ hasTotp, passkeyCount }: FactorCounts): boolean {
  return hasTotp || passkeyCount > 0
}

function methodsOf({ hasTotp, passkeyCount, recoveryCodesLeft }: FactorCounts): StepMethods {
  return { totp: hasTotp, passkey: passkeyCount > 0, recoveryCode: recoveryCodesLeft > 0 }
}
