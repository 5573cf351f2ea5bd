import type { Database } from '../../../db/index.ts'
import { deriveKeyRing, type KeyRing, metrics, type Settings, takeRandomBytes } from '../../kernel/index.server.ts'
import { ms, now, type RecordEvent } from '../../kernel/index.ts'
import { verifyRefreshToken } from '../sessions/refresh-token.ts'
import { boundedOrigin } from '../sessions/session-answers.ts'
import type { Visitor } from '../token-service.ts'
import { type ChallengeClaim, createBindingChallenges } from './binding-challenges.ts'
import { type BindingStore, type BoundSession, createBindingStore } from './binding-store.ts'
import { type BoundProof, signBoundTicket, verifyBoundTicket } from './bound-ticket.ts'
import type { BoundTicket, DeviceBindingService, RefreshOutcome } from './device-binding-service.ts'
import { type DeviceKey, verifyNewKey, verifyUse } from './device-proof.ts'

export type BindingSettings = Pick<
  Settings,
  'DEVICE_BINDING' | 'DEVICE_BINDING_TTL' | 'DEVICE_BINDING_FOR_ADMINS' | 'SESSION_IDLE' | 'secrets'
>

/** What presenting a refresh token has to know of keys: checked in memory, against the row that was read anyway. */
export type BindingPolicy = {
  /** False while binding is switched off: what was bound before is not asked for its ticket. */
  readonly isOn: boolean
  /** An admin whose session is not bound, or who did not show it, has no more rights than a user. */
  readonly adminsNeedIt: boolean
  /** What the ticket says, if it belongs to that binding; null otherwise. Whether it has run out is not judged. */
  readProof(bindingId: string | null, ticket: string | null, at: number): BoundProof | null
  readonly store: Pick<BindingStore, 'needProof'>
}

/** Longer than a ticket, so that the challenge that came with one is still good when its cookie has run out. */
const aheadMs = ms('1m')

type Deps = { database: Database; settings: BindingSettings; refreshKeys: KeyRing; record: RecordEvent }
type Refusal = 'malformed' | 'key' | 'signature' | 'challenge' | 'used' | 'foreign' | 'session' | 'bound'

/** Binding sessions to keys, over a store; and what sessions ask about it. */
export function createDeviceBinding({ database, settings, refreshKeys, record }: Deps): {
  service: DeviceBindingService
  policy: BindingPolicy
} {
  const store = createBindingStore(database)
  const ring = deriveKeyRing(settings.secrets, 'device-binding')
  const lifeMs = settings.DEVICE_BINDING_TTL
  const challenges = createBindingChallenges(ring, lifeMs + aheadMs)
  const isOn = settings.DEVICE_BINDING === 'on'

  function issue(bindingId: string, uses: number): BoundTicket {
    const issuedAt = now()
    metrics.deviceProofs.inc({ outcome: 'accepted' })
    return {
      ...{ kind: 'issued', bindingId, lifeMs },
      ticket: signBoundTicket(ring, bindingId, { issuedAt, expiresAt: issuedAt + lifeMs }),
      challenge: challenges.create('refresh', { subject: bindingId, uses }),
    }
  }

  function ask(bindingId: string, uses: number): RefreshOutcome {
    metrics.deviceProofs.inc({ outcome: 'asked' })
    return { kind: 'asked', bindingId, challenge: challenges.create('refresh', { subject: bindingId, uses }) }
  }

  /** Whom a refusal concerns is known only where the session is; nobody is said to have done it. */
  function noteRefusal(reason: Refusal, session: BoundSession | null, visitor: Visitor): void {
    metrics.deviceProofs.inc({ outcome: 'refused' })
    const about = session ? { subjectId: session.userId, sessionId: session.id } : {}
    record({ type: 'binding.refused', outcome: 'refused', ...about, ...boundedOrigin(visitor), detail: { reason } })
  }

  function hasEnded({ expiresAt, lastSeenAt, userDisabledAt }: BoundSession): boolean {
    const at = now()
    return at >= expiresAt || at - lastSeenAt >= settings.SESSION_IDLE || userDisabledAt !== null
  }

  /** The session that a registration is for, or why there is none. */
  async function findInvited(proof: string, refreshToken: string | null) {
    const verified = await verifyNewKey(proof)
    if (verified.kind === 'refused') return { ...verified, session: null }
    const opened = challenges.open('register', verified.challenge)
    if (!opened || opened.hasRunOut) return { kind: 'refused' as const, reason: 'challenge' as const, session: null }
    const session = await store.findSession(opened.subject)
    const isOthers =
      refreshToken !== null && verifyRefreshToken(refreshKeys, refreshToken)?.sessionId !== opened.subject
    if (isOthers) return { kind: 'refused' as const, reason: 'foreign' as const, session }
    if (!session || hasEnded(session)) return { kind: 'refused' as const, reason: 'session' as const, session }
    return { kind: 'found' as const, session, key: verified.key }
  }

  /** Whether a proof is the use of the key that is next, or why not. */
  async function judgeUse(proof: string, key: DeviceKey, next: ChallengeClaim): Promise<'good' | 'waited' | Refusal> {
    const verified = await verifyUse(proof, key)
    if (verified.kind === 'refused') return verified.reason
    const opened = challenges.open('refresh', verified.challenge)
    if (opened?.subject !== next.subject) return 'challenge'
    if (opened.hasRunOut) return 'waited'
    return opened.uses === next.uses ? 'good' : 'used'
  }

  const service: DeviceBindingService = {
    invite: (sessionId) => (isOn ? challenges.create('register', { subject: sessionId, uses: 0 }) : null),

    async register(proof, refreshToken, visitor) {
      const found = isOn ? await findInvited(proof, refreshToken) : null
      if (found?.kind !== 'found') {
        noteRefusal(found?.reason ?? 'session', found?.session ?? null, visitor)
        return { kind: 'refused' }
      }
      const { session, key } = found
      const binding = { bindingId: takeRandomBytes(16).toString('base64url'), bindingKey: JSON.stringify(key) }
      if (!(await store.bind(session.id, { ...binding, boundAt: now() }))) {
        noteRefusal('bound', session, visitor)
        return { kind: 'refused' }
      }
      const about = { actorId: session.userId, sessionId: session.id, ...boundedOrigin(visitor) }
      record({ type: 'session.bound', outcome: 'success', ...about })
      return issue(binding.bindingId, 0)
    },

    async refresh(bindingId, proof, visitor) {
      if (!isOn) return { kind: 'off' }
      const session = await store.findBound(bindingId)
      if (!session || session.bindingKey === null || hasEnded(session)) return { kind: 'unknown' }
      const { bindingKey, bindingUses: uses } = session
      if (proof === null) return ask(bindingId, uses)
      const judged = await judgeUse(proof, JSON.parse(bindingKey) as DeviceKey, { subject: bindingId, uses })
      if (judged === 'good' && (await store.countUse(bindingId, uses, now()))) return issue(bindingId, uses + 1)
      // A lid that was closed for long: the key is right, the challenge has waited.
      if (judged !== 'waited') noteRefusal(judged === 'good' ? 'used' : judged, session, visitor)
      return ask(bindingId, uses)
    },
  }

  const policy: BindingPolicy = {
    isOn,
    adminsNeedIt: settings.DEVICE_BINDING_FOR_ADMINS === 'required',
    readProof: (bindingId, ticket, at) =>
      bindingId === null || ticket === null ? null : verifyBoundTicket(ring, bindingId, ticket, { lifeMs, at }),
    store,
  }
  return { service, policy }
}
