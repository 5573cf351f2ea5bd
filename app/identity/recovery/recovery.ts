import { createAddressChange } from './address-change.ts'
import { createAddressConfirmation } from './address-confirmation.ts'
import { createPasswordRecovery } from './password-recovery.ts'
import type { RecoveryService } from './recovery-service.ts'
import type { FactorTools, RecoveryTools } from './recovery-tools.ts'

/** The flows over one set of tools. */
export function createRecovery(tools: RecoveryTools & FactorTools): RecoveryService {
  return { ...createAddressConfirmation(tools), ...createPasswordRecovery(tools), ...createAddressChange(tools) }
}
