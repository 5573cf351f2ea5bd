import { Link } from '@remix-run/react'
import type { AdminEventSlice } from '../../contract/index.ts'
import { t } from '../../i18n/index.ts'
import { Timestamp } from '../text/timestamp.tsx'
import type { ShownEvent } from './shown-event.ts'

type EventListProps = { events: readonly ShownEvent[]; people: AdminEventSlice['people'] }

/** Security events for admins, each with who and where. */
export function EventList({ events, people }: EventListProps) {
  return (
    <ol className="record">
      {events.map((event) => (
        <li key={event.id}>
          <p className="record-head">
            <strong>{event.name}</strong> <code>{event.type}</code>{' '}
            <span className={event.outcome === 'success' ? 'badge' : 'badge badge-bad'}>{event.outcomeName}</span>{' '}
            <span className="meta">
              <Timestamp at={event.at} exact /> · {event.id}
            </span>
          </p>
          <p className="meta">
            <Who label={t('by')} id={event.actorId} people={people} />{' '}
            <Who label={t('about')} id={event.subjectId} people={people} />{' '}
            {event.address ? t('from {address}', { address: event.address }) : null} {event.agentName}
            {event.facts === '' ? null : (
              <>
                <br />
                {event.facts}
              </>
            )}
          </p>
        </li>
      ))}
    </ol>
  )
}

/** A name as long as there is one; the id of a deleted account stays what it is. */
function Who({ label, id, people }: { label: string; id: string | null; people: AdminEventSlice['people'] }) {
  if (id === null) return null
  const person = people.find((each) => each.id === id)
  return (
    <>
      {label} {person ? <Link to={`/admin/users/${id}`}>{person.name}</Link> : <code>{id}</code>}
    </>
  )
}
