import { Link } from '@remix-run/react'
import { guardLoader } from '../bff/index.server.ts'
import { CounterFigure } from '../components/inspector/counter-figure.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { useCurrentUser } from '../components/session/current-user.ts'
import { t } from '../i18n/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async () => ({}))

export const meta = pageTitle(() => t('Keep the ticket, leave the coat'))

export default function Start() {
  const user = useCurrentUser()
  return (
    <div className="start">
      <section className="hero" aria-labelledby="start-title">
        <div className="hero-words">
          <h1 id="start-title">{t('Keep the ticket. Leave the coat.')}</h1>
          <p className="lede">
            {t(
              'Cloakroom is a small place to keep a list of projects, built around a careful way of staying signed in.',
            )}
          </p>
          <p className="ways-on">
            {user ? (
              <Link className="button button-primary" to="/dashboard">
                {t('Go to your dashboard')}
              </Link>
            ) : (
              <>
                <Link className="button button-primary" to="/register">
                  {t('Register')}
                </Link>{' '}
                <Link className="button button-plain" to="/login">
                  {t('Sign in')}
                </Link>
              </>
            )}
          </p>
        </div>
        <CounterFigure />
      </section>
      <section aria-labelledby="how-title">
        <h2 id="how-title">{t('What happens when you sign in')}</h2>
        <ul className="facts">
          <li className="ticket">
            <h3>{t('You hold a ticket')}</h3>
            <p>
              {t(
                'Your browser keeps one cookie with a number that means nothing to anyone else. No script can read it.',
              )}
            </p>
          </li>
          <li className="ticket">
            <h3>{t('The coat stays here')}</h3>
            <p>
              {t(
                'The access token, which opens your data, is made on the server for each request and never leaves it.',
              )}
            </p>
          </li>
          <li className="ticket">
            <h3>{t('Old tickets open nothing')}</h3>
            <p>{t('The number changes as you go. If somebody shows an old one, the session ends and we tell you.')}</p>
          </li>
        </ul>
      </section>
    </div>
  )
}
