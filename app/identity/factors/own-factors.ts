import { randomBytes } from 'node:crypto'
import type { FactorNotice } from '../../contract/index.ts'
import { decryptText, encryptText, type KeyRing } from '../../kernel/index.server.ts'
import { ms, now, type RecordEvent } from '../../kernel/index.ts'
import type { Visitor } from '../token-service.ts'
import { encryptTotpSecret } from './code-proofs.ts'
import type { FactorActor, FactorOverview, FactorService, TotpEnrolment } from './factor-service.ts'
import { type FactorStore, maxPasskeys, type PasskeyRow } from './factor-store.ts'
import type { Passkeys } from './passkeys.ts'
import { createRecoveryCodes, hashRecoveryCode } from './recovery-codes.ts'
import { createTotpSecret, findTotpStep, groupedKey, readTotpCode, totpUri } from './totp.ts'

/** How long a new secret waits for its first code. */
const enrolmentLifeMs = ms('15m')

export type OwnFactors = Pick<
  FactorService,
  | 'overview'
  | 'startTotp'
  | 'resumeTotp'
  | 'confirmTotp'
  | 'removeTotp'
  | 'startPasskey'
  | 'addPasskey'
  | 'renamePasskey'
  | 'removePasskey'
  | 'renewRecoveryCodes'
  | 'forgetTrustedBrowsers'
>

type Deps = {
  store: FactorStore
  ring: KeyRing
  passkeys: Passkeys
  record: RecordEvent
  notify: (account: { id: string; email: string }, notice: FactorNotice) => Promise<void>
  /** Ends every session of the person but one. */
  endOtherSessions: (userId: string, keptSessionId: string, visitor: Visitor) => Promise<unknown>
}

