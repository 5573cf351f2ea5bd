import type { Principal } from '../../identity/index.server.ts'
import { log } from '../../kernel/index.server.ts'
import { getConfiguration } from '../configuration.server.ts'

const lookEveryMs = 5_000

/**
 * Looks, for as long as an answer streams, whether the session that asked for it still lives, and calls `onEnd` when it
 * does not: a stream of events must not outlast signing out. Returns what ends the watch.
 */
export function watchSession({ userId, sessionId }: Principal, onEnd: () => void): () => void {
  const look = async () => {
    try {
      const { live } = await getConfiguration().accounts.devices.list(userId)
      if (!live.some(({ id }) => id === sessionId)) onEnd()
    } catch (error) {
      // A store that cannot answer has said nothing about the session.
      log.warn({ err: error }, 'whether a session lives could not be looked up')
    }
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  return () => clearInterval(timer)
}
