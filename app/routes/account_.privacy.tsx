import { Link, useLoaderData } from '@remix-run/react'
import { guardLoader, isFresh } from '../bff/index.server.ts'
import { AccountTabs } from '../components/account/account-tabs.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { t } from '../i18n/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ principal }) => ({
  isFresh: isFresh(principal),
}))

export const meta = pageTitle(() => t('Your data'))

export default function Privacy() {
  const { isFresh } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>{t('Your data')}</h1>
      <AccountTabs />
      <div className="columns">
        <section className="card" aria-labelledby="export-title">
          <h2 id="export-title">{t('Take it with you')}</h2>
          <p>
            {t(
              'One file with everything that is kept about you: your account, your sessions, your projects and what was recorded about your account. Password hashes and other secrets are not in it.',
            )}
          </p>
          {isFresh ? (
            <p className="actions">
              <a className="button" href="/account/export">
                {t('Download my data (JSON)')}
              </a>
            </p>
          ) : (
            <p className="actions">
              <Link className="button" to="/reauthenticate?redirectTo=/account/privacy">
                {t('Confirm that it is you, then download')}
              </Link>
            </p>
          )}
        </section>
        <section className="card" aria-labelledby="delete-title">
          <h2 id="delete-title">{t('Delete your account')}</h2>
          <p>
            {t(
              'Your account, your sessions and your projects are gone at once and cannot be brought back. What was recorded for security stays until its time is over, under a number, without your name and email address.',
            )}
          </p>
          <p className="actions">
            <Link className="button button-quiet" to="/account/delete">
              {t('Delete my account…')}
            </Link>
          </p>
        </section>
      </div>
    </>
  )
}
