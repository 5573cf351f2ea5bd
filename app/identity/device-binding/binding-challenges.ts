import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { type KeyRing, takeRandomBytes } from '../../kernel/index.server.ts'
import { ms, now } from '../../kernel/index.ts'

/** `register`: a new key for a session, by the session's id. `refresh`: a use of a key, by the binding's id. */
export type ChallengePurpose = 'register' | 'refresh'

/** What an authentic challenge says: for whom it was made, and for which use of the key. */
export type ChallengeClaim = { readonly subject: string; readonly uses: number }
export type OpenedChallenge = ChallengeClaim & { readonly hasRunOut: boolean }

export type BindingChallenges = {
  create(purpose: ChallengePurpose, claim: ChallengeClaim): string
  /** Null for what was not made here for this purpose. */
  open(purpose: ChallengePurpose, challenge: string): OpenedChallenge | null
}

const registrationLifeMs = ms('1m')
const form = /^([A-Za-z0-9_-]{22})\.(\d{1,9})\.([0-9a-z]{1,9})\.[A-Za-z0-9_-]{22}\.([A-Za-z0-9_-]{43})$/

/**
 * Challenges that authenticate themselves, as those of passkeys do: `subject.uses.end.nonce.mac`. None is stored. The row of
 * the session makes each good for once: a key is registered once, and each use of it counts one further.
 *
 * @param refreshLifeMs how long one that is handed out ahead stays good
 */
export function createBindingChallenges(ring: KeyRing, refreshLifeMs: number): BindingChallenges {
  const lifeMs = { register: registrationLifeMs, refresh: refreshLifeMs }
  return {
    create(purpose, { subject, uses }) {
      const end = (now() + lifeMs[purpose]).toString(36)
      const said = `${subject}.${uses}.${end}.${takeRandomBytes(16).toString('base64url')}`
      return `${said}.${computeMac(ring.newest.key, purpose, said).toString('base64url')}`
    },
    open(purpose, challenge) {
      const [, subject = '', uses = '', end = '', mac = ''] = form.exec(challenge) ?? []
      const given = Buffer.from(mac, 'base64url')
      if (given.length !== 32) return null
      const said = challenge.slice(0, challenge.lastIndexOf('.'))
      const isOurs = [...ring.byId.values()].some((key) => timingSafeEqual(given, computeMac(key, purpose, said)))
      if (!isOurs) return null
      const leftMs = Number.parseInt(end, 36) - now()
      // A clock that was set back must not make it live longer.
      return { subject, uses: Number(uses), hasRunOut: leftMs <= 0 || leftMs > lifeMs[purpose] }
    },
  }
}

function computeMac(key: KeyObject, purpose: ChallengePurpose, said: string): Buffer {
  return createHmac('sha256', key).update(`cloakroom device challenge|${purpose}|${said}`).digest()
}
