import type { StoredEvent } from '../../contract/index.ts'

/** A security event for admins, in the language at hand. */
export type ShownEvent = Pick<StoredEvent, 'id' | 'at' | 'type' | 'outcome' | 'actorId' | 'subjectId' | 'address'> & {
  name: string
  outcomeName: string
  agentName: string | null
  facts: string
}
