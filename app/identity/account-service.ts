import type { OwnAccountService } from './accounts/own-account.ts'
import type { DeviceBindingService } from './device-binding/device-binding-service.ts'
import type { FactorService } from './factors/factor-service.ts'
import type { FederationService } from './federation/federation-service.ts'
import type { SandboxService } from './sandbox/sandbox.ts'
import type { DeviceService } from './sessions/session-list.ts'

/**
 * What signed-in people do with their own account, beside signing in and out: the BFF's second port to the issuer. Every
 * method takes the id of the person who acts and reaches nothing of anybody else; `binding` goes by keys instead.
 */
export type AccountService = {
  readonly binding: DeviceBindingService
  readonly devices: DeviceService
  readonly factors: FactorService
  readonly federation: FederationService
  readonly own: OwnAccountService
  readonly sandbox: SandboxService
}
