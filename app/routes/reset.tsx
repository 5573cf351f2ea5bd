import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { CodeField } from '../components/code-field.tsx'
import { withDone } from '../components/done-notice.tsx'
import { ErrorSummary } from '../components/error-summary.tsx'
import { TextField } from '../components/field.tsx'
import { carryOut, parseForm, refuseForm } from '../components/page-input.server.ts'
import { pageTitle } from '../components/page-title.ts'
import { PasswordField } from '../components/password-field.tsx'
import { PasswordStrength } from '../components/password-strength.tsx'
import { PostForm } from '../components/post-form.tsx'
import { postedForm } from '../components/posted-form.ts'
import { codeRefused } from '../components/recovery-words.ts'
import { SubmitButton } from '../components/submit-button.tsx'
import { passwordMinLength, resetPasswordInput } from '../contract/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ csrfToken }) => ({
  minLength: passwordMinLength,
  csrf: csrfToken(),
}))

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ form, recovery }) => {
  const submission = parseForm(form, resetPasswordInput)
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const result = await recovery.resetPassword(submission.value)
    if (result.kind === 'code-refused') return refuseForm(submission, 422, { fieldErrors: { code: [codeRefused] } })
    if (result.kind === 'factor-required')
      return refuseForm(submission, 422, { fieldErrors: { factor: [factorNeeded] } })
    if (result.kind === 'factor-refused')
      return refuseForm(submission, 422, { fieldErrors: { factor: [factorRefused] } })
    if (result.kind === 'password-refused') {
      return refuseForm(submission, 400, { fieldErrors: { password: [result.words] } })
    }
    return redirect(withDone('/login', 'password-reset'))
  })
})

const factorNeeded =
  'This account has a second step: enter a code from its app, or a recovery code, and the password again.'
const factorRefused = 'That code is not right, or was used before. Enter it and the password again.'

export const meta = pageTitle('New password')

export default function Reset() {
  const { minLength } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('reset', answer, { code: '', password: '', factor: '' })
  const { code, password, factor } = form.fields
  return (
    <section className="narrow ticket" aria-labelledby="reset-title">
      <h1 id="reset-title">Choose a new password</h1>
      <p>Every session of the account ends, and you sign in with the new password.</p>
      <PostForm id={form.id} action="/reset" className="form">
        <ErrorSummary errors={form.errors} fields={[code, password, factor]} answer={answer} />
        <CodeField field={code} />
        <PasswordField
          field={password}
          label="New password"
          hint={`At least ${minLength} characters. A few words that do not belong together work well.`}
          autoComplete="new-password"
          answer={answer}
        >
          <PasswordStrength inputId={password.id} ownWordFields={[]} minLength={minLength} answer={answer} />
        </PasswordField>
        {factor.errors ? (
          <TextField
            field={factor}
            label="Code from your app, or a recovery code"
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={100}
          />
        ) : null}
        <SubmitButton pending="Changing your password…">Change password</SubmitButton>
      </PostForm>
      <p className="aside">
        No mail, or the code is too old? <Link to="/forgot">Ask for a new one</Link>
      </p>
    </section>
  )
}
