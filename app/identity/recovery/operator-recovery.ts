import { emailKeyOf } from '../../contract/index.ts'
import { type RecoveryTools, recordEnded } from './recovery-tools.ts'

export type OperatorRecovery = {
  /**
   * Takes every second factor, recovery code and link to a provider from an account and ends its sessions, for an owner who
   * has shown in another way who they are: then a new password by mail gives the account back.
   */
  removeFactors(email: string): Promise<'removed' | 'unknown'>
}

/** What the operator of a service can do for a person who is locked out. */
export function createOperatorRecovery(tools: RecoveryTools): OperatorRecovery {
  const { store, record } = tools
  return {
    async removeFactors(email) {
      const account = await store.findAccount({ emailKey: emailKeyOf(email.trim()) })
      const removed = account && (await store.removeWaysIn(account.id))
      if (removed?.kind !== 'done') return 'unknown'
      for (const factor of removed.removedFactors) {
        record({
          type: 'factor.removed',
          outcome: 'success',
          subjectId: account?.id,
          detail: { factor, by: 'operator' },
        })
      }
      recordEnded(tools, account?.id ?? '', removed.endedSessions, 'ended-by-admin', {})
      return 'removed'
    },
  }
}
