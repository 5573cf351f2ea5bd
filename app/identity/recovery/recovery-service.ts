import type { PasskeyRequest } from '../factors/factor-service.ts'
import type { PasswordRefused } from '../password-rules/password-refusals.ts'
import type { Principal, SignedIn, StepMethods, Throttled, Visitor } from '../token-service.ts'

/** A mail may be on its way. The same answer whether or not there is somebody to write to. */
export type MailSent = { kind: 'mail-sent' }
/** The code is wrong, used, too old, replaced by a newer one, somebody else's, or for something else. */
export type CodeRefused = { kind: 'code-refused' }
export type WrongPassword = { kind: 'wrong-password' }
export type EmailTaken = { kind: 'email-taken' }

/** What a browser holds that signs in by the way. */
export type Held = { refreshToken: string | null; deviceMark: string | null; persistent: boolean }

/**
 * What people prove by mail, and what they change about how they sign in: the BFF's port to the issuer beside
 * `TokenService`. Requests answer alike for every address; codes are used once, by one of any number at once.
 */
export type RecoveryService = {
  /** Sends a code to an address that waits to be confirmed. */
  requestConfirmation(email: string, visitor: Visitor): Promise<MailSent | Throttled>
  /**
   * Confirms an address. Nobody else's password comes to life: without a session the password chosen along with the
   * address is asked for, so that who registers an address that is not theirs gains nothing by its owner's click. A
   * registration becomes an account and is signed in; an account that was there is confirmed and no more.
   */
  confirmAddress(
    input: { code: string; password: string },
    current: Principal | null,
    visitor: Visitor,
    held: Held,
  ): Promise<SignedIn | { kind: 'confirmed' } | CodeRefused | WrongPassword | EmailTaken | Throttled>
  /** Whether somebody has proved that they read mail at the address of this account. */
  isAddressConfirmed(userId: string): Promise<boolean>
  requestReset(email: string, visitor: Visitor): Promise<MailSent | Throttled>
  /**
   * Ends every session and signs nobody in. An account with a second factor is asked for it as well: `factor` is a code of
   * its app or a recovery code, `passkey` what an authenticator signed for `requestResetPasskey`.
   */
  resetPassword(
    input: { code: string; password: string; factor: string; passkey?: unknown },
    visitor: Visitor,
    held: Pick<Held, 'deviceMark'>,
  ): Promise<
    | { kind: 'reset' }
    | { kind: 'factor-required'; methods: StepMethods }
    | { kind: 'factor-refused'; methods: StepMethods }
    | CodeRefused
    | PasswordRefused
    | Throttled
  >
  /** What the authenticator of somebody who holds such a code is asked; good for that code. Uses nothing up. */
  requestResetPasskey(
    code: string,
    visitor: Visitor,
  ): Promise<{ kind: 'passkey-request'; request: PasskeyRequest } | CodeRefused | Throttled>
  /** Ends every session and starts a new one for this browser. */
  changePassword(
    input: { current: string; password: string },
    principal: Principal,
    visitor: Visitor,
    held: Held,
  ): Promise<SignedIn | WrongPassword | PasswordRefused | Throttled>
  /**
   * The same for somebody who has just proved who they are by a second factor, in place of the present password. The
   * caller answers for the proof.
   */
  setPassword(password: string, principal: Principal, visitor: Visitor, held: Held): Promise<SignedIn | PasswordRefused>
  /** Sends a code to the new address; nothing changes until it comes back. */
  requestAddressChange(
    input: { email: string; current: string },
    principal: Principal,
    visitor: Visitor,
    held: Held,
  ): Promise<MailSent | WrongPassword | { kind: 'same-address' } | Throttled>
  /** Ends the other sessions. */
  confirmAddressChange(
    code: string,
    principal: Principal,
    visitor: Visitor,
  ): Promise<{ kind: 'changed' } | CodeRefused | EmailTaken | Throttled>
  /**
   * Gives an account its earlier address back and takes away what whoever changed it knew or added: its sessions, its
   * password, its trusted browsers, and the factors and recovery codes of the days around the change.
   */
  undoAddressChange(
    code: string,
    visitor: Visitor,
  ): Promise<{ kind: 'restored' } | CodeRefused | EmailTaken | Throttled>
}
