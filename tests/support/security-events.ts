import { randomUUID } from 'node:crypto'
import { Client } from './browser-client.ts'
import { withDatabase } from './fixtures.ts'
import type { TestServer } from './server.ts'
import { until } from './until.ts'

export type EventRow = {
  id: number
  type: string
  outcome: string
  actor_id: string | null
  subject_id: string | null
  session_id: string | null
  address: string | null
  agent: string | null
  detail: string | null
}

const asker = 'asks whether events are written'

type Site = { readonly origin: string }

/** Security events, of one type or of all, oldest first: all that this server's answers so far have caused. */
export async function eventsOf(server: TestServer, type?: string, site: Site = server): Promise<EventRow[]> {
  await untilEventsAreWritten(server, site)
  return storedEventsOf(server, type)
}

/** The same, as they stand in the store at this moment: what an answer has caused may be a moment behind it. */
export function storedEventsOf(server: TestServer, type?: string): EventRow[] {
  return allRows(server).filter((row) => !row.agent?.startsWith(asker) && (type === undefined || row.type === type))
}

/**
 * Waits until the events of all earlier answers are in the store. A server writes them behind its answers and in their
 * order, so this has it refuse a request and waits for the event of that. `site` is where browsers reach the server.
 */
export async function untilEventsAreWritten(server: TestServer, site: Site = server): Promise<void> {
  const agent = `${asker} ${randomUUID()}`
  const headers = { 'user-agent': agent, 'sec-fetch-site': 'cross-site' }
  const answer = await new Client(site).post('/bff/logout', {}, { headers })
  if (answer.status !== 403) throw new Error(`a request of another site was answered with ${answer.status}`)
  await until('the event of a refusal', () => allRows(server).find((row) => row.agent === agent) ?? null)
}

function allRows(server: TestServer): EventRow[] {
  return withDatabase(server, (database) =>
    database.prepare('select * from security_events order by id').all(),
  ) as EventRow[]
}
