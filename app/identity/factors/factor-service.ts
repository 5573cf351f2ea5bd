import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import type { Principal, SignedIn, StepMethods, Throttled, Visitor } from '../token-service.ts'

/** What a browser's authenticator is asked: options for `navigator.credentials`, as JSON. */
export type PasskeyRequest = PublicKeyCredentialRequestOptionsJSON
export type PasskeyCreation = PublicKeyCredentialCreationOptionsJSON

/** A passkey as its owner sees it. Times in milliseconds. */
export type PasskeyFacts = {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
  /** True when it can be on several devices of the person. */
  readonly synced: boolean
}

export type FactorOverview = {
  readonly totp: { readonly createdAt: number; readonly lastUsedAt: number | null } | null
  readonly passkeys: readonly PasskeyFacts[]
  readonly recoveryCodesLeft: number
}

/**
 * What somebody shows as a second factor: a code of their app or a recovery code, or what an authenticator signed.
 * `binding` names what the challenge was made for.
 */
export type Proof = { kind: 'code'; code: string } | { kind: 'passkey'; response: unknown; binding: string }

/** RFC 8176 values for a proof that was accepted; `recoveryCodesLeft` when it was one of them. */
export type Proved = {
  kind: 'proved'
  amr: readonly string[]
  recoveryCodesLeft: number | null
  /** When it was a passkey: which one. */
  passkeyId?: string
}
/** Wrong, used, foreign, too old: the words are the same for all. */
export type FactorRefused = { kind: 'factor-refused' }
export type ProofResult = Proved | FactorRefused | Throttled

/** What a browser holds when a second step is tried. */
export type HeldByBrowser = { readonly refreshToken: string | null; readonly deviceMark: string | null }

/** `trustMark` is for the browser to keep when it is to be trusted from now on. */
export type StepCompleted = SignedIn & { trustMark: string | null; recoveryCodesLeft: number | null }
export type StepResult =
  | StepCompleted
  | FactorRefused
  | Throttled
  | { kind: 'step-expired' }
  | { kind: 'account-disabled' }

/** What somebody who is signed in can show that it is still them. Nothing of it when only a mail helps. */
export type ProofMethods = { readonly password: boolean; readonly totp: boolean; readonly passkey: boolean }

/** What somebody who is signed in shows as proof beside their password. The challenge was made for their session. */
export type RenewalProof = { kind: 'code'; code: string } | { kind: 'passkey'; response: unknown }

export type RenewalResult = SignedIn | FactorRefused | Throttled | { kind: 'account-disabled' }

export type PasskeySignInResult =
  | SignedIn
  | FactorRefused
  | Throttled
  | { kind: 'account-disabled' }
  | { kind: 'address-unconfirmed' }

export type TotpEnrolment = {
  /** The new secret, encrypted; it comes back with the code that confirms it. */
  readonly encrypted: string
  /** `otpauth://` address for a QR picture. */
  readonly uri: string
  /** The secret in base32, in groups of four. */
  readonly key: string
}

/** Recovery codes are there when the account had none: they are shown this once. */
export type FactorAdded = { kind: 'added'; recoveryCodes: readonly string[] | null }

/** Who changes factors: the person, and the session that goes on when the others end. */
export type FactorActor = { readonly userId: string; readonly email: string; readonly sessionId: string }

/**
 * Second factors: the second step of a sign-in, sign-in by passkey, and what people do with their own factors. The part
 * of the issuer's second port that an issuer elsewhere would have to offer too.
 */
export type FactorService = {
  /** False where browsers know no passkeys: an origin whose host is an IP address. */
  readonly passkeysWork: boolean
  overview(userId: string): Promise<FactorOverview>

  /** What the step behind a ticket can be done with; null when it is none of ours, too old, or the password has changed. */
  describeStep(ticket: string): Promise<{ methods: StepMethods; email: string } | null>
  /** Options for the browser's authenticator in the second step; null as in `describeStep`. */
  requestStepPasskey(ticket: string): Promise<PasskeyRequest | null>
  /** Finishes a sign-in. The try counts before the code is looked at; a code and a ticket are good for once. */
  completeStep(
    input: { ticket: string; proof: { code: string } | { response: unknown }; trust: boolean },
    visitor: Visitor,
    held: HeldByBrowser,
  ): Promise<StepResult>

  /** Options for a sign-in by passkey, good for five minutes in the browser that `binding` names. Writes nothing. */
  requestSignInPasskey(binding: string): Promise<PasskeyRequest>
  /** Signs in by passkey alone: it holds both factors. Not touched by failed passwords of strangers. */
  signInWithPasskey(
    input: { response: unknown; binding: string; remember: boolean },
    visitor: Visitor,
    held: HeldByBrowser,
  ): Promise<PasskeySignInResult>

  /** With what this person can prove that it is them, in a session that goes on. */
  listProofMethods(userId: string): Promise<ProofMethods>
  /** Options for proving by passkey once more, in the session at hand; null when the person has none. */
  requestRenewalPasskey(principal: Principal): Promise<PasskeyRequest | null>
  /**
   * Proves once more, by app or passkey, that the person of a session is there; a new session with a fresh proof takes
   * its place, as with `TokenService.reauthenticate`. Recovery codes are for lost devices and are not taken.
   */
  renewSession(
    principal: Principal,
    proof: RenewalProof,
    visitor: Visitor,
    held: HeldByBrowser & { persistent: boolean },
  ): Promise<RenewalResult>

  /** Options for a passkey in place of a code where a password is reset; null when the account has none. */
  requestResetPasskey(userId: string, binding: string): Promise<PasskeyRequest | null>
  /** By what it is judged whether a factor is asked for at a reset: it must still be so when the password is set. */
  judge(userId: string): Promise<{ factorVersion: number; hasFactor: boolean }>
  /** Checks a second factor of somebody whose password is about to be reset. */
  prove(userId: string, proof: Proof, visitor: Visitor, deviceMark: string | null): Promise<ProofResult>

  startTotp(actor: FactorActor): Promise<TotpEnrolment>
  /** The same secret again, for a page whose code was wrong; null when it is too old or somebody else's. */
  resumeTotp(actor: FactorActor, encrypted: string): TotpEnrolment | null
  confirmTotp(
    actor: FactorActor,
    input: { encrypted: string; code: string },
    visitor: Visitor,
  ): Promise<FactorAdded | { kind: 'wrong-code' } | { kind: 'enrolment-expired' } | { kind: 'already-there' }>
  removeTotp(actor: FactorActor, visitor: Visitor): Promise<boolean>

  startPasskey(actor: FactorActor & { name: string }): Promise<PasskeyCreation>
  addPasskey(
    actor: FactorActor,
    input: { response: unknown; name: string },
    visitor: Visitor,
  ): Promise<FactorAdded | FactorRefused | { kind: 'already-there' } | { kind: 'too-many' }>
  /** False when the person has no such passkey. */
  renamePasskey(userId: string, passkeyId: string, name: string): Promise<boolean>
  removePasskey(actor: FactorActor, passkeyId: string, visitor: Visitor): Promise<boolean>

  /** Ten new codes; the old ones are worth nothing from now on. Null when the account has no second factor. */
  renewRecoveryCodes(actor: FactorActor, visitor: Visitor): Promise<readonly string[] | null>
  /** No browser is trusted any more. */
  forgetTrustedBrowsers(actor: FactorActor, visitor: Visitor): Promise<void>
}
