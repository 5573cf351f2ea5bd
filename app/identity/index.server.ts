import type { Database } from '../../db/index.ts'
import type { FactorNotice, PostMail, Role } from '../contract/index.ts'
import { deriveKeyRing, type KeyRing, type Settings } from '../kernel/index.server.ts'
import { now, Problem, type RecordEvent } from '../kernel/index.ts'
import type { AccountService } from './account-service.ts'
import { createAccountStore } from './accounts/account-store.ts'
import { createAccounts, type Promotion } from './accounts/accounts.ts'
import { createOwnAccount } from './accounts/own-account.ts'
import { createPasswords, type PasswordLimits } from './accounts/passwords.ts'
import { createPseudonymSeries, createPseudonyms } from './accounts/pseudonyms.ts'
import { type BindingSettings, createDeviceBinding } from './device-binding/device-binding.ts'
import { createFactors, type FactorSettings } from './factors/factors.ts'
import { createFederation, type FederationSettings } from './federation/federation.ts'
import {
  type AccessTokenSettings,
  createVerificationKey,
  issuerMetadata,
  mintAccessToken,
} from './keys/access-tokens.ts'
import { createSigningKeyStore } from './keys/signing-key-store.ts'
import { openSigningKeys, type SigningKeys } from './keys/signing-keys.ts'
import { createSignInLimits, type LimitSettings } from './limits/sign-in-limits.ts'
import { createBreachLookup } from './password-rules/breach-lookup.ts'
import { createPasswordRules } from './password-rules/password-rules.ts'
import { createCodes } from './recovery/codes.ts'
import { createOperatorRecovery, type OperatorRecovery } from './recovery/operator-recovery.ts'
import { createRecovery } from './recovery/recovery.ts'
import { createRecoveryLimits, type RecoveryLimitSettings } from './recovery/recovery-limits.ts'
import type { RecoveryService } from './recovery/recovery-service.ts'
import { createRecoveryStore } from './recovery/recovery-store.ts'
import type { RecoveryTools } from './recovery/recovery-tools.ts'
import { createRegistrations } from './recovery/registration.ts'
import { createSandbox } from './sandbox/sandbox.ts'
import { countSessionsBySecret } from './secret-usage.ts'
import { limitNotices } from './sessions/limited-notices.ts'
import { createDevices } from './sessions/session-list.ts'
import { createDeviceStore } from './sessions/session-list-store.ts'
import { createDeviceNotices } from './sessions/session-notices.ts'
import { createSessionStore } from './sessions/session-store.ts'
import { createSessions, type SessionSettings } from './sessions/sessions.ts'
import { createPasswordSignIn } from './sign-in/password-sign-in.ts'
import { createSignIns } from './sign-in/sign-ins.ts'
import type { TokenService } from './token-service.ts'

export type { AccountService } from './account-service.ts'
export type { OwnRecords } from './accounts/own-account.ts'
export { defaultPasswordLimits, type PasswordLimits } from './accounts/passwords.ts'
export type * from './device-binding/device-binding-service.ts'
export type * from './factors/factor-service.ts'
export type * from './federation/federation-service.ts'
export type { KeyRetirement, ListedKey } from './keys/signing-key-rotation.ts'
export { addMark } from './limits/known-device.ts'
export { loadCommonPasswords } from './password-rules/common-passwords.ts'
export type { Held, RecoveryService } from './recovery/recovery-service.ts'
export type { DevicePage, EndedDevice } from './sessions/session-list.ts'
export { proofGraceMs } from './sessions/sessions.ts'
export type * from './token-service.ts'

export type IssuerSettings = SessionSettings &
  LimitSettings &
  BindingSettings &
  FactorSettings &
  FederationSettings &
  RecoveryLimitSettings &
  AccessTokenSettings &
  Pick<Settings, 'ACCESS_TOKEN_ALG' | 'SIGNING_KEY_ROTATE_AFTER' | 'PASSWORD_BREACH_URL' | 'REGISTRATION'> &
  Pick<Settings, 'SESSIONS_PER_ACCOUNT' | 'secrets'>

