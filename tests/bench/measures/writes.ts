import { ada, openTestIssuer, standingClock, visitor } from '../../support/issuer.ts'
import { openCountedStore } from '../../support/store.ts'

const second = 1_000

/**
 * What a session writes in an hour of use, on a clock that is moved by hand: statements that change the table of sessions
 * and others, when somebody opens something every ten seconds, every minute, or every ten minutes.
 */
export async function countWrites(): Promise<Record<string, { sessions: number; events: number }>> {
  const result: Record<string, { sessions: number; events: number }> = {}
  for (const [name, every] of Object.entries({ '10 s': 10, '1 min': 60, '10 min': 600 })) {
    const clock = standingClock(Date.now())
    const store = await openCountedStore()
    const { issuer } = await openTestIssuer({ store })
    const started = await issuer.register(ada, visitor, null)
    if (started.kind !== 'signed-in') throw new Error('registering failed')
    let { refreshToken } = started.ticket
    store.taken()
    let events = 0
    for (let at = 0; at < 3_600; at += every) {
      clock.step(every * second)
      const answer = await issuer.present(refreshToken, { prefetch: false, visitor })
      if (answer.kind !== 'signed-in') throw new Error('the session ended')
      if (answer.ticket) refreshToken = answer.ticket.refreshToken
      if (answer.ticket) events++
    }
    const written = store.taken().filter((statement) => /^\s*(insert|update|delete)/i.test(statement))
    result[name] = { sessions: written.filter((statement) => /"sessions"/.test(statement)).length, events }
    clock.restore()
    store.close()
  }
  return result
}
