import type { ShownEvent } from '../components/events/shown-event.ts'
import type { StoredEvent } from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import { translateAgent, translateSentence } from '../i18n/index.server.ts'
import { factsOf } from './event-facts.server.ts'
import { eventName } from './event-names.server.ts'

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
