import { Form, Link, useLoaderData } from '@remix-run/react'
import { eventQueryText, guardLoader, isFresh } from '../bff/index.server.ts'
import { AdminTabs } from '../components/admin/admin-tabs.tsx'
import { EventList } from '../components/events/event-list.tsx'
import { ChoiceField, FilterField } from '../components/forms/choice-field.tsx'
import { EmptyState } from '../components/layout/empty-state.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { FollowToggle } from '../components/projects/follow-toggle.tsx'
import { CursorPager } from '../components/text/cursor-pager.tsx'
import { adminEventSlice, eventQuery } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { eventTypes } from '../kernel/index.ts'
import { eventName } from '../presenters/event-names.server.ts'
import { eventView } from '../presenters/event-view.server.ts'
import { requireQuery } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'admin' }, async ({ url, principal, api }) => {
  requireQuery(url, eventQuery)
  const query = eventQueryText(url)
  const { items, next, people } = await api.get('/admin/events', adminEventSlice, { query })
  const types = eventTypes.map((type) => [type, `${eventName(type)} (${type})`] as const)
  return { events: items.map(eventView), next, people, query, types, isFresh: isFresh(principal) }
})

export const meta = pageTitle(() => t('Security events'))

export default function SecurityEvents() {
  const { events, next, people, query, types, isFresh } = useLoaderData<typeof loader>()
  const { before, ...filters } = query
  return (
    <>
      <h1>{t('Security events')}</h1>
      <AdminTabs />
      <Filters query={query} types={types} />
      <p className="actions">
        {before === undefined ? <FollowToggle /> : null} <AsFile filters={filters} isFresh={isFresh} />
      </p>
      {events.length === 0 ? (
        <EmptyState title={t('Nothing found')}>{t('No event matches. Leave something out of the search.')}</EmptyState>
      ) : (
        <EventList events={events} people={people} />
      )}
      <CursorPager next={next} />
    </>
  )
}

/** Without `download`: should the proof have run out meanwhile, the page that asks for one is a page and not the file. */
function AsFile({ filters, isFresh }: { filters: Record<string, string>; isFresh: boolean }) {
  const asFile = (format: string) => `/admin/events/export?${new URLSearchParams({ ...filters, format })}`
  const here = new URLSearchParams(filters)
  const redirectTo = here.size === 0 ? '/admin/events' : `/admin/events?${here}`
  if (!isFresh) {
    return (
      <Link className="button button-plain" to={`/reauthenticate?${new URLSearchParams({ redirectTo })}`}>
        {t('Confirm that it is you, then download')}
      </Link>
    )
  }
  return (
    <>
      <a className="button button-plain" href={asFile('csv')}>
        {t('Download as CSV')}
      </a>{' '}
      <a className="button button-plain" href={asFile('json')}>
        {t('Download as JSON')}
      </a>
    </>
  )
}

type FiltersProps = { query: Record<string, string>; types: readonly (readonly [type: string, words: string])[] }

function Filters({ query, types }: FiltersProps) {
  const value = (name: string) => query[name] ?? ''
  const everyType = [['', t('Every kind')] as const, ...types]
  const outcomes = [
    ['', t('Any outcome')],
    ['success', t('success')],
    ['failure', t('failure')],
    ['refused', t('refused')],
  ] as const
  return (
    <Form method="get" action="/admin/events" className="filters">
      <ChoiceField id="event-type" name="type" label={t('Kind')} value={value('type')} options={everyType} />
      <ChoiceField id="event-outcome" name="outcome" label={t('Outcome')} value={value('outcome')} options={outcomes} />
      <FilterField
        id="event-person"
        name="person"
        label={t('Person (email address or id)')}
        type="text"
        maxLength={254}
        value={value('person')}
      />
      <FilterField
        id="event-address"
        name="address"
        label={t('Network address')}
        type="text"
        maxLength={64}
        value={value('address')}
      />
      <FilterField id="event-from" name="from" label={t('From (UTC)')} type="datetime-local" value={value('from')} />
      <FilterField
        id="event-until"
        name="until"
        label={t('Before (UTC)')}
        type="datetime-local"
        value={value('until')}
      />
      <p className="actions">
        <button type="submit" className="button">
          {t('Search')}
        </button>{' '}
        <Link className="button button-plain" to="/admin/events">
          {t('Everything')}
        </Link>
      </p>
    </Form>
  )
}
