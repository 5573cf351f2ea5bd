import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { dismissReuseNotice, guardAction, guardLoader, listActivity } from '../bff/index.server.ts'
import { AccountTabs } from '../components/account/account-tabs.tsx'
import { EmptyState } from '../components/layout/empty-state.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { CursorPager } from '../components/text/cursor-pager.tsx'
import { Timestamp } from '../components/text/timestamp.tsx'
import { eventQuery, type StoredEvent } from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import { translateAgent } from '../i18n/index.server.ts'
import { t } from '../i18n/index.ts'
import { activitySentence, activityTypes, isAlarming } from '../presenters/activity.server.ts'
import { requireQuery } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ url, principal }) => {
  const { before } = requireQuery(url, eventQuery.pick({ before: true }))
  const { items, next } = await listActivity(principal, activityTypes, before)
  return { items: items.map(inWords), next }
})

/** The person has read that one of their tickets was used twice. */
export const action = /* @__PURE__ */ guardAction({ access: 'user' }, async ({ principal }) => {
  await dismissReuseNotice(principal)
  return redirect('/dashboard')
})

function inWords(event: StoredEvent) {
  const where = [event.agent === null ? null : translateAgent(agentName(event.agent)), event.address]
  return {
    id: event.id,
    at: event.at,
    sentence: activitySentence(event),
    isAlarming: isAlarming(event),
    where: where.filter((part) => part !== null).join(', '),
  }
}

export const meta = pageTitle(() => t('Activity'))

export default function Activity() {
  const { items, next } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>{t('Activity')}</h1>
      <AccountTabs />
      {items.length === 0 ? (
        <EmptyState title={t('Nothing here')}>{t('Sign-ins and changes of your account are listed here.')}</EmptyState>
      ) : (
        <ol className="record">
          {items.map((event) => (
            <li key={event.id} className={event.isAlarming ? 'record-alarm' : undefined}>
              <p>{event.sentence}</p>
              <p className="meta">
                <Timestamp at={event.at} />
                {event.where === '' ? null : ` · ${event.where}`}
              </p>
            </li>
          ))}
        </ol>
      )}
      <CursorPager next={next} />
    </>
  )
}