export type IssuerDeps = {
  database: Database
  settings: IssuerSettings
  record: RecordEvent
  /** Where notices to the owners of accounts go; nowhere when it is left out. */
  postMail?: PostMail
  /** Cheaper hashing, for tests only. */
  passwordLimits?: PasswordLimits
}

/** A token service with what the command line and the seeds need besides. Holds no timer and nothing to close. */
export type Issuer = TokenService & {
  readonly recovery: RecoveryService
  readonly keys: KeyAdministration
  /** Encrypts the secrets of code apps with the newest secret of the ring; the ids of the secrets still in use. */
  reencryptFactors(ring: KeyRing): Promise<string[]>
  /** Encrypts what providers granted with the newest secret of the ring. */
  reencryptProviderTokens(ring: KeyRing): Promise<void>
  readonly accountService: AccountService
  /** Makes an existing account an admin, from the next request of each of its sessions on. */
  promote(email: string, options?: { onlyConfirmed: boolean }): Promise<Promotion>
  removeFactors: OperatorRecovery['removeFactors']
  /** Creates an account without signing it in. The input is taken as checked, its password as chosen on purpose. */
  createAccount(input: {
    name: string
    email: string
    password: string
    role?: Role
  }): Promise<{ kind: 'created'; userId: string } | { kind: 'email-taken' }>
}

/** What the command line and the composition root do with keys. */
export type KeyAdministration = Pick<SigningKeys, 'tend' | 'list' | 'rotate' | 'retire' | 'reencryptWith'> & {
  /** Live sessions by the id of the secret that their refresh token was last signed with; `''` where not known. */
  countSessionsBySecret(): Promise<Map<string, number>>
}

/**
 * The embedded issuer over a migrated store. On the first start it makes the signing keys.
 * Throws `Problem('unavailable')` when the store cannot answer.
 */
