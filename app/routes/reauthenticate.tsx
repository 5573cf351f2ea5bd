import { redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { ErrorSummary } from '../components/error-summary.tsx'
import { carryOut, parseForm, refuseForm } from '../components/page-input.server.ts'
import { pageTitle } from '../components/page-title.ts'
import { PasswordField } from '../components/password-field.tsx'
import { PostForm } from '../components/post-form.tsx'
import { postedForm } from '../components/posted-form.ts'
import { SubmitButton } from '../components/submit-button.tsx'
import { reauthenticateInput } from '../contract/index.ts'
import { safePath } from '../http/index.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ url, principal }) => ({
  redirectTo: safePath(url.searchParams.get('redirectTo')),
  email: principal.email,
}))

export const action = /* @__PURE__ */ guardAction({ access: 'user' }, async ({ form, principal, reauthenticate }) => {
  const submission = parseForm(form, reauthenticateInput, ['redirectTo'])
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const result = await reauthenticate(principal, submission.value.password)
    if (result.kind === 'signed-in') return redirect(safePath(form.get('redirectTo')?.toString()))
    return refuseForm(submission, 401, { fieldErrors: { password: ['That password is not right.'] } })
  })
})

export const meta = pageTitle('Confirm that it is you')

export default function Reauthenticate() {
  const { redirectTo, email } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('reauthenticate', answer, { password: '', redirectTo })
  const { password } = form.fields
  return (
    <section className="narrow ticket" aria-labelledby="reauthenticate-title">
      <h1 id="reauthenticate-title">Confirm that it is you</h1>
      <p>What comes next is sensitive, so please enter your password again.</p>
      <PostForm id={form.id} action="/reauthenticate" className="form">
        <ErrorSummary errors={form.errors} fields={[password]} answer={answer} />
        <div className="field">
          <label htmlFor="reauthenticate-account">Account</label>
          <input id="reauthenticate-account" type="email" autoComplete="username" value={email} readOnly />
        </div>
        <PasswordField field={password} label="Password" autoComplete="current-password" answer={answer} />
        <input type="hidden" name="redirectTo" value={form.fields.redirectTo.value ?? redirectTo} />
        <SubmitButton pending="Checking…">Confirm</SubmitButton>
      </PostForm>
    </section>
  )
}
