import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { NewPasswordField } from '../components/forms/new-password-field.tsx'
import { PasswordField } from '../components/forms/password-field.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { changePasswordInput, passwordMinLength } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'
import { wrongPassword } from '../presenters/recovery-refusals.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ principal }) => ({
  email: principal.email,
  minLength: passwordMinLength,
}))

export const action = /* @__PURE__ */ guardAction({ access: 'user', usesKey: true }, async ({ form, recovery }) => {
  const submission = parseForm(form, changePasswordInput)
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const result = await recovery.changePassword(submission.value)
    if (result.kind === 'wrong-password') {
      return refuseForm(submission, 422, { fieldErrors: { current: [`${wrongPassword} of this account.`] } })
    }
    if (result.kind === 'password-refused') {
      return refuseForm(submission, 400, { fieldErrors: { password: [result.words] } })
    }
    return redirect(withDone('/account', 'password-changed'))
  })
})

export const meta = pageTitle(() => t('Change password'))

export default function ChangePassword() {
  const { email, minLength } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('change-password', answer, { current: '', password: '' })
  const { current, password } = form.fields
  return (
    <section className="narrow ticket" aria-labelledby="change-password-title">
      <h1 id="change-password-title">{t('Change password')}</h1>
      <p>{t('Your other sessions end. This browser stays signed in.')}</p>
      <PostForm id={form.id} action="/account/password" className="form">
        <ErrorSummary errors={form.errors} fields={[current, password]} answer={answer} />
        {/* For password managers, which want to know whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordField field={current} label={t('Current password')} autoComplete="current-password" answer={answer} />
        <NewPasswordField
          field={password}
          label={t('New password')}
          ownWordFields={['username']}
          minLength={minLength}
          answer={answer}
        />
        <SubmitButton pending={t('Changing your password…')}>{t('Change password')}</SubmitButton>
      </PostForm>
      <p className="aside">
        {/* A link for everybody: without a second factor it leads to a mail. */}
        {t('Forgotten it?')} <Link to="/account/password/new">{t('Go on without it')}</Link>
      </p>
      <p className="aside">
        <Link to="/account">{t('Back to your account')}</Link>
      </p>
    </section>
  )
}
