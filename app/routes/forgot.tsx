import { redirect } from '@remix-run/node'
import { Link, useActionData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { EmailField } from '../components/forms/email-field.tsx'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { mailRequestInput } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ csrfToken }) => ({
  csrf: csrfToken(),
}))

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ form, recovery }) => {
  const submission = parseForm(form, mailRequestInput)
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    await recovery.requestReset(submission.value.email)
    return redirect(withDone('/reset', 'reset-mail'))
  })
})

export const meta = pageTitle(() => t('Forgotten password'))

export default function Forgot() {
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('forgot', answer, { email: '' })
  const { email } = form.fields
  return (
    <section className="narrow ticket" aria-labelledby="forgot-title">
      <h1 id="forgot-title">{t('Forgotten password')}</h1>
      <p>{t('We send a code to the address of your account. With it you choose a new password.')}</p>
      <PostForm id={form.id} action="/forgot" className="form">
        <ErrorSummary errors={form.errors} fields={[email]} answer={answer} />
        <EmailField field={email} />
        <SubmitButton pending={t('Sending the code…')}>{t('Send the code')}</SubmitButton>
      </PostForm>
      <p className="aside">
        {t('Have a code already?')} <Link to="/reset">{t('Enter it')}</Link>
      </p>
    </section>
  )
}
