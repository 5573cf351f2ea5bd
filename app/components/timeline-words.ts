import type { SessionInspection, StoredEvent } from '../contract/index.ts'

export type Tone = 'good' | 'plain' | 'bad'
/** Something that happened to a session. */
export type Moment = { key: string; at: number; tone: Tone; title: string; text: string }

const generationOf = ({ detail }: StoredEvent, name: 'presented' | 'generation') => Number(detail?.[name] ?? 0)

type Words = (event: StoredEvent) => Omit<Moment, 'key' | 'at'>

const eventWords: Record<string, Words> = {
  'session.rotated': (event) => replaced(generationOf(event, 'generation') + 1),
  'session.straggler': (event) => ({
    tone: 'plain',
    title: `A straggler showed ticket ${generationOf(event, 'presented')}`,
    text: 'It had left before the answer with the next ticket came back. Let in, this once.',
  }),
  'session.reuse': (event) => ({
    tone: 'bad',
    title: `An old copy was used: ticket ${generationOf(event, 'presented')}`,
    text: 'The session ended for whoever held the copy, and for you.',
  }),
  'session.fast_forward': (event) => ({
    tone: 'plain',
    title: `The store was behind: ticket ${generationOf(event, 'presented')}`,
    text: 'Your ticket was newer than the row, as after a restored backup. The row was brought forward.',
  }),
  'session.revoked': () => ({ tone: 'bad', title: 'The session was ended', text: 'No ticket of it opens anything.' }),
  'session.reauthenticated': () => ({
    tone: 'good',
    title: 'You proved again that it is you',
    text: 'A new session took the place of the one before.',
  }),
  'session.refused': ({ detail }) => ({
    tone: 'bad',
    title: 'A ticket was turned away',
    text: `Because the session was over (${detail?.reason ?? 'no reason given'}).`,
  }),
  'csrf.refused': () => ({
    tone: 'bad',
    title: 'A form was turned away',
    text: 'It did not come from a page of this session. Nothing was changed.',
  }),
  'access.refused': () => ({
    tone: 'bad',
    title: 'A page for admins was refused',
    text: 'This account has no such role.',
  }),
  'request.refused': () => ({ tone: 'bad', title: 'A damaged request was refused', text: 'Before it reached a page.' }),
}

function replaced(generation: number): ReturnType<Words> {
  return {
    tone: 'good',
    title: `Ticket ${generation - 1} was replaced by ticket ${generation}`,
    text: 'It was due, so the answer brought the next one.',
  }
}

/** What is recorded of a session, with what only its row knows, newest first. */
export function timelineInWords({ session, events }: SessionInspection): Moment[] {
  const { createdAt, rotatedAt, confirmedAt, generation } = session
  const told = events.map((event): Moment => {
    const words = eventWords[event.type]?.(event) ?? { tone: 'plain', title: event.type, text: '' }
    return { key: String(event.id), at: event.at, ...words }
  })
  const numbers = events.map((event) => (event.type === 'session.rotated' ? generationOf(event, 'generation') + 1 : 0))
  // The event of this very request is written once it has been answered.
  const isUntold = generation > Math.max(0, ...numbers)
  const confirmed: Moment = {
    key: 'confirmed',
    at: confirmedAt ?? 0,
    tone: 'good',
    title: `Ticket ${generation} was shown for the first time`,
    text: 'Your browser has it for certain now.',
  }
  const began = { title: 'The session began', text: 'You signed in and got ticket 0.' }
  // Sorting keeps the order of what happened within one millisecond.
  return [
    ...(confirmedAt === null ? [] : [confirmed]),
    ...(isUntold ? [{ key: 'rotated', at: rotatedAt, ...replaced(generation) }] : []),
    ...told,
    { key: 'began', at: createdAt, tone: 'plain' as const, ...began },
  ].toSorted((one, other) => other.at - one.at)
}
