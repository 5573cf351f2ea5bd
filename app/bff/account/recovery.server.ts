import type { Held, Principal, RecoveryService, Throttled } from '../../identity/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { cookies } from '../cookies/cookies.server.ts'
import type { RequestContext } from '../request/request-context.server.ts'
import { adopt, findHeldToken, lookUpSession, requireOwnTicket, visitorOf } from '../session/session.server.ts'

type Outcome<Method extends keyof RecoveryService> = Promise<
  Exclude<Awaited<ReturnType<RecoveryService[Method]>>, Throttled>
>

/** `RecoveryService` for the browser at hand. Too many tries are thrown as `too_many_requests`, with `Retry-After`. */
export type RecoveryActions = {
  requestConfirmation(email: string): Outcome<'requestConfirmation'>
  confirmAddress(input: { code: string; password: string }): Outcome<'confirmAddress'>
  requestReset(email: string): Outcome<'requestReset'>
  resetPassword(input: Parameters<RecoveryService['resetPassword']>[0]): Outcome<'resetPassword'>
  requestResetPasskey(code: string): Outcome<'requestResetPasskey'>
  changePassword(input: { current: string; password: string }): Outcome<'changePassword'>
  /** Only where a second factor was shown in this very request. */
  setPassword(password: string): Outcome<'setPassword'>
  requestAddressChange(input: { email: string; current: string }): Outcome<'requestAddressChange'>
  confirmAddressChange(code: string): Outcome<'confirmAddressChange'>
  undoAddressChange(code: string): Outcome<'undoAddressChange'>
}

export function createRecoveryActions(context: RequestContext): RecoveryActions {
  const { recovery } = getConfiguration()
  const visitor = visitorOf(context)
  return {
    requestConfirmation: async (email) => adopt(context, await recovery.requestConfirmation(email, visitor)),
    confirmAddress: async (input) => {
      const { principal, held } = await readBrowser(context)
      return adopt(context, await recovery.confirmAddress(input, principal, visitor, held))
    },
    requestReset: async (email) => adopt(context, await recovery.requestReset(email, visitor)),
    resetPassword: async (input) =>
      adopt(
        context,
        await recovery.resetPassword(input, visitor, { deviceMark: context.cookies.read(cookies.device).value }),
      ),
    requestResetPasskey: async (code) => adopt(context, await recovery.requestResetPasskey(code, visitor), 'codes'),
    setPassword: async (password) => {
      const { principal, held } = await requireBrowser(context)
      return adopt(context, await recovery.setPassword(password, principal, visitor, held))
    },
    changePassword: async (input) => {
      const { principal, held } = await requireBrowser(context)
      return adopt(context, await recovery.changePassword(input, principal, visitor, held))
    },
    requestAddressChange: async (input) => {
      const { principal, held } = await requireBrowser(context)
      return adopt(context, await recovery.requestAddressChange(input, principal, visitor, held))
    },
    confirmAddressChange: async (code) => {
      const { principal } = await requireBrowser(context)
      return adopt(context, await recovery.confirmAddressChange(code, principal, visitor))
    },
    undoAddressChange: async (code) => adopt(context, await recovery.undoAddressChange(code, visitor)),
  }
}

/** Whether the address of the signed-in person's account is confirmed. */
export function findIsAddressConfirmed({ userId }: Principal): Promise<boolean> {
  return getConfiguration().recovery.isAddressConfirmed(userId)
}

async function readBrowser(context: RequestContext): Promise<{ principal: Principal | null; held: Held }> {
  const lookup = await lookUpSession(context)
  const signedIn = lookup.kind === 'signed-in' ? lookup.signedIn : null
  const persistent = signedIn?.session.persistent ?? false
  const held = {
    refreshToken: findHeldToken(context),
    deviceMark: context.cookies.read(cookies.device).value,
    persistent,
  }
  return { principal: signedIn?.principal ?? null, held }
}

async function requireBrowser(context: RequestContext): Promise<{ principal: Principal; held: Held }> {
  const { principal, held } = await readBrowser(context)
  if (!principal) throw new Problem('sign_in_required')
  requireOwnTicket(principal)
  return { principal, held }
}
