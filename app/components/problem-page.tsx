import { Link, useLocation, useRouteError } from '@remix-run/react'
import { useCurrentUser } from './current-user.ts'
import { type ProblemWords, problemWordsOf } from './problem-words.ts'
import { StepUpForm } from './step-up-form.tsx'

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
            Reference: <code>{problem.reference}</code>
          </p>
        ) : null}
      </div>
    </section>
  )
}

/** "Try again in 30 seconds": how long to wait, in the unit that fits. */
export function tryAgainIn(seconds: number): string {
  if (seconds < 120) return `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`
  return `Try again in ${Math.ceil(seconds / 60)} minutes.`
}

function WaysOn({ problem }: { problem: ProblemWords }) {
  const user = useCurrentUser()
  const { pathname, search } = useLocation()
  const again = problem.status === 429 || problem.status >= 500
  const signIn = problem.status === 401 || user === null
  return (
    <p className="ways-on">
      {again ? (
        <Link className="button" to={pathname + search} reloadDocument>
          Try again
        </Link>
      ) : null}{' '}
      {user ? <Link to="/dashboard">Go to your dashboard</Link> : <Link to="/">Go to the start page</Link>}{' '}
      {signIn ? <Link to={`/login?redirectTo=${encodeURIComponent(pathname + search)}`}>Sign in</Link> : null}
    </p>
  )
}
