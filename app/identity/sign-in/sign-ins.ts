import type { RecordEvent } from '../../kernel/index.ts'
import type { Account } from '../account.ts'
import { boundedOrigin } from '../sessions/session-answers.ts'
import type { DeviceNotices } from '../sessions/session-notices.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { StartedSession, Visitor } from '../token-service.ts'
import type { Overtaken, Verified } from './session-start.ts'

/** How somebody signs in, and by what that was verified. */
export type SignInFacts = {
  amr: readonly string[]
  persistent: boolean
  verified: Verified
  /** The account has not been signed in to from this browser, as far as it can tell: its owner is told. */
  isNewDevice: boolean
}

export type RenewalFacts = Omit<SignInFacts, 'isNewDevice'>

export type StartSession = (
  account: Account,
  facts: SignInFacts,
  visitor: Visitor,
  replaces: string | null,
) => Promise<StartedSession | Overtaken>

export type RenewSession = (
  account: Account,
  facts: RenewalFacts,
  visitor: Visitor,
  renews: string,
) => Promise<StartedSession | Overtaken>

/** The two ways to a session, whatever was shown for it. `Overtaken` when that does not hold any more; nothing started then. */
export type SignIns = {
  /** Somebody signs in. `replaces` is the refresh token that their browser held. */
  start: StartSession
  /** Takes the place of the session with the id `renews`, whose person has proved who they are (NIST SP 800-63B-4, 5.2). */
  renew: RenewSession
  /** Notes that a start was refused because what had been verified did not hold any more. */
  noteOvertaken(userId: string, visitor: Visitor): void
}

type Deps = {
  sessions: Pick<Sessions, 'start'>
  notices: Pick<DeviceNotices, 'isNewsTo' | 'newDevice'>
  record: RecordEvent
}

export function createSignIns({ sessions, notices, record }: Deps): SignIns {
  return {
    async start(user, { isNewDevice, ...facts }, visitor, replaces) {
      const isNews = isNewDevice && (await notices.isNewsTo(user))
      const started = await sessions.start({ user, ...facts, visitor, replaces })
      if (started.kind === 'overtaken') return started
      const { userId: actorId, sessionId } = started.principal
      const detail = isNews ? { detail: { newDevice: true } } : {}
      record({ type: 'signin.succeeded', outcome: 'success', actorId, sessionId, ...visitor, ...detail })
      if (isNews) await notices.newDevice(user, visitor)
      return started
    },

    async renew(user, facts, visitor, renews) {
      const started = await sessions.start({ user, ...facts, visitor, replaces: null, renews })
      if (started.kind === 'overtaken') return started
      const { userId: actorId, sessionId } = started.principal
      record({ type: 'session.reauthenticated', outcome: 'success', actorId, sessionId, ...visitor })
      return started
    },

    noteOvertaken(subjectId, visitor) {
      const detail = { reason: 'overtaken' }
      record({ type: 'signin.failed', outcome: 'refused', subjectId, ...boundedOrigin(visitor), detail })
    },
  }
}
