import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader, listProofMethods } from '../bff/index.server.ts'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { NewPasswordField } from '../components/forms/new-password-field.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { passwordMinLength, setPasswordInput } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ principal }) => {
  const { totp, passkey } = await listProofMethods(principal)
  if (!totp && !passkey) throw redirect('/forgot')
  return { email: principal.email, minLength: passwordMinLength }
})

// A passkey or a code of the app stands in for the present password, in the very request (OWASP ASVS 5.0, 6.2.3).
export const action = /* @__PURE__ */ guardAction({ access: 'user', fresh: 'factor' }, async ({ form, recovery }) => {
  const submission = parseForm(form, setPasswordInput)
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const result = await recovery.setPassword(submission.value.password)
    if (result.kind === 'password-refused') {
      return refuseForm(submission, 400, { fieldErrors: { password: [result.words] } })
    }
    return redirect(withDone('/account', 'password-changed'))
  })
})

export const meta = pageTitle(() => t('New password'))

export default function NewPassword() {
  const { email, minLength } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('new-password', answer, { password: '' })
  const { password } = form.fields
  return (
    <section className="narrow ticket" aria-labelledby="new-password-title">
      <h1 id="new-password-title">{t('New password')}</h1>
      <p>{t('Without the present one: you confirm it with a passkey or a code. Your other sessions end.')}</p>
      <PostForm id={form.id} action="/account/password/new" className="form">
        <ErrorSummary errors={form.errors} fields={[password]} answer={answer} />
        {/* For password managers, which want to know whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <NewPasswordField
          field={password}
          label={t('New password')}
          ownWordFields={['username']}
          minLength={minLength}
          answer={answer}
        />
        <SubmitButton pending={t('Changing your password…')}>{t('Go on')}</SubmitButton>
      </PostForm>
      <p className="aside">
        <Link to="/account/password">{t('Back')}</Link>
      </p>
    </section>
  )
}
