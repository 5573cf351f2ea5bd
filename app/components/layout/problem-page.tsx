import { Link, useLocation, useRouteError } from '@remix-run/react'
import { plural, t } from '../../i18n/index.ts'
import { useCurrentUser } from '../session/current-user.ts'
import { StepUpForm } from '../session/step-up-form.tsx'
import { type ProblemWords, problemWordsOf } from '../text/problem-words.ts'
import { RichWords } from '../text/rich-words.tsx'

/** What a route exports as `ErrorBoundary`: the refusal or fault, inside the ordinary page. */
export function ProblemBoundary() {
  const problem = problemWordsOf(useRouteError())
  return problem.stepUp ? <StepUpForm problem={problem} stepUp={problem.stepUp} /> : <ProblemPage problem={problem} />
}

/** Says what went wrong, what a person can do, and the reference that finds it in the server's log. */
export function ProblemPage({ problem }: { problem: ProblemWords }) {
  return (
    <section className="problem ticket" aria-labelledby="problem-title">
      <p className="problem-status" aria-hidden="true">
        {problem.status}
      </p>
      <div className="problem-words">
        <h1 id="problem-title">{problem.title}</h1>
        {problem.detail && problem.detail !== problem.title ? <p>{problem.detail}</p> : null}
        {problem.retryAfterSeconds ? (
          <p>
            <strong>{tryAgainIn(problem.retryAfterSeconds)}</strong>
          </p>
        ) : null}
        <WaysOn problem={problem} />
        {problem.reference ? (
          <p className="reference">
            <RichWords text="Reference: {reference}" parts={{ reference: <code>{problem.reference}</code> }} />
          </p>
        ) : null}
      </div>
    </section>
  )
}

/** "Try again in 30 seconds": how long to wait, in the unit that fits. */
export function tryAgainIn(seconds: number): string {
  if (seconds < 120) return plural('Try again in {count} second.|Try again in {count} seconds.', seconds)
  return plural('Try again in {count} minute.|Try again in {count} minutes.', Math.ceil(seconds / 60))
}

function WaysOn({ problem }: { problem: ProblemWords }) {
  const user = useCurrentUser()
  const { pathname, search } = useLocation()
  const again = problem.status === 429 || problem.status >= 500 || problem.retryAfterSeconds !== undefined
  const signIn = problem.status === 401 || user === null
  return (
    <p className="ways-on">
      {again ? (
        <Link className="button" to={pathname + search} reloadDocument>
          {t('Try again')}
        </Link>
      ) : null}{' '}
      {user ? (
        <Link to="/dashboard">{t('Go to your dashboard')}</Link>
      ) : (
        <Link to="/">{t('Go to the start page')}</Link>
      )}{' '}
      {signIn ? <Link to={`/login?redirectTo=${encodeURIComponent(pathname + search)}`}>{t('Sign in')}</Link> : null}
    </p>
  )
}
