import { randomBytes } from 'node:crypto'
import * as oidc from 'openid-client'
import type { Database } from '../../../db/index.ts'
import { displayName, emailKeyOf, email as emailSchema, type FactorNotice } from '../../contract/index.ts'
import { deriveKeyRing, type KeyRing, type ProviderSettings, type Settings } from '../../kernel/index.server.ts'
import { now, type RecordEvent } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import { createSpentMarks } from '../factors/spent-marks.ts'
import type { SignInLimits } from '../limits/sign-in-limits.ts'
import { boundedOrigin } from '../sessions/session-answers.ts'
import type { Overtaken } from '../sign-in/session-start.ts'
import type { SignIns } from '../sign-in/sign-ins.ts'
import type { SecondFactorRequired, Visitor } from '../token-service.ts'
import { type Attempt, attemptLifeMs, decryptRequest, encryptRequest } from './authorization-request.ts'
import type { AttemptResult, FederationService, HeldAtReturn, ProviderName } from './federation-service.ts'
import { createFederationStore, type IdentityRow } from './federation-store.ts'
import { createLogoutTokens } from './logout-token.ts'
import { createProvider, type ProvedIdentity, type Provider } from './provider.ts'
import { createProviderTokens } from './provider-tokens.ts'
import { reencryptProviderTokens } from './reencrypt-tokens.ts'

export type FederationSettings = Pick<Settings, 'APP_ORIGIN' | 'secrets' | 'providers'>

type Deps = {
  database: Database
  settings: FederationSettings
  record: RecordEvent
  limits: Pick<SignInLimits, 'markDevice' | 'admitRegistration'>
  /** A hash that no password matches. */
  createDecoy: () => string
  signIns: SignIns
  findMissing: (
    account: Account,
    persistent: boolean,
    trustMark: string | null,
    providerSessionId: string,
  ) => Promise<SecondFactorRequired | { kind: 'complete'; factorVersion: number } | Overtaken>
  /** Ends a session or the one that has taken its place. */
  endSession: (sessionId: string) => Promise<{ id: string; userId: string } | null>
  endOtherSessions: (userId: string, keptSessionId: string, visitor: Visitor) => Promise<unknown>
  notify: (account: { id: string; email: string }, notice: FactorNotice) => Promise<void>
}

export type Federation = {
  service: FederationService
  /** Encrypts the tokens of providers with the newest secret of the ring. */
  reencryptWith(ring: KeyRing): Promise<void>
}

