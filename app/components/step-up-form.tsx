import type { StepUp } from '../kernel/index.ts'
import { CsrfField } from './csrf-field.tsx'
import { useCurrentUser } from './current-user.ts'
import type { ProblemWords } from './problem-words.ts'

/**
 * Asks for the password before a sensitive change. It posts to where the first form went, with that form sealed inside,
 * as a whole page: the answer is that of the change itself.
 */
export function StepUpForm({ problem, stepUp }: { problem: ProblemWords; stepUp: StepUp }) {
  const user = useCurrentUser()
  return (
    <section className="narrow ticket" aria-labelledby="step-up-title">
      <h1 id="step-up-title">{problem.title}</h1>
      <p>{problem.detail}</p>
      <form method="post" action={stepUp.action} className="form">
        <CsrfField />
        <input type="hidden" name="step_up_form" value={stepUp.sealedForm} />
        <div className="field">
          <label htmlFor="step-up-account">Account</label>
          <input id="step-up-account" type="email" autoComplete="username" value={user?.email ?? ''} readOnly />
        </div>
        <div className="field">
          <label htmlFor="step-up-password">Password</label>
          <input
            id="step-up-password"
            name="step_up_password"
            type="password"
            autoComplete="current-password"
            required
            aria-invalid={stepUp.error ? true : undefined}
            aria-describedby={stepUp.error ? 'step-up-error' : undefined}
          />
          {stepUp.error ? (
            <p className="field-error" id="step-up-error" role="alert">
              {stepUp.error}
            </p>
          ) : null}
        </div>
        <button type="submit">Confirm</button>
      </form>
    </section>
  )
}
