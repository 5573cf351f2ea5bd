import type { StoredEvent } from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import { translateAgent, translateSentence } from '../words/index.server.ts'
import { factsOf } from './event-facts.ts'
import { eventName } from './event-names.ts'
import type { ShownEvent } from './shown-event.ts'

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
    facts: factsOf({ type, detail }),
  }
}
