import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from './browser-client.ts'
import type { TestServer } from './server.ts'

export type EventRow = {
  type: string
  outcome: string
  actor_id: string | null
  subject_id: string | null
  address: string | null
  agent: string | null
  detail: string | null
}

const asker = 'Mozilla/5.0 (asks whether events are written)'
const isOfATest = "coalesce(agent, '') not like ?"
const longestWaitMs = 15_000

type Site = { readonly origin: string }

/** Security events of one type, oldest first: all that this server's answers so far have caused. */
export async function eventsOf(server: TestServer, type: string, site: Site = server): Promise<EventRow[]> {
  await untilEventsAreWritten(server, site)
  return storedEventsOf(server, type)
}

/** Security events of every type, likewise. */
export async function allEvents(server: TestServer): Promise<EventRow[]> {
  await untilEventsAreWritten(server)
  return query(server, `${isOfATest} order by id`, `${asker}%`)
}

/** Events of one type as they stand in the store at this moment: what an answer has caused may be a moment behind it. */
export function storedEventsOf(server: TestServer, type: string): EventRow[] {
  return query(server, `${isOfATest} and type = ? order by id`, `${asker}%`, type)
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
  const deadline = Date.now() + longestWaitMs
  while (query(server, 'agent = ?', agent).length === 0) {
    if (Date.now() > deadline) throw new Error(`an event was not written within ${longestWaitMs / 1_000} s`)
    await delay(10)
  }
}

function query(server: TestServer, where: string, ...values: string[]): EventRow[] {
  const database = server.openDatabase()
  try {
    return database.prepare(`select * from security_events where ${where}`).all(...values) as EventRow[]
  } finally {
    database.close()
  }
}
