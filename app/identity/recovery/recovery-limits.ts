import { RateLimiterRes } from 'rate-limiter-flexible'
import { createRateLimiter, type Database, withStoreErrors } from '../../../db/index.ts'
import { deriveKeyRing, type Settings } from '../../kernel/index.server.ts'
import type { RecordEvent } from '../../kernel/index.ts'
import { createAddressBudget } from '../limits/address-budget.ts'
import { keyedNames } from '../limits/keyed-names.ts'
import type { Throttled, Visitor } from '../token-service.ts'

export type RecoveryLimitSettings = Pick<
  Settings,
  'LIMIT_MAIL_PER_ADDRESS' | 'LIMIT_MAIL_PER_MAILBOX' | 'LIMIT_CODE_PER_ADDRESS' | 'secrets'
>

export type RecoveryLimits = {
  /** Null when this network address may ask for a mail. */
  refuseRequest(visitor: Visitor): Promise<Throttled | null>
  /** Takes a mail from the budget of a mailbox, whether or not it has an account. False is kept to ourselves. */
  mayMail(emailKey: string): Promise<boolean>
  /** Counts a code before it is looked at. Null when it may be tried. */
  refuseCode(visitor: Visitor): Promise<Throttled | null>
  /** The code was right: it does not count. */
  forgiveCode(visitor: Visitor): Promise<void>
}

type Deps = { database: Database; settings: RecoveryLimitSettings; record: RecordEvent }

/** How often mails may be asked for and codes be tried. */
export function createRecoveryLimits({ database, settings, record }: Deps): RecoveryLimits {
  const requests = createAddressBudget(database, 'mail', settings.LIMIT_MAIL_PER_ADDRESS)
  const codes = createAddressBudget(database, 'code', settings.LIMIT_CODE_PER_ADDRESS)
  const mailboxes = createRateLimiter(database, { name: 'mailbox', ...settings.LIMIT_MAIL_PER_MAILBOX })
  const ring = deriveKeyRing(settings.secrets, 'limits')

  function refusal(waitMs: number, { address, agent }: Visitor): Throttled | null {
    if (waitMs === 0) return null
    record({ type: 'limit.reached', outcome: 'refused', address, agent, detail: { reason: 'address' } })
    return { kind: 'throttled', reason: 'address', retryAfterSeconds: Math.ceil(waitMs / 1_000) }
  }

  return {
    refuseRequest: async (visitor) => refusal(await requests.take(visitor.address), visitor),
    refuseCode: async (visitor) => refusal(await codes.take(visitor.address), visitor),
    forgiveCode: (visitor) => codes.giveBack(visitor.address),
    mayMail: (emailKey) =>
      withStoreErrors(async () => {
        const [name, ...older] = keyedNames(ring, `mailbox|${emailKey}`)
        try {
          const { remainingPoints } = await mailboxes.consume(name)
          // After it is counted, so that of two nodes with another newest secret at least one sees both.
          const held = await Promise.all(older.map((each) => mailboxes.get(each)))
          return held.reduce((left, each) => left - (each?.consumedPoints ?? 0), remainingPoints) >= 0
        } catch (refused) {
          if (refused instanceof RateLimiterRes) return false
          throw refused
        }
      }),
  }
}
