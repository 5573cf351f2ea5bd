import type { FactorActor, FactorOverview, PasskeyCreation, Principal } from '../../identity/index.server.ts'
import { getConfiguration } from '../configuration.server.ts'
import { getRequestContext } from '../request/request-context.server.ts'
import { visitorOf } from '../session/session.server.ts'
import { drawQrCode } from './qr-picture.server.ts'

/** What a page shows while an authenticator app is being added. */
export type AppEnrolment = { encrypted: string; uri: string; key: string; picture: string }

/** The second factors of this person. */
export function readFactors({ userId }: Principal): Promise<FactorOverview> {
  return service().overview(userId)
}

/** A new secret for an authenticator app. Nothing is stored until its first code comes back. */
export async function startApp(principal: Principal): Promise<AppEnrolment> {
  return withPicture(await service().startTotp(actorOf(principal)))
}

/** The same secret again, after a wrong code; null when it is too old. */
export function resumeApp(principal: Principal, encrypted: string): AppEnrolment | null {
  const enrolment = service().resumeTotp(actorOf(principal), encrypted)
  return enrolment && withPicture(enrolment)
}

export function confirmApp(principal: Principal, input: { encrypted: string; code: string }) {
  return service().confirmTotp(actorOf(principal), input, visitor())
}

/** False when there is none (any more). */
export function removeApp(principal: Principal): Promise<boolean> {
  return service().removeTotp(actorOf(principal), visitor())
}

export function startPasskey(principal: Principal): Promise<PasskeyCreation> {
  return service().startPasskey({ ...actorOf(principal), name: principal.name })
}

export function addPasskey(principal: Principal, input: { response: unknown; name: string }) {
  return service().addPasskey(actorOf(principal), input, visitor())
}

/** False for every id that is not one of this person's passkeys, whosever it is. */
export function renamePasskey({ userId }: Principal, passkeyId: string, name: string): Promise<boolean> {
  return service().renamePasskey(userId, passkeyId, name)
}

/** False for every id that is not one of this person's passkeys, whosever it is. */
export function removePasskey(principal: Principal, passkeyId: string): Promise<boolean> {
  return service().removePasskey(actorOf(principal), passkeyId, visitor())
}

/** Ten new recovery codes in place of the old ones; null when the account has no second factor. */
export function renewRecoveryCodes(principal: Principal): Promise<readonly string[] | null> {
  return service().renewRecoveryCodes(actorOf(principal), visitor())
}

/** Every browser asks for the second factor again. */
export function forgetTrustedBrowsers(principal: Principal): Promise<void> {
  return service().forgetTrustedBrowsers(actorOf(principal), visitor())
}

function service() {
  return getConfiguration().accounts.factors
}

function visitor() {
  return visitorOf(getRequestContext())
}

function actorOf({ userId, email, sessionId }: Principal): FactorActor {
  return { userId, email, sessionId }
}

function withPicture(enrolment: { encrypted: string; uri: string; key: string }): AppEnrolment {
  return { ...enrolment, picture: drawQrCode(enrolment.uri) }
}
