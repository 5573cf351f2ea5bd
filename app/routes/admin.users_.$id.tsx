import { data, redirect } from '@remix-run/node'
import { Link, type MetaFunction, useActionData, useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { AdminTabs } from '../components/admin/admin-tabs.tsx'
import { PersonActions, type PersonIntent } from '../components/admin/person-actions.tsx'
import { EventList } from '../components/events/event-list.tsx'
import { AlertNotice } from '../components/layout/alert-notice.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { useCurrentUser } from '../components/session/current-user.ts'
import { DeviceCard } from '../components/session/device-card.tsx'
import { Pager } from '../components/text/pager.tsx'
import { Timestamp } from '../components/text/timestamp.tsx'
import {
  adminEventSlice,
  type ChangeUserInput,
  type ManagedUser,
  managedSessions,
  managedUser,
  paging,
} from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import { translateAgent } from '../i18n/index.server.ts'
import { t } from '../i18n/index.ts'
import { Problem } from '../kernel/index.ts'
import { eventView } from '../presenters/event-view.server.ts'
import { type Done, withDone } from '../presenters/notices.server.ts'
import { requireQuery, sentenceOf } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

const eventsShown = 20

export const loader = /* @__PURE__ */ guardLoader({ access: 'admin' }, async ({ url, params, api }) => {
  const { page } = requireQuery(url, paging)
  const path = pathOf(params.id)
  const person = await api.get(path, managedUser)
  const { items, ...sessions } = await api.get(`${path}/sessions`, managedSessions, { query: { page } })
  if (items.length === 0 && page > 1) throw redirect(path)
  const query = { person: person.id, limit: eventsShown }
  const { items: events, people } = await api.get('/admin/events', adminEventSlice, { query })
  return {
    person,
    sessions: {
      ...sessions,
      items: items.map(({ agent, ...session }) => ({ ...session, name: translateAgent(agentName(agent)) })),
    },
    events: events.map(eventView),
    people,
  }
})

export const action = /* @__PURE__ */ guardAction(
  { access: 'admin', fresh: true },
  async ({ params, form, api, principal }) => {
    const intent = String(form.get('intent'))
    const done = doneAfter.get(intent)
    if (done === undefined) throw new Problem('malformed_request', { detail: 'The form did not say what to do.' })
    const path = pathOf(params.id)
    try {
      if (intent === 'delete') await api.delete(path)
      else if (intent === 'end-sessions') await api.delete(`${path}/sessions`)
      else await api.patch(path, changeOf(intent, form), managedUser)
    } catch (error) {
      if (!(error instanceof Problem) || ![400, 409, 422, 429].includes(error.status)) throw error
      const message = error.fieldErrors?.reason?.join(' ') ?? sentenceOf(error)
      return data({ refusal: { message } }, { status: error.status })
    }
    // Whoever changed themselves may no longer see this page.
    if (params.id === principal.userId) return redirect(withDone('/dashboard', done))
    return redirect(withDone(intent === 'delete' ? '/admin/users' : path, done))
  },
)

const doneAfter: ReadonlyMap<string, Done> = /* @__PURE__ */ new Map<PersonIntent, Done>([
  ['disable', 'user-disabled'],
  ['enable', 'user-enabled'],
  ['promote', 'user-promoted'],
  ['demote', 'user-demoted'],
  ['end-sessions', 'user-sessions-ended'],
  ['require-reset', 'user-reset-required'],
  ['delete', 'user-deleted'],
])

function changeOf(intent: string, form: FormData): ChangeUserInput {
  if (intent === 'disable') return { disabled: true, reason: String(form.get('reason') ?? '') }
  if (intent === 'enable') return { disabled: false }
  if (intent === 'require-reset') return { passwordResetRequired: true }
  return { role: intent === 'promote' ? 'admin' : 'user' }
}

/** The path of a person, the same for admins and in the API. */
function pathOf(id: string | undefined): string {
  return `/admin/users/${encodeURIComponent(id ?? '')}`
}

export const meta: MetaFunction<typeof loader> = ({ data, ...rest }) =>
  pageTitle(() => data?.person.name ?? t('Person'))({ data, ...rest })

export default function Person() {
  const { person, sessions, events, people } = useLoaderData<typeof loader>()
  const refusal = useActionData<typeof action>()?.refusal
  const isSelf = useCurrentUser()?.id === person.id
  return (
    <>
      <h1>{person.name}</h1>
      <AdminTabs />
      <AlertNotice refusal={refusal} />
      <div className="columns">
        <Facts person={person} isSelf={isSelf} />
        <section className="card" aria-labelledby="actions-title">
          <h2 id="actions-title">{t('What you can do')}</h2>
          <PersonActions person={person} isSelf={isSelf} />
        </section>
      </div>
      <section className="stack section" aria-labelledby="sessions-title">
        <h2 id="sessions-title">{t('Sessions')}</h2>
        {sessions.total === 0 ? <p className="quiet">{t('Signed in nowhere.')}</p> : null}
        {sessions.items.map((session) => (
          <DeviceCard key={session.id} device={session} />
        ))}
        <Pager {...sessions} />
      </section>
      <section className="section" aria-labelledby="events-title">
        <h2 id="events-title">{t('Latest events')}</h2>
        <EventList events={events} people={people} />
        <p className="aside">
          <Link to={`/admin/events?person=${encodeURIComponent(person.id)}`}>
            {t('All events of {name}', { name: person.name })}
          </Link>
        </p>
      </section>
    </>
  )
}

function Facts({ person, isSelf }: { person: ManagedUser; isSelf: boolean }) {
  return (
    <section className="card ticket" aria-labelledby="facts-title">
      <h2 id="facts-title">{t('Account')}</h2>
      <p className="badges">
        {isSelf ? <span className="badge">{t('You')}</span> : null}{' '}
        {person.role === 'admin' ? <span className="badge badge-strong">{t('Admin')}</span> : null}{' '}
        {person.disabledAt === null ? null : <span className="badge badge-bad">{t('Disabled')}</span>}{' '}
        {person.passwordResetRequiredAt === null ? null : (
          <span className="badge badge-bad">{t('New password asked for')}</span>
        )}{' '}
        {person.emailVerifiedAt === null ? <span className="badge">{t('Address not confirmed')}</span> : null}
      </p>
      <dl className="pairs">
        <dt>{t('Email address')}</dt>
        <dd>{person.email}</dd>
        <dt>{t('Id')}</dt>
        <dd>
          <code>{person.id}</code>
        </dd>
        <dt>{t('Here since')}</dt>
        <dd>
          <Timestamp at={person.createdAt} />
        </dd>
        {person.disabledAt === null ? null : (
          <>
            <dt>{t('Disabled')}</dt>
            <dd>
              <Timestamp at={person.disabledAt} />
              {person.disabledReason === null ? '' : `: ${person.disabledReason}`}
            </dd>
          </>
        )}
      </dl>
    </section>
  )
}