/** Sign-in through OpenID providers, put together over a store. */
export function createFederation(deps: Deps): Federation {
  const { database, settings, record } = deps
  const store = createFederationStore(database)
  const ring = deriveKeyRing(settings.secrets, 'providers')
  const spent = createSpentMarks(database)
  const tokens = createProviderTokens(store, ring)
  const checkLogoutToken = createLogoutTokens()
  const providers = new Map(settings.providers.map((each: ProviderSettings) => [each.id, createProvider(each)]))
  const find = (id: string): Provider | null => providers.get(id) ?? null
  const factsOf = (id: string): ProviderName => find(id)?.facts ?? { id, name: id }
  const signIn = createSignIn(deps, store, tokens.keep)

  /** That identity belongs to somebody; whether to this account is what they hear. */
  async function answerKnown(
    userId: string,
    { facts }: Provider,
    { issuer, subject }: ProvedIdentity,
    redirectTo: Attempt['redirectTo'],
  ): Promise<AttemptResult> {
    const owner = await store.findIdentity(issuer, subject)
    if (owner?.userId !== userId) return { kind: 'identity-taken', provider: facts }
    return { kind: 'linked', provider: facts, redirectTo }
  }

  async function link(
    attempt: Attempt,
    provider: Provider,
    identity: ProvedIdentity,
    visitor: Visitor,
    held: HeldAtReturn,
  ): Promise<AttemptResult> {
    const { link: person, redirectTo } = attempt
    if (!person || held.sessionId !== person.sessionId) return { kind: 'attempt-invalid' }
    const account = await store.findAccount({ id: person.userId })
    if (!account) return { kind: 'attempt-invalid' }
    if (account.emailVerifiedAt === null) return { kind: 'own-address-unconfirmed' }
    if (!identity.emailVerified || identity.email === null) {
      return { kind: 'address-unverified', provider: provider.facts }
    }
    const added = await store.addIdentity(identityRow(account.id, provider.facts.id, identity), person)
    if (added === 'too-many') return { kind: 'too-many-identities' }
    if (!added) return answerKnown(account.id, provider, identity, redirectTo)
    const about = { actorId: account.id, sessionId: person.sessionId, ...boundedOrigin(visitor) }
    record({ type: 'provider.linked', outcome: 'success', ...about, detail: { provider: provider.facts.id } })
    await deps.endOtherSessions(account.id, person.sessionId, visitor)
    await deps.notify(account, { what: 'provider-linked', provider: provider.facts.name })
    return { kind: 'linked', provider: provider.facts, redirectTo }
  }

  const service: FederationService = {
    providers: [...providers.values()].map(({ facts }) => facts),
    listFormOrigins: () => [...new Set([...providers.values()].flatMap((provider) => provider.listOrigins()))],

    async begin({ providerId, redirectTo, remember, link: person }) {
      const provider = find(providerId)
      if (!provider) return { kind: 'unknown-provider' }
      const [state, nonce, codeVerifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()]
      const redirectUri = `${settings.APP_ORIGIN}/login/callback/${providerId}`
      const url = await provider.authorize({ state, nonce, codeVerifier, redirectUri })
      if (!url) return { kind: 'provider-unavailable', provider: provider.facts }
      const expiresAt = now() + attemptLifeMs
      const attempt = { provider: providerId, nonce, codeVerifier, redirectTo, remember, link: person, expiresAt }
      return { kind: 'begun', url: url.href, state, encrypted: encryptRequest(ring, state, attempt), expiresAt }
    },

    async complete({ providerId, encrypted, returned }, visitor, held) {
      const provider = find(providerId)
      const state = returned.searchParams.get('state') ?? ''
      const attempt = encrypted === null ? null : decryptRequest(ring, state, encrypted)
      if (!provider || !attempt || attempt.provider !== providerId) return { kind: 'attempt-invalid' }
      // Before the code is redeemed: of two answers at once one goes on.
      if (!(await spent.spend(`attempt:${state}`, attempt.expiresAt))) return { kind: 'attempt-invalid' }
      const { nonce, codeVerifier } = attempt
      const since = await store.readClock()
      const answer = await provider.redeem(returned, { state, nonce, codeVerifier })
      if (answer.kind !== 'proved') {
        const detail = { provider: providerId, reason: answer.kind }
        record({ type: 'provider.refused', outcome: 'failure', ...boundedOrigin(visitor), detail })
        return { kind: faultOf[answer.kind], provider: provider.facts }
      }
      if (attempt.link) return link(attempt, provider, answer.identity, visitor, held)
      return signIn(attempt, provider, { ...answer.identity, since }, visitor, held)
    },

    async list(userId) {
      const rows = await store.listIdentities(userId)
      return rows.map(({ id, provider, email, createdAt, lastUsedAt }) => ({
        ...{ id, provider: factsOf(provider), email, createdAt, lastUsedAt },
      }))
    },

    async unlink({ userId, sessionId }, identityId, visitor) {
      const own = (await store.listIdentities(userId)).find(({ id }) => id === identityId)
      if (!own) return { kind: 'not-found' }
      if (!(await store.removeIdentity({ userId, sessionId }, identityId))) return { kind: 'last-way-in' }
      const about = { actorId: userId, sessionId, ...boundedOrigin(visitor) }
      record({ type: 'provider.unlinked', outcome: 'success', ...about, detail: { provider: own.provider } })
      await deps.endOtherSessions(userId, sessionId, visitor)
      const account = await store.findAccount({ id: userId })
      if (account) await deps.notify(account, { what: 'provider-unlinked', provider: factsOf(own.provider).name })
      return { kind: 'unlinked' }
    },

    async findLogoutUrl(sessionId) {
      const row = await store.findSession(sessionId)
      const idToken = row && tokens.openIdToken(row)
      const url = idToken && (await find(row.provider)?.findEndSessionUrl(idToken, `${settings.APP_ORIGIN}/login`))
      return url ? url.href : null
    },

    async endByLogoutToken(providerId, logoutToken, visitor) {
      const provider = find(providerId)
      const claim = provider && (await checkLogoutToken(provider, logoutToken))
      const ended = claim && (await store.endSessions({ ...claim, mark: `logout:${providerId}:${claim.jti}` }, now()))
      if (!ended) {
        const detail = { provider: providerId, reason: 'logout-token' }
        record({ type: 'provider.refused', outcome: 'refused', ...boundedOrigin(visitor), detail })
        return false
      }
      for (const { id, userId } of ended) {
        const detail = { reason: 'provider', provider: providerId }
        record({ type: 'session.revoked', outcome: 'success', subjectId: userId, sessionId: id, detail })
      }
      return true
    },

    async getAccessToken(sessionId, visitor) {
      const result = await tokens.get(sessionId, find)
      if (result.kind !== 'ended') return result
      const ended = await deps.endSession(sessionId)
      const whose = ended === null ? { sessionId } : { subjectId: ended.userId, sessionId: ended.id }
      const about = { ...whose, ...boundedOrigin(visitor) }
      record({ type: 'session.revoked', outcome: 'success', ...about, detail: { reason: 'provider' } })
      return result
    },
  }
  return {
    service,
    reencryptWith: (to) => reencryptProviderTokens(store, ring, to),
  }
}

const faultOf = {
  refused: 'provider-refused',
  invalid: 'provider-answer-invalid',
  unavailable: 'provider-unavailable',
} as const

function identityRow(userId: string, provider: string, { issuer, subject, email }: ProvedIdentity): IdentityRow {
  const id = randomBytes(16).toString('base64url')
  return { id, userId, provider, issuer, subject, email: email ?? '', createdAt: now(), lastUsedAt: null }
}

