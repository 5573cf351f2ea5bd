import { ms } from '../../app/kernel/index.ts'

/** What bounds security events when nothing is set. */
export const eventLimits = {
  retentionMs: ms('400d'),
  anonymousRetentionMs: ms('14d'),
  strangers: { points: 100, durationMs: ms('1m') },
}
