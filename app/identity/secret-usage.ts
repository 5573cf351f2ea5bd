import { and, count, gt, isNull } from 'drizzle-orm'
import { type Database, sessions, withStoreErrors } from '../../db/index.ts'
import { now } from '../kernel/index.ts'

/** How many live sessions hold a refresh token that was signed with each secret, by its id; `''` where it is not known. */
export function countSessionsBySecret(database: Database): Promise<Map<string, number>> {
  return withStoreErrors(async () => {
    const isLive = and(isNull(sessions.revokedAt), gt(sessions.expiresAt, now()))
    const counted = await database
      .select({ secretId: sessions.secretId, sessions: count() })
      .from(sessions)
      .where(isLive)
      .groupBy(sessions.secretId)
    return new Map(counted.map((row) => [row.secretId ?? '', row.sessions]))
  })
}
