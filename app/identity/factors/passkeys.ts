import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import * as z from 'zod'
import { readLate } from '../../kernel/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import type { FactorStore, PasskeyRow } from './factor-store.ts'
import { type ChallengePurpose, challengeLifeMs, type PasskeyChallenges } from './passkey-challenges.ts'

/** Why a passkey was not taken; for events, never for whoever tried. */
export type PasskeyRefusal =
  | 'malformed'
  | 'unknown'
  | 'foreign'
  | 'not-verified'
  | 'challenge-used'
  | 'counter-went-back'

export type VerifiedPasskey = { kind: 'verified'; passkey: PasskeyRow }
export type NewPasskey = Pick<PasskeyRow, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'synced'>
type Refused = { kind: 'refused'; reason: PasskeyRefusal; userId?: string }

export type Passkeys = {
  requestProof(
    purpose: ChallengePurpose,
    binding: string,
    allowed: readonly PasskeyRow[],
  ): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** Verifies what an authenticator signed, uses the challenge up and notes the use. `userId` when only one will do. */
  verifyProof(
    response: unknown,
    expected: { purpose: ChallengePurpose; binding: string; userId: string | null },
  ): Promise<VerifiedPasskey | Refused>
  requestNew(
    binding: string,
    user: { id: string; email: string; name: string },
    existing: readonly PasskeyRow[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON>
  verifyNew(response: unknown, binding: string): Promise<{ kind: 'verified'; passkey: NewPasskey } | Refused>
}

type Deps = { store: FactorStore; challenges: PasskeyChallenges; origin: string }

const base64url = z
  .string()
  .max(8_192)
  .regex(/^[A-Za-z0-9_-]+$/)
const credential = { id: base64url, rawId: base64url, type: z.literal('public-key') }
const proofShape = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional(),
  }),
})
const newShape = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(8)
      .optional(),
  }),
})

/** Hundreds of files, a tenth of the start: read when somebody first uses a passkey. */
const loadWebAuthn = readLate(() => import('@simplewebauthn/server'))

/** ES256, EdDSA and RS256 (WebAuthn Level 3, 5.4: what authenticators are known to make). */
const algorithms = [-8, -7, -257]

/**
 * Passkeys (WebAuthn Level 3): discoverable, and the authenticator has to verify its user. The relying party and the
 * origin follow from `APP_ORIGIN` alone.
 */
export function createPasskeys({ store, challenges, origin }: Deps): Passkeys {
  const rpID = new URL(origin).hostname
  const here = { expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true }

  return {
    requestProof: async (purpose, binding, allowed) =>
      (await loadWebAuthn()).generateAuthenticationOptions({
        rpID,
        challenge: challenges.create(purpose, binding),
        timeout: challengeLifeMs,
        userVerification: 'required',
        allowCredentials: allowed.map(descriptorOf),
      }),

    async verifyProof(response, { purpose, binding, userId }) {
      const parsed = proofShape.safeParse(response)
      if (!parsed.success) return { kind: 'refused', reason: 'malformed' }
      const passkey = await store.findPasskey(parsed.data.id)
      if (!passkey) return { kind: 'refused', reason: 'unknown' }
      const refuse = (reason: PasskeyRefusal): Refused => ({ kind: 'refused', reason, userId: passkey.userId })
      const { userHandle } = parsed.data.response
      const isForeign = userHandle !== undefined && userHandle !== handleOf(passkey.userId).toString('base64url')
      if (isForeign || (userId !== null && userId !== passkey.userId)) return refuse('foreign')
      let used = ''
      const { verifyAuthenticationResponse } = await loadWebAuthn()
      const verified = await unlessRefused(() =>
        verifyAuthenticationResponse({
          ...here,
          response: { ...parsed.data, clientExtensionResults: {} } as AuthenticationResponseJSON,
          expectedChallenge: (challenge) => {
            used = challenge
            return challenges.isOurs(challenge, purpose, binding)
          },
          // The counter is judged by the statement that stores it, so that two uses at once cannot both pass.
          credential: { id: passkey.credentialId, publicKey: bytesOf(passkey.publicKey), counter: 0 },
        }),
      )
      if (!verified?.verified) return refuse('not-verified')
      if (!(await challenges.spend(used))) return refuse('challenge-used')
      const isNewer = await store.advancePasskey(passkey.id, verified.authenticationInfo.newCounter)
      return isNewer ? { kind: 'verified', passkey } : refuse('counter-went-back')
    },

    requestNew: async (binding, user, existing) =>
      (await loadWebAuthn()).generateRegistrationOptions({
        rpID,
        rpName: 'Cloakroom',
        userID: new Uint8Array(handleOf(user.id)),
        userName: user.email,
        userDisplayName: user.name,
        challenge: challenges.create('register', binding),
        timeout: challengeLifeMs,
        attestationType: 'none',
        excludeCredentials: existing.map(descriptorOf),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: algorithms,
      }),

    async verifyNew(response, binding) {
      const parsed = newShape.safeParse(response)
      if (!parsed.success) return { kind: 'refused', reason: 'malformed' }
      let used = ''
      const { verifyRegistrationResponse } = await loadWebAuthn()
      const verified = await unlessRefused(() =>
        verifyRegistrationResponse({
          ...here,
          response: { ...parsed.data, clientExtensionResults: {} } as RegistrationResponseJSON,
          expectedChallenge: (challenge) => {
            used = challenge
            return challenges.isOurs(challenge, 'register', binding)
          },
          supportedAlgorithmIDs: algorithms,
        }),
      )
      if (!verified?.verified) return { kind: 'refused', reason: 'not-verified' }
      if (!(await challenges.spend(used))) return { kind: 'refused', reason: 'challenge-used' }
      const { credential, credentialDeviceType } = verified.registrationInfo
      const passkey = {
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: (parsed.data.response.transports ?? []).join(' '),
        synced: credentialDeviceType === 'multiDevice',
      }
      return { kind: 'verified', passkey }
    },
  }
}

/** RFC 8176: a key in hardware, or one that travels between devices; its user was there; that makes two factors. */
export function amrOfPasskey({ synced }: Pick<PasskeyRow, 'synced'>): readonly string[] {
  return [synced ? 'swk' : 'hwk', 'user', 'mfa']
}

/** The library throws for everything that does not fit; what is ours to know passes on. */
async function unlessRefused<Result>(verify: () => Promise<Result>): Promise<Result | null> {
  try {
    return await verify()
  } catch (error) {
    if (error instanceof Problem) throw error
    return null
  }
}

function descriptorOf({ credentialId, transports }: PasskeyRow) {
  return { id: credentialId, transports: transports === '' ? [] : transports.split(' ') }
}

/** What the authenticator keeps of the account: its random id, nothing of the person (WebAuthn Level 3, 14.6.1). */
function handleOf(userId: string): Buffer {
  return Buffer.from(userId, 'utf8')
}

function bytesOf(encoded: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(encoded, 'base64url'))
}
