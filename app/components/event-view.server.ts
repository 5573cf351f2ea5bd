import type { StoredEvent } from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import { translateAgent, translateSentence } from '../words/index.server.ts'
import { factsOf } from './event-facts.ts'
import { eventName } from './event-names.ts'

/** A security event for admins, in the language at hand. */
export type ShownEvent = Pick<StoredEvent, 'id' | 'at' | 'type' | 'outcome' | 'actorId' | 'subjectId' | 'address'> & {
  name: string
  outcomeName: string
  agentName: string | null
  facts: string
}

export function eventView({
  id,
  at,
  type,
  outcome,
  actorId,
  subjectId,
  address,
  agent,
  detail,
}: StoredEvent): ShownEvent {
  return {
    ...{ id, at, type, outcome, actorId, subjectId, address },
    name: eventName(type),
    outcomeName: translateSentence(outcome),
    agentName: agent === null ? null : translateAgent(agentName(agent)),
    facts: factsOf({ detail }),
  }
}