/** What people do with their own second factors. Every change makes browsers untrusted and ends the other sessions. */
export function createOwnFactors({ store, ring, passkeys, record, notify, endOtherSessions }: Deps): OwnFactors {
  function note(
    type: 'factor.added' | 'factor.removed' | 'recovery_codes.renewed' | 'trusted_browsers.forgotten',
    actor: FactorActor,
    visitor: Visitor,
    factor?: 'totp' | 'passkey',
  ) {
    const about = { actorId: actor.userId, sessionId: actor.sessionId, ...visitor }
    record({ type, outcome: 'success', ...about, ...(factor ? { detail: { factor } } : {}) })
  }

  const tell = ({ userId: id, email }: FactorActor, notice: FactorNotice) => notify({ id, email }, notice)

  /** The change is written by now, so nothing that could fail comes before it is told of. */
  async function finish(
    type: 'factor.added' | 'factor.removed' | 'recovery_codes.renewed',
    actor: FactorActor,
    visitor: Visitor,
    factor?: 'totp' | 'passkey',
  ): Promise<void> {
    note(type, actor, visitor, factor)
    const what = type === 'factor.added' ? 'added' : 'removed'
    await tell(actor, { what: factor ? `${factor}-${what}` : 'codes-renewed' })
    await endOtherSessions(actor.userId, actor.sessionId, visitor)
  }

  function newCodes({ userId }: FactorActor): { codes: string[]; hashes: string[] } {
    const codes = createRecoveryCodes()
    return { codes, hashes: codes.map((code) => hashRecoveryCode(userId, code)) }
  }

  function enrolmentOf(actor: FactorActor, secret: string, until: number): TotpEnrolment {
    const encrypted = encryptText(ring, JSON.stringify({ secret, until }), enrolmentContext(actor))
    return { encrypted, uri: totpUri(secret, actor.email), key: groupedKey(secret) }
  }

  function decryptEnrolment(actor: FactorActor, encrypted: string): { secret: string; until: number } | null {
    const text = decryptText(ring, encrypted, enrolmentContext(actor))
    if (text === null) return null
    const enrolment = JSON.parse(text) as { secret: string; until: number }
    return enrolment.until > now() ? enrolment : null
  }

  return {
    overview: (userId) => readOverview(store, userId),

    startTotp: async (actor) => enrolmentOf(actor, createTotpSecret(), now() + enrolmentLifeMs),

    resumeTotp(actor, encrypted) {
      const enrolment = decryptEnrolment(actor, encrypted)
      return enrolment && enrolmentOf(actor, enrolment.secret, enrolment.until)
    },

    async confirmTotp(actor, { encrypted, code }, visitor) {
      const enrolment = decryptEnrolment(actor, encrypted)
      if (!enrolment) return { kind: 'enrolment-expired' }
      const digits = readTotpCode(code)
      const step = digits === null ? null : findTotpStep(enrolment.secret, digits, now(), -1)
      if (step === null) return { kind: 'wrong-code' }
      const times = { createdAt: now(), lastUsedAt: null }
      const row = {
        userId: actor.userId,
        ...encryptTotpSecret(ring, actor.userId, enrolment.secret),
        lastStep: step,
        ...times,
      }
      const { codes, hashes } = newCodes(actor)
      const inserted = await store.insertTotp(row, hashes, actor)
      if (!inserted) return { kind: 'already-there' }
      await finish('factor.added', actor, visitor, 'totp')
      return { kind: 'added', recoveryCodes: inserted.codesAreNew ? codes : null }
    },

    async removeTotp(actor, visitor) {
      if (!(await store.deleteTotp(actor))) return false
      await finish('factor.removed', actor, visitor, 'totp')
      return true
    },

    async startPasskey(actor) {
      const user = { id: actor.userId, email: actor.email, name: actor.name }
      return passkeys.requestNew(actor.sessionId, user, await store.listPasskeys(actor.userId))
    },

    async addPasskey(actor, { response, name }, visitor) {
      if ((await store.listPasskeys(actor.userId)).length >= maxPasskeys) return { kind: 'too-many' }
      const verdict = await passkeys.verifyNew(response, actor.sessionId)
      if (verdict.kind === 'refused') {
        const detail = { factor: 'passkey', reason: verdict.reason }
        record({ type: 'factor.refused', outcome: 'failure', actorId: actor.userId, ...visitor, detail })
        return { kind: 'factor-refused' }
      }
      const id = randomBytes(16).toString('base64url')
      const row = { id, userId: actor.userId, ...verdict.passkey, name, createdAt: now(), lastUsedAt: null }
      const { codes, hashes } = newCodes(actor)
      const inserted = await store.insertPasskey(row, hashes, actor)
      if (inserted === 'too-many') return { kind: inserted }
      if (!inserted) return { kind: 'already-there' }
      await finish('factor.added', actor, visitor, 'passkey')
      return { kind: 'added', recoveryCodes: inserted.codesAreNew ? codes : null }
    },

    renamePasskey: store.renamePasskey,

    async removePasskey(actor, passkeyId, visitor) {
      if (!(await store.deletePasskey(actor, passkeyId))) return false
      await finish('factor.removed', actor, visitor, 'passkey')
      return true
    },

    async renewRecoveryCodes(actor, visitor) {
      const { hasTotp, passkeyCount } = await store.count(actor.userId)
      if (!hasTotp && passkeyCount === 0) return null
      const { codes, hashes } = newCodes(actor)
      await store.replaceRecoveryCodes(actor, hashes)
      await finish('recovery_codes.renewed', actor, visitor)
      return codes
    },

    async forgetTrustedBrowsers(actor, visitor) {
      await store.noteChange(actor.userId)
      note('trusted_browsers.forgotten', actor, visitor)
    },
  }
}

async function readOverview(store: FactorStore, userId: string): Promise<FactorOverview> {
  const [totp, rows, { recoveryCodesLeft }] = await Promise.all([
    store.findTotp(userId),
    store.listPasskeys(userId),
    store.count(userId),
  ])
  return {
    totp: totp && { createdAt: totp.createdAt, lastUsedAt: totp.lastUsedAt },
    passkeys: rows.map(factsOf),
    recoveryCodesLeft,
  }
}

function factsOf({ id, name, createdAt, lastUsedAt, synced }: PasskeyRow) {
  return { id, name, createdAt, lastUsedAt, synced }
}

/** Of use for this person only, in whichever of their sessions: confirming that it is them starts a new one. */
function enrolmentContext({ userId }: FactorActor): string {
  return `totp enrolment|${userId}`
}