export async function createIssuer({
  database,
  settings,
  record,
  postMail,
  passwordLimits,
}: IssuerDeps): Promise<Issuer> {
  const keys = await openSigningKeys({
    store: createSigningKeyStore(database),
    ring: deriveKeyRing(settings.secrets, 'signing-keys'),
    settings: {
      alg: settings.ACCESS_TOKEN_ALG,
      rotateAfterMs: settings.SIGNING_KEY_ROTATE_AFTER,
      tokenTtlMs: settings.ACCESS_TOKEN_TTL,
    },
    record,
  })
  const postNotice = postMail && limitNotices({ database, secrets: settings.secrets, postMail })
  const notices = createDeviceNotices({ database, postMail: postNotice })
  const refreshKeys = deriveKeyRing(settings.secrets, 'refresh-token')
  const sessionStore = createSessionStore(database)
  const binding = createDeviceBinding({ database, settings, refreshKeys, record })
  const limit = { most: settings.SESSIONS_PER_ACCOUNT, idleMs: settings.SESSION_IDLE }
  const sessions = createSessions({
    notifyReuse: notices.reuse,
    binding: binding.policy,
    limit,
    store: sessionStore,
    ring: refreshKeys,
    settings,
    record,
  })
  const signIns = createSignIns({ sessions, notices, record })
  const breachUrl = settings.PASSWORD_BREACH_URL
  const passwordRules = createPasswordRules({
    site: ['Cloakroom', new URL(settings.APP_ORIGIN).hostname],
    breachLookup: breachUrl === undefined ? undefined : createBreachLookup(breachUrl),
  })
  const accountStore = createAccountStore(database)
  const findAccountId = async (emailKey: string) => (await accountStore.findByEmailKey(emailKey))?.id ?? null
  const limits = createSignInLimits({ database, settings, record, findAccountId })
  const passwords = createPasswords(passwordLimits)
  const pseudonymKeys = deriveKeyRing(settings.secrets, 'event-pseudonyms')
  const [pseudonymOf, pseudonymsOf] = [createPseudonyms(pseudonymKeys), createPseudonymSeries(pseudonymKeys)]
  const tools: RecoveryTools = {
    ...{ passwords, passwordRules, sessions, signIns, record, pseudonymOf, pseudonymsOf, signInLimits: limits },
    store: createRecoveryStore(database),
    codes: createCodes(database, deriveKeyRing(settings.secrets, 'one-time-codes')),
    limits: createRecoveryLimits({ database, settings, record }),
    post: postMail ?? (async () => {}),
    postNotice: postNotice ?? (async () => {}),
  }
  const registrations = createRegistrations(tools)
  const isConfirming = settings.REGISTRATION === 'verify-email'
  const accounts = createAccounts({
    ...{ store: accountStore, passwords, record, pseudonymOf },
    findWaitingHash: isConfirming ? registrations.findWaitingHash : null,
  })

  const devices = createDevices({ store: createDeviceStore(database), idleMs: settings.SESSION_IDLE, record })
  const notify = async ({ id: about, email: to }: { id: string; email: string }, notice: FactorNotice) =>
    await postNotice?.({ kind: 'second-factor', to, at: now(), notice }, { about })
  const endOtherSessions = devices.endOthers
  const factors = createFactors({
    ...{ database, settings, record, signIns, endOtherSessions, notify },
  })
  const federation = createFederation({
    ...{ database, settings, record, limits, signIns, endOtherSessions, notify },
    ...{ createDecoy: passwords.createDecoy, findMissing: factors.findMissing },
    endSession: (sessionId) => sessionStore.revokeLine(sessionId, now(), 'provider'),
  })
  await factors.reencryptWith(deriveKeyRing(settings.secrets, 'factors'))

  return {
    async register({ name, email, password }, visitor, replaces) {
      const admission = await limits.admitRegistration(visitor)
      if (admission.kind === 'throttled') return admission
      const refusal = await passwordRules.check(password, { name, email })
      if (refusal) {
        record({ type: 'account.password_refused', outcome: 'refused', detail: { reason: refusal.reason }, ...visitor })
        return refusal
      }
      if (isConfirming) return registrations.request({ name, email, password }, visitor)
      const created = await accounts.create({ name, email, password }, visitor)
      if (created.kind !== 'created') return created
      // What was tried before there was an account is no failure of it.
      await limits.forgiveAccount(email)
      const verified = { passwordHash: created.account.passwordHash, factorVersion: 0 }
      const facts = { amr: ['pwd'], persistent: false, isNewDevice: false, verified }
      const started = await signIns.start(created.account, facts, visitor, replaces)
      if (started.kind === 'overtaken') {
        signIns.noteOvertaken(created.account.id, visitor)
        throw new Problem('sign_in_required')
      }
      return { ...started, deviceMark: limits.markDevice(created.account.id, null) }
    },
    ...createPasswordSignIn({ accounts, limits, findMissing: factors.findMissing, signIns }),
    present: sessions.present,
    findPrincipal: sessions.findPrincipal,
    signOut: sessions.end,
    mintAccessToken: (principal, audience) => mintAccessToken(keys, settings, principal, audience),
    keySet: keys.keySet,
    verificationKey: createVerificationKey(keys),
    metadata: () => issuerMetadata(settings),
    accountService: {
      binding: binding.service,
      devices,
      factors: factors.service,
      federation: federation.service,
      own: createOwnAccount({ database, record }),
      sandbox: createSandbox({ database, settings, record }),
    },
    reencryptFactors: factors.reencryptWith,
    reencryptProviderTokens: federation.reencryptWith,
    keys: { ...keys, countSessionsBySecret: () => countSessionsBySecret(database) },
    recovery: createRecovery({ ...tools, factors: factors.service }),
    promote: accounts.promote,
    removeFactors: createOperatorRecovery(tools).removeFactors,
    async createAccount(input) {
      // Whoever may run commands answers for the address.
      const created = await accounts.create({ ...input, emailVerifiedAt: now() })
      return created.kind === 'created' ? { kind: 'created', userId: created.account.id } : created
    },
  }
}
