import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { type ActionContext, guardAction, guardLoader } from '../bff/index.server.ts'
import { CodeField } from '../components/forms/code-field.tsx'
import { EmailField } from '../components/forms/email-field.tsx'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { PasswordField } from '../components/forms/password-field.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { RichWords } from '../components/text/rich-words.tsx'
import { codeInput, confirmAddressInput, mailRequestInput } from '../contract/index.ts'
import { safePath } from '../http/index.server.ts'
import { t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'
import { addressTaken, codeRefused, wrongPassword } from '../presenters/recovery-refusals.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ url, principal, csrfToken }) => ({
  isSignedIn: principal !== null,
  redirectTo: safePath(url.searchParams.get('redirectTo')),
  csrf: csrfToken(),
}))

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async (context) =>
  context.form.get('intent') === 'resend' ? resend(context) : confirm(context),
)

type Context = ActionContext<'optional'>

async function confirm({ form, principal, recovery }: Context) {
  const submission = parseForm(form, principal ? codeInput : confirmAddressInput, ['redirectTo'])
  if (submission.status !== 'success') return refuseForm(submission, 400, { keepsCode: true })
  return carryOut(submission, async () => {
    const result = await recovery.confirmAddress({ password: '', ...submission.value })
    if (result.kind === 'code-refused') return refuseForm(submission, 422, { fieldErrors: { code: [codeRefused] } })
    if (result.kind === 'email-taken') return refuseForm(submission, 409, { formErrors: [addressTaken] })
    if (result.kind === 'wrong-password') {
      const words = `${wrongPassword} that was chosen when this address was entered. If you no longer know it, register again.`
      return refuseForm(submission, 400, { fieldErrors: { password: [words] }, keepsCode: true })
    }
    if (result.kind === 'signed-in') return redirect(safePath(form.get('redirectTo')?.toString()))
    return redirect(withDone(principal ? '/account' : '/login', 'address-confirmed'))
  })
}

async function resend({ form, recovery }: Context) {
  const submission = parseForm(form, mailRequestInput)
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    await recovery.requestConfirmation(submission.value.email)
    return redirect(withDone('/verify', 'confirmation-mail'))
  })
}

export const meta = pageTitle(() => t('Confirm your address'))

export default function Verify() {
  const { isSignedIn, redirectTo } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const isAboutMail = answer?.error?.email !== undefined
  const form = postedForm('verify', isAboutMail ? undefined : answer, { code: '', password: '', redirectTo })
  const again = postedForm('resend', isAboutMail ? answer : undefined, { email: '' })
  const { code, password } = form.fields
  return (
    <section className="narrow ticket" aria-labelledby="verify-title">
      <h1 id="verify-title">{t('Confirm your address')}</h1>
      <PostForm id={form.id} action="/verify" className="form">
        <ErrorSummary errors={form.errors} fields={[code, password]} answer={isAboutMail ? undefined : answer} />
        <CodeField field={code} />
        {isSignedIn ? null : (
          <PasswordField
            field={password}
            label={t('Password')}
            hint={t('The one that you chose with this address. It keeps others from using your click.')}
            autoComplete="current-password"
            answer={answer}
          />
        )}
        <input type="hidden" name="redirectTo" value={form.fields.redirectTo.value ?? redirectTo} />
        <SubmitButton pending={t('Confirming…')}>{t('Confirm address')}</SubmitButton>
      </PostForm>
      <details className="again" open={isAboutMail}>
        <summary>{t('No mail came')}</summary>
        <PostForm id={again.id} action="/verify" className="form">
          <ErrorSummary errors={again.errors} fields={[again.fields.email]} answer={isAboutMail ? answer : undefined} />
          <EmailField field={again.fields.email} />
          <SubmitButton pending={t('Sending…')} look="plain" intent="resend">
            {t('Send it again')}
          </SubmitButton>
        </PostForm>
        <p className="hint">
          <RichWords
            text="A code is valid for one hour. After that, {link}."
            parts={{ link: <Link to="/register">{t('register again')}</Link> }}
          />
        </p>
      </details>
    </section>
  )
}
