import { Link, useLoaderData } from '@remix-run/react'
import { guardLoader } from '../bff/index.server.ts'
import { AccountTabs } from '../components/account/account-tabs.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { SignOutForm } from '../components/layout/sign-out-form.tsx'
import { RichWords } from '../components/text/rich-words.tsx'
import { lengthInWords, Timestamp } from '../components/text/timestamp.tsx'
import { me } from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import { translateAgent } from '../i18n/index.server.ts'
import { t } from '../i18n/index.ts'
import { now } from '../kernel/index.ts'
import { roleName } from '../presenters/event-facts.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ api, session }) => {
  const person = await api.get('/users/me', me)
  return {
    me: person,
    roles: person.roles.map(roleName),
    session: {
      createdAt: session.createdAt,
      expiresAt: session.expiresAt,
      remaining: lengthInWords(session.expiresAt - now()),
      persistent: session.persistent,
      browser: translateAgent(agentName(session.agent)),
      address: session.address,
    },
  }
})

export const meta = pageTitle(() => t('Account'))

export default function Account() {
  const { me, roles, session } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>{t('Account')}</h1>
      <AccountTabs />
      <div className="columns">
        <section className="card" aria-labelledby="you-title">
          <h2 id="you-title">{t('You')}</h2>
          <dl className="pairs">
            <dt>{t('Name')}</dt>
            <dd>{me.name}</dd>
            <dt>{t('Email address')}</dt>
            <dd>
              {me.email} <Link to="/account/address">{t('Change address')}</Link>
            </dd>
            <dt>{t('Password')}</dt>
            <dd>
              <Link to="/account/password">{t('Change password')}</Link>
            </dd>
            <dt>{t('Roles')}</dt>
            <dd>{roles.join(', ')}</dd>
            <dt>{t('Here since')}</dt>
            <dd>
              <Timestamp at={me.createdAt} only="date" />
            </dd>
          </dl>
        </section>
        <section className="card ticket" aria-labelledby="session-title">
          <h2 id="session-title">{t('This session')}</h2>
          <dl className="pairs">
            <dt>{t('Signed in')}</dt>
            <dd>
              <Timestamp at={session.createdAt} />
            </dd>
            <dt>{t('Browser')}</dt>
            <dd>{session.browser}</dd>
            <dt>{t('Network address')}</dt>
            <dd>{session.address}</dd>
            <dt>{t('Ends')}</dt>
            <dd>
              <RichWords
                text="{time}, in {remaining}; sooner if you stay away for long"
                parts={{ time: <Timestamp at={session.expiresAt} />, remaining: session.remaining }}
              />
            </dd>
            <dt>{t('When you close the browser')}</dt>
            <dd>{session.persistent ? t('You stay signed in') : t('You are signed out')}</dd>
          </dl>
          <SignOutForm />
        </section>
      </div>
    </>
  )
}
