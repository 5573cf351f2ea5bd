import { type SecurityEvent, visibleText } from '../kernel/index.ts'

const maxLength = { id: 64, address: 64, agent: 256, name: 32, fact: 200 }
const maxFacts = 12

/** An event whose texts are bounded and hold nothing that a log, a terminal or a table would take for more than text. */
export function cleanEvent(event: SecurityEvent): SecurityEvent {
  return {
    type: event.type,
    outcome: event.outcome,
    ...cleanField('actorId', event.actorId, maxLength.id),
    ...cleanField('subjectId', event.subjectId, maxLength.id),
    ...cleanField('sessionId', event.sessionId, maxLength.id),
    ...cleanField('address', event.address, maxLength.address),
    ...cleanField('agent', event.agent, maxLength.agent),
    ...(event.detail === undefined ? {} : { detail: cleanDetail(event.detail) }),
  }
}

function cleanField(name: string, text: string | undefined, length: number): Record<string, string> {
  return text === undefined ? {} : { [name]: cleanText(text, length) }
}

function cleanDetail(detail: NonNullable<SecurityEvent['detail']>): Record<string, string | number | boolean> {
  const facts = Object.entries(detail).slice(0, maxFacts)
  return Object.fromEntries(
    facts.map(([name, fact]) => [
      cleanText(name, maxLength.name),
      typeof fact === 'string' ? cleanText(fact, maxLength.fact) : fact,
    ]),
  )
}

/**
 * Bounded first, so that a long text costs no more than a short one. Line breaks would forge log lines, escape sequences would
 * run in a terminal, direction marks would turn text around: they stand there by their numbers.
 */
function cleanText(text: string, length: number): string {
  return visibleText(String(text).slice(0, length)).slice(0, length)
}
