import { redirect } from '@remix-run/node'
import { useActionData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { CodeField } from '../components/forms/code-field.tsx'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { codeInput } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'
import { addressTaken } from '../presenters/recovery-refusals.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ csrfToken }) => ({
  csrf: csrfToken(),
}))

const refused = 'This code does not work. It may be mistyped, used, or older than a week.'

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ form, recovery }) => {
  const submission = parseForm(form, codeInput)
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const result = await recovery.undoAddressChange(submission.value.code)
    if (result.kind === 'code-refused') return refuseForm(submission, 422, { fieldErrors: { code: [refused] } })
    if (result.kind === 'email-taken') return refuseForm(submission, 409, { formErrors: [addressTaken] })
    return redirect(withDone('/forgot', 'address-restored'))
  })
})

export const meta = pageTitle(() => t('Undo a change of address'))

export default function Undo() {
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('undo', answer, { code: '' })
  return (
    <section className="narrow ticket" aria-labelledby="undo-title">
      <h1 id="undo-title">{t('Undo a change of address')}</h1>
      <p>
        {t(
          'Your account gets the address back that this mail went to. Whoever changed it may know your password, so that ends too, with every session and with whatever was added lately to sign in with. You choose a new password right after.',
        )}
      </p>
      <PostForm id={form.id} action="/undo" className="form">
        <ErrorSummary errors={form.errors} fields={[form.fields.code]} answer={answer} />
        <CodeField field={form.fields.code} />
        <SubmitButton pending={t('Undoing the change…')}>{t('Undo the change')}</SubmitButton>
      </PostForm>
    </section>
  )
}
