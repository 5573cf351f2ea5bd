import { withDatabase } from '../support/fixtures.ts'
import type { TestServer } from '../support/server.ts'

const hour = 3_600_000
const hours = 48

/** Two days of an ordinary site before the server started, for the plots: quiet nights, and one hour of guessing. */
export function addHistory(server: TestServer): void {
  const start = Date.now() - hours * hour
  withDatabase(server, (database) => {
    const insert = database.prepare(
      "insert into security_events (created_at, keep_until, type, outcome, address) values (?, ?, ?, ?, '192.0.2.7')",
    )
    const note = (at: number, type: string, outcome: string) => insert.run(at, at + 400 * 24 * hour, type, outcome)
    for (let index = 0; index < hours - 1; index++) {
      const at = start + index * hour
      const daylight = Math.max(0, Math.sin(((index - 7) / 24) * 2 * Math.PI))
      for (let each = 0; each < Math.round(daylight * 14 + (index % 3)); each++)
        note(at + each, 'signin.succeeded', 'success')
      const wrong = index === 31 ? 26 : Math.round(daylight * 2)
      for (let each = 0; each < wrong; each++) note(at + each, 'signin.failed', 'failure')
      if (index === 31 || index === 32) note(at, 'limit.reached', 'failure')
    }
  })
}
