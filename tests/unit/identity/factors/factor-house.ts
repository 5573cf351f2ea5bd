import { Secret, TOTP } from 'otpauth'
import type { FactorActor, SignedIn, SignInResult, StepResult } from '../../../../app/identity/index.server.ts'
import { now } from '../../../../app/kernel/index.ts'
import { ada, openTestIssuer, type TestIssuer, visitor } from '../../../support/issuer.ts'

export const nothingHeld = { refreshToken: null, deviceMark: null }
export const bob = { name: 'Bob', email: 'bob@example.com', password: 'another rather ordinary phrase' }

/** Somebody registered, with what they need to act on their own factors. */
export type Settled = { actor: FactorActor; signedIn: SignedIn }

export async function settle(house: TestIssuer, person = ada): Promise<Settled> {
  const signedIn = await house.issuer.register(person, visitor, null)
  if (signedIn.kind !== 'signed-in') throw new Error(signedIn.kind)
  const { userId, email, sessionId } = signedIn.principal
  return { actor: { userId, email, sessionId }, signedIn }
}

export const factorsOf = (house: TestIssuer) => house.issuer.accountService.factors

/** The code that an app with this key shows now, or so many steps ahead. */
export function codeOf(key: string, stepsAhead = 0): string {
  const totp = new TOTP({ secret: Secret.fromBase32(key.replaceAll(' ', '')) })
  return totp.generate({ timestamp: now() + stepsAhead * 30_000 })
}

/** Adds an app to the account; answers its key and the recovery codes. */
export async function addApp(house: TestIssuer, actor: FactorActor) {
  const { encrypted, key } = await factorsOf(house).startTotp(actor)
  const added = await factorsOf(house).confirmTotp(actor, { encrypted, code: codeOf(key) }, visitor)
  if (added.kind !== 'added') throw new Error(added.kind)
  return { key, recoveryCodes: added.recoveryCodes ?? [] }
}

export function signIn(house: TestIssuer, { email, password } = ada, trustMark: string | null = null) {
  return house.issuer.signIn({ email, password, remember: false }, visitor, null, null, trustMark)
}

/** Gives the right password and answers the ticket for the second step. */
export async function beginStep(house: TestIssuer, person = ada): Promise<string> {
  return requireStep(await signIn(house, person)).ticket
}

export function requireStep(result: SignInResult) {
  if (result.kind !== 'second-factor-required') throw new Error(`it was ${result.kind}`)
  return result
}

export function finish(house: TestIssuer, ticket: string, code: string, trust = false): Promise<StepResult> {
  return factorsOf(house).completeStep({ ticket, proof: { code }, trust }, visitor, nothingHeld)
}

export { ada, openTestIssuer, type TestIssuer, visitor }
