import type { Moment } from '../components/inspector/shown.ts'
import type { SessionInspection, StoredEvent } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { reasonInWords } from './event-facts.server.ts'

const generationOf = ({ detail }: StoredEvent, name: 'presented' | 'generation') => Number(detail?.[name] ?? 0)

type Words = (event: StoredEvent) => Omit<Moment, 'key' | 'at'>

const eventWords: Record<string, Words> = {
  'session.rotated': (event) => replaced(generationOf(event, 'generation') + 1),
  'session.straggler': (event) => ({
    tone: 'plain',
    title: t('A straggler showed ticket {number}', { number: generationOf(event, 'presented') }),
    text: t('It had left before the answer with the next ticket came back. Let in, this once.'),
  }),
  'session.reuse': (event) => ({
    tone: 'bad',
    title: t('An old copy was used: ticket {number}', { number: generationOf(event, 'presented') }),
    text: t('The session ended for whoever held the copy, and for you.'),
  }),
  'session.fast_forward': (event) => ({
    tone: 'plain',
    title: t('The store was behind: ticket {number}', { number: generationOf(event, 'presented') }),
    text: t('Your ticket was newer than the row, as after a restored backup. The row was brought forward.'),
  }),
  'session.revoked': () => ({
    tone: 'bad',
    title: t('The session was ended'),
    text: t('No ticket of it opens anything.'),
  }),
  'session.reauthenticated': () => ({
    tone: 'good',
    title: t('You proved again that it is you'),
    text: t('A new session took the place of the one before.'),
  }),
  'session.refused': ({ detail }) => ({
    tone: 'bad',
    title: t('A ticket was turned away'),
    text: t('Because the session was over ({reason}).', { reason: reasonInWords(detail?.reason) }),
  }),
  'session.bound': () => ({
    tone: 'good',
    title: t('Your session was bound to this device'),
    text: t('Your browser made a key that cannot be copied, and signed with it.'),
  }),
  'session.unproved': () => ({
    tone: 'bad',
    title: t('Your ticket came without the key of your device'),
    text: t('Turned away, as a copy would be. Nothing was changed and the session went on.'),
  }),
  'binding.refused': ({ detail }) => ({
    tone: 'bad',
    title: t('A proof of your device was turned away'),
    text: t('What was wrong with it: {reason}.', { reason: reasonInWords(detail?.reason) }),
  }),
  'csrf.refused': () => ({
    tone: 'bad',
    title: t('A form was turned away'),
    text: t('It did not come from a page of this session. Nothing was changed.'),
  }),
  'access.refused': () => ({
    tone: 'bad',
    title: t('A page for admins was refused'),
    text: t('This account has no such role.'),
  }),
  'request.refused': () => ({
    tone: 'bad',
    title: t('A damaged request was refused'),
    text: t('Before it reached a page.'),
  }),
}

function replaced(generation: number): ReturnType<Words> {
  return {
    tone: 'good',
    title: t('Ticket {before} was replaced by ticket {next}', { before: generation - 1, next: generation }),
    text: t('It was due, so the answer brought the next one.'),
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
    title: t('Ticket {number} was shown for the first time', { number: generation }),
    text: t('Your browser has it for certain now.'),
  }
  const began = { title: t('The session began'), text: t('You signed in and got ticket 0.') }
  // Sorting keeps the order of what happened within one millisecond.
  return [
    ...(confirmedAt === null ? [] : [confirmed]),
    ...(isUntold ? [{ key: 'rotated', at: rotatedAt, ...replaced(generation) }] : []),
    ...told,
    { key: 'began', at: createdAt, tone: 'plain' as const, ...began },
  ].toSorted((one, other) => other.at - one.at)
}
