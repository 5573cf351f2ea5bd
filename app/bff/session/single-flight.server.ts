import type { Presentation, Visitor } from '../../identity/index.server.ts'
import { metrics } from '../../kernel/index.server.ts'
import { getConfiguration } from '../configuration.server.ts'

const inFlight = new Map<string, Promise<Presentation>>()

/**
 * Presents a refresh token; requests that arrive with the very same one while the answer is under way share it. Keyed
 * by the full token and the ticket of the device's key, so that an answer is never shared between people, nor with a
 * copy. Kept for no longer than the work takes.
 */
export function presentOnce(
  refreshToken: string,
  options: { prefetch: boolean; visitor: Visitor; boundTicket?: string | null },
): Promise<Presentation> {
  const key = `${options.prefetch ? 'prefetch' : 'use'}:${refreshToken}:${options.boundTicket ?? ''}`
  const running = inFlight.get(key)
  if (running) return running
  const started = present(key, refreshToken, options)
  inFlight.set(key, started)
  return started
}

async function present(key: string, refreshToken: string, options: { prefetch: boolean; visitor: Visitor }) {
  try {
    const answer = await getConfiguration().tokens.present(refreshToken, options)
    metrics.presentations.inc({ verdict: verdictOf(answer) })
    return answer
  } finally {
    inFlight.delete(key)
  }
}

function verdictOf(answer: Presentation): string {
  if (answer.kind === 'signed-in') return 'accepted'
  return answer.kind === 'refused' ? answer.reason : answer.kind
}