type Keep = ReturnType<typeof createProviderTokens>['keep']

/** Signs in whom a provider has proved, or makes an account for them. */
function createSignIn(deps: Deps, store: ReturnType<typeof createFederationStore>, keep: Keep) {
  const { record, limits } = deps

  async function createAccount(provider: Provider, identity: ProvedIdentity, visitor: Visitor) {
    const { facts, settings } = provider
    const address = emailSchema.safeParse(identity.email ?? '')
    if (!address.success || !identity.emailVerified) return { kind: 'address-unverified', provider: facts } as const
    const emailKey = emailKeyOf(address.data)
    // Whoever has the address here proves that they do, and links the two themselves: a provider alone moves no account.
    if (await store.findAccount({ emailKey })) return { kind: 'address-taken', provider: facts } as const
    if (settings.registration === 'refuse') return { kind: 'registration-closed', provider: facts } as const
    const admission = await limits.admitRegistration(visitor)
    if (admission.kind === 'throttled') return admission
    const account = accountOf(address.data, identity, deps.createDecoy())
    if (!(await store.createAccount(account, identityRow(account.id, facts.id, identity)))) {
      return { kind: 'address-taken', provider: facts } as const
    }
    const detail = { provider: facts.id }
    record({ type: 'account.registered', outcome: 'success', actorId: account.id, ...boundedOrigin(visitor), detail })
    return { kind: 'created', account } as const
  }

  async function findOrCreate(provider: Provider, identity: ProvedIdentity, visitor: Visitor) {
    const known = await store.findIdentity(identity.issuer, identity.subject)
    const account = known && (await store.findAccount({ id: known.userId }))
    if (!known || !account) return createAccount(provider, identity, visitor)
    await store.noteUse(known.id, identity.email ?? known.email, now())
    return { kind: 'found', account } as const
  }

  /** The role that the provider's claims say, where the settings leave it to them. */
  async function mapRole(account: Account, { settings }: Provider, { claims }: ProvedIdentity): Promise<Account> {
    if (!settings.roles) return account
    const given = [claims[settings.roles.claim]].flat()
    const role = settings.roles.admin.some((name) => given.includes(name)) ? 'admin' : 'user'
    if (!(await store.changeRole(account.id, role, now()))) return account
    const detail = { role, provider: settings.id }
    record({ type: 'account.role_changed', outcome: 'success', subjectId: account.id, detail })
    return { ...account, role }
  }

  /** Signed out there, unlinked, deleted or changed in this moment: whoever it is begins again. */
  async function refuseOvertaken({ id }: Account, visitor: Visitor): Promise<AttemptResult> {
    deps.signIns.noteOvertaken(id, visitor)
    const current = await store.findAccount({ id })
    return current && current.disabledAt !== null ? { kind: 'account-disabled' } : { kind: 'attempt-invalid' }
  }

  return async (
    attempt: Attempt,
    provider: Provider,
    identity: ProvedIdentity & { since: number },
    visitor: Visitor,
    held: HeldAtReturn,
  ): Promise<AttemptResult> => {
    const outcome = await findOrCreate(provider, identity, visitor)
    if (outcome.kind !== 'found' && outcome.kind !== 'created') return outcome
    if (outcome.account.disabledAt !== null) {
      record({ type: 'signin.disabled', outcome: 'refused', subjectId: outcome.account.id, ...boundedOrigin(visitor) })
      return { kind: 'account-disabled' }
    }
    const account = await mapRole(outcome.account, provider, identity)
    const { redirectTo, remember } = attempt
    const providerSessionId = await keep(provider.facts.id, identity, identity.since)
    // They have signed out there while the code was redeemed.
    if (providerSessionId === null) return { kind: 'attempt-invalid' }
    const judged = await deps.findMissing(account, remember, held.trustMark, providerSessionId)
    if (judged.kind === 'second-factor-required') return { ...judged, redirectTo }
    if (judged.kind === 'overtaken') return refuseOvertaken(account, visitor)
    const deviceMark = limits.markDevice(account.id, held.deviceMark)
    const verified = { passwordHash: null, factorVersion: judged.factorVersion, providerSessionId }
    const facts = { amr: ['fed'], persistent: remember, isNewDevice: deviceMark !== null, verified }
    const started = await deps.signIns.start(account, facts, visitor, held.refreshToken)
    if (started.kind === 'overtaken') return refuseOvertaken(account, visitor)
    return { ...started, deviceMark, redirectTo }
  }
}

function accountOf(email: string, { name }: ProvedIdentity, noPassword: string): Account {
  const at = now()
  const given = displayName.safeParse(name ?? '')
  const displayed = given.success ? given.data : (email.split('@')[0] ?? email).slice(0, 80)
  return {
    ...{ id: randomBytes(16).toString('base64url'), email, emailKey: emailKeyOf(email), name: displayed },
    // There is no password until its owner sets one with a code from a mail.
    ...{ passwordHash: noPassword, passwordResetRequiredAt: at, role: 'user', disabledAt: null, disabledReason: null },
    ...{ createdAt: at, updatedAt: at, emailVerifiedAt: at },
  }
}
