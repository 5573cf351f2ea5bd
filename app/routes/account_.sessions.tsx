import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { endDevice, endOtherDevices, guardAction, guardLoader, listDevices } from '../bff/index.server.ts'
import { AccountTabs } from '../components/account/account-tabs.tsx'
import { Confirm } from '../components/forms/confirm.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { DeviceCard } from '../components/session/device-card.tsx'
import { Pager } from '../components/text/pager.tsx'
import { Timestamp } from '../components/text/timestamp.tsx'
import { paging, type SessionEnd } from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import { translateAgent } from '../i18n/index.server.ts'
import { message, type PlainMessage, plural, t } from '../i18n/index.ts'
import { Problem } from '../kernel/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { requireQuery } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

const path = '/account/sessions'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ url, principal }) => {
  const { page } = requireQuery(url, paging)
  const { current, others, ended } = await listDevices(principal, page)
  if (others.items.length === 0 && page > 1) throw redirect(path)
  return {
    current: current && named(current),
    others: { ...others, items: others.items.map(named) },
    ended: ended.map(({ id, agent, endedAt, reason }) => ({
      id,
      endedAt,
      reason,
      name: translateAgent(agentName(agent)),
    })),
  }
})

/** A session under the name of its browser instead of what the browser says of itself. */
function named<Named extends { agent: string }>({ agent, ...device }: Named) {
  return { ...device, name: translateAgent(agentName(agent)) }
}

export const action = /* @__PURE__ */ guardAction({ access: 'user', fresh: true }, async ({ form, principal }) => {
  switch (form.get('intent')) {
    case 'end': {
      if (await endDevice(principal, String(form.get('id') ?? ''))) return redirect(withDone(path, 'session-ended'))
      throw new Problem('not_found', { detail: 'There is no such session, or it has ended already.' })
    }
    case 'end-others':
      return redirect(withDone(path, (await endOtherDevices(principal)) > 0 ? 'sessions-ended' : 'no-other-sessions'))
    default:
      throw new Problem('malformed_request', { detail: 'The form did not say what to do.' })
  }
})

export const meta = pageTitle(() => t('Sessions'))

const reasons: Record<SessionEnd, PlainMessage> = {
  signout: message('signed out'),
  ended: message('ended by you'),
  replaced: message('signed in again in the same browser'),
  reuse: message('ended because an old copy of its ticket was used'),
  disabled: message('ended because the account was disabled'),
  expired: message('ended because it reached its longest time'),
  idle: message('ended because it was not used for a while'),
  'too-many': message('ended because there were too many sessions; it was not used for the longest time'),
  'ended-by-admin': message('ended by an admin'),
  'password-changed': message('ended because the password was changed'),
  'password-reset': message('ended because a new password was chosen'),
  'address-changed': message('ended because the email address was changed'),
  'address-restored': message('ended because the earlier email address was restored'),
  provider: message('ended by the provider that you signed in with'),
}

const isSessionEnd = (reason: string): reason is SessionEnd => Object.hasOwn(reasons, reason)

export default function Sessions() {
  const { current, others, ended } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>{t('Sessions')}</h1>
      <AccountTabs />
      <section className="stack" aria-labelledby="live-title">
        <h2 id="live-title">{t('Where you are signed in')}</h2>
        {current ? <DeviceCard device={current} isCurrent /> : null}
        {others.total > others.limit ? (
          <p className="quiet">{plural('{count} other session|{count} other sessions', others.total)}</p>
        ) : null}
        {others.items.map((device) => (
          <DeviceCard key={device.id} device={device} action={path} />
        ))}
        <Pager {...others} />
        {others.total === 0 ? (
          <p className="quiet">{t('You are signed in nowhere else.')}</p>
        ) : (
          <Confirm
            label={t('End all others')}
            question={t('Sign out everywhere but here? You have to sign in there again.')}
          >
            <PostForm action={path}>
              <SubmitButton intent="end-others" look="danger" pending={t('Ending…')}>
                {t('End all other sessions')}
              </SubmitButton>
            </PostForm>
          </Confirm>
        )}
      </section>
      {ended.length === 0 ? null : (
        <section aria-labelledby="ended-title">
          <h2 id="ended-title">{t('Lately ended')}</h2>
          <ul className="record">
            {ended.map((device) => (
              <li key={device.id}>
                {device.name}, {t(isSessionEnd(device.reason) ? reasons[device.reason] : message('ended'))}{' '}
                <span className="meta">
                  <Timestamp at={device.endedAt} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
