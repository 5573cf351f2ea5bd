import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import * as z from 'zod'
import { deleteOwnAccount, guardAction, guardLoader } from '../bff/index.server.ts'
import { EmailField } from '../components/forms/email-field.tsx'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { RichWords } from '../components/text/rich-words.tsx'
import { emailKeyOf } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ principal }) => ({
  email: principal.email,
}))

export const action = /* @__PURE__ */ guardAction({ access: 'user', fresh: true }, async ({ form, principal }) => {
  const submission = parseForm(
    form,
    z.object({ email: z.string({ error: 'Type your email address' }).trim().max(254) }),
  )
  if (submission.status !== 'success') return refuseForm(submission)
  if (emailKeyOf(submission.value.email) !== emailKeyOf(principal.email)) {
    return refuseForm(submission, 400, { fieldErrors: { email: ['That is not the email address of this account'] } })
  }
  return carryOut(submission, async () => {
    if ((await deleteOwnAccount(principal)) === 'deleted') return redirect('/farewell')
    return refuseForm(submission, 409, {
      formErrors: ['You are the last admin. Make somebody else an admin first; then you can go.'],
    })
  })
})

export const meta = pageTitle(() => t('Delete your account'))

export default function DeleteAccount() {
  const { email } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('delete-account', answer, { email: '' })
  return (
    <section className="narrow ticket" aria-labelledby="delete-title">
      <h1 id="delete-title">{t('Delete your account')}</h1>
      <p>
        <RichWords
          text="Everything goes at once: your account, every session and all your projects. Nobody can bring it back. You may want to {link} first."
          parts={{ link: <Link to="/account/privacy">{t('take your data with you')}</Link> }}
        />
      </p>
      <PostForm id={form.id} action="/account/delete" className="form">
        <ErrorSummary errors={form.errors} fields={[form.fields.email]} answer={answer} />
        <EmailField
          field={form.fields.email}
          label={t('Your email address')}
          hint={t('To be sure, type {email}', { email })}
          autoComplete="off"
        />
        <SubmitButton look="danger" pending={t('Deleting…')}>
          {t('Delete for good')}
        </SubmitButton>
      </PostForm>
      <p className="aside">
        <Link to="/account/privacy">{t('Keep it')}</Link>
      </p>
    </section>
  )
}
