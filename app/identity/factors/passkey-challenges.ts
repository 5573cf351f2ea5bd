import { createHmac, timingSafeEqual } from 'node:crypto'
import { type KeyRing, takeRandomBytes } from '../../kernel/index.server.ts'
import { isAlive, ms, now } from '../../kernel/index.ts'
import type { SpentMarks } from './spent-marks.ts'

export const challengeLifeMs = ms('5m')

/** What a challenge was made for; one made for something else is worth nothing. */
export type ChallengePurpose = 'sign-in' | 'step' | 'renew' | 'reset' | 'register'

export type PasskeyChallenges = {
  create(purpose: ChallengePurpose, binding: string): Uint8Array<ArrayBuffer>
  /** True when it was made here for this purpose and binding and has not run out. Uses nothing up. */
  isOurs(challenge: string, purpose: ChallengePurpose, binding: string): boolean
  /** Uses it up; false when it had been used before. Only for one that `isOurs`. */
  spend(challenge: string): Promise<boolean>
}

const nonceLength = 16
const timeLength = 6
const macLength = 32
const length = nonceLength + timeLength + macLength

/**
 * Challenges that authenticate themselves: `nonce | end | HMAC-SHA-256(purpose, binding, nonce, end)`. Pages may ask for
 * as many as they like without a row in the store; only one that was answered is written down, so that it is used once.
 */
export function createPasskeyChallenges(ring: KeyRing, spent: SpentMarks): PasskeyChallenges {
  const mac = (key: Parameters<typeof createHmac>[1], purpose: string, binding: string, head: Uint8Array) =>
    createHmac('sha256', key).update(`passkey|${purpose}|${binding}|`).update(head).digest()
  return {
    create(purpose, binding) {
      const end = Buffer.alloc(timeLength)
      end.writeUIntBE(now() + challengeLifeMs, 0, timeLength)
      const head = Buffer.concat([takeRandomBytes(nonceLength), end])
      return new Uint8Array(Buffer.concat([head, mac(ring.newest.key, purpose, binding, head)]))
    },
    isOurs(challenge, purpose, binding) {
      const { head, given, expiresAt } = read(challenge)
      if (given.length !== macLength || !isAlive(expiresAt, challengeLifeMs)) return false
      return [...ring.byId.values()].some((key) => timingSafeEqual(given, mac(key, purpose, binding, head)))
    },
    spend(challenge) {
      const { head, expiresAt } = read(challenge)
      return spent.spend(`passkey:${head.subarray(0, nonceLength).toString('base64url')}`, expiresAt)
    },
  }
}

function read(challenge: string) {
  const bytes = Buffer.from(challenge, 'base64url')
  if (bytes.length !== length) return { head: bytes, given: Buffer.alloc(0), expiresAt: 0 }
  const head = bytes.subarray(0, nonceLength + timeLength)
  return { head, given: bytes.subarray(nonceLength + timeLength), expiresAt: head.readUIntBE(nonceLength, timeLength) }
}
