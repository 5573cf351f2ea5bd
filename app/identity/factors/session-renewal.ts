import { Problem } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import type { FactorLimits } from '../limits/factor-limits.ts'
import type { Overtaken } from '../sign-in/session-start.ts'
import type { SignIns } from '../sign-in/sign-ins.ts'
import type { Principal, Visitor } from '../token-service.ts'
import type { FactorService, RenewalProof } from './factor-service.ts'
import type { FactorStore } from './factor-store.ts'
import type { Passkeys } from './passkeys.ts'
import type { Proofs } from './proofs.ts'

type Deps = {
  store: FactorStore
  limits: FactorLimits
  passkeys: Passkeys
  proofs: Proofs
  signIns: SignIns
}

export type SessionRenewal = Pick<FactorService, 'listProofMethods' | 'requestRenewalPasskey' | 'renewSession'>

/** Proving once more, by a code of one's app or a passkey, that one is still there. */
export function createSessionRenewal({ store, limits, passkeys, proofs, signIns }: Deps): SessionRenewal {
  /** The challenge is good for this session only: each renewal ends those that were made before. */
  function prove(account: Account, principal: Principal, proof: RenewalProof, visitor: Visitor, mark: string | null) {
    if (proof.kind === 'code') return proofs.byCode(account, proof.code, visitor, mark, { onlyApp: true })
    const expected = { purpose: 'renew' as const, binding: principal.sessionId, userId: account.id }
    return proofs.byPasskey(proof.response, expected, visitor)
  }

  /** Signed out, or the factor was taken away, in this moment. */
  async function refuseOvertaken({ id }: Account, { by }: Overtaken, visitor: Visitor) {
    signIns.noteOvertaken(id, visitor)
    if (by === 'session') throw new Problem('sign_in_required')
    const current = await store.findAccount(id)
    const isDisabled = current !== null && current.disabledAt !== null
    return isDisabled ? { kind: 'account-disabled' as const } : { kind: 'factor-refused' as const }
  }

  return {
    async listProofMethods(userId) {
      const [account, counts] = await Promise.all([store.findAccount(userId), store.count(userId)])
      const password = account !== null && account.passwordResetRequiredAt === null
      return { password, totp: counts.hasTotp, passkey: counts.passkeyCount > 0 }
    },

    async requestRenewalPasskey({ userId, sessionId }) {
      const own = await store.listPasskeys(userId)
      return own.length === 0 ? null : passkeys.requestProof('renew', sessionId, own)
    },

    async renewSession(principal, proof, visitor, held) {
      const account = await store.findAccount(principal.userId)
      if (!account) return { kind: 'factor-refused' }
      if (account.disabledAt !== null) return { kind: 'account-disabled' }
      const { version: factorVersion } = await store.count(account.id)
      const proved = await prove(account, principal, proof, visitor, held.deviceMark)
      if (proved.kind !== 'proved') return proved
      const amr = [...new Set([...principal.amr, ...proved.amr])]
      const { passkeyId } = proved
      const verified = { passwordHash: null, factorVersion, ...(passkeyId === undefined ? {} : { passkeyId }) }
      const facts = { amr, persistent: held.persistent, verified }
      const started = await signIns.renew(account, facts, visitor, principal.sessionId)
      if (started.kind === 'overtaken') return refuseOvertaken(account, started, visitor)
      return { ...started, deviceMark: limits.markDevice(account.id, held.deviceMark) }
    },
  }
}
