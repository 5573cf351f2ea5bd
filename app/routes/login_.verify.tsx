import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { findSecondStep, finishSecondStep, guardAction, guardLoader } from '../bff/index.server.ts'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { CheckboxField, TextField } from '../components/forms/field.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { PasskeyStep } from '../components/passkeys/passkey-step.tsx'
import { RichWords } from '../components/text/rich-words.tsx'
import { verifyCodeInput } from '../contract/index.ts'
import { safePath } from '../http/index.server.ts'
import { t } from '../i18n/index.ts'
import { problems } from '../kernel/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ url, principal, csrfToken }) => {
  const redirectTo = safePath(url.searchParams.get('redirectTo'))
  if (principal) throw redirect(redirectTo)
  const step = await findSecondStep()
  if (!step) throw redirect(startAgain(redirectTo))
  return { redirectTo, ...step, csrf: csrfToken() }
})

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ form }) => {
  const submission = parseForm(form, verifyCodeInput, ['redirectTo'])
  if (submission.status !== 'success') return refuseForm(submission)
  const target = safePath(form.get('redirectTo')?.toString())
  return carryOut(submission, async () => {
    const { code, trust } = submission.value
    const result = await finishSecondStep({ proof: { code }, trust })
    switch (result.kind) {
      case 'step-expired':
        return redirect(startAgain(target))
      case 'account-disabled':
        return refuseForm(submission, 403, { formErrors: [problems.account_disabled[1]] })
      case 'factor-refused':
        return refuseForm(submission, 400, { fieldErrors: { code: [wrongCode] } })
      case 'signed-in':
        return redirect(
          result.recoveryCodesLeft === null ? target : withDone('/account/security', 'recovery-code-used'),
        )
    }
  })
})

const wrongCode = 'That code is not right, or was used before. Wait for the next one, or check the clock of your phone.'

function startAgain(redirectTo: string): string {
  return `/login?${new URLSearchParams({ redirectTo, why: 'step-expired' })}`
}

export const meta = pageTitle(() => t('Second step'))

export default function Verify() {
  const { redirectTo, methods, email } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('verify', answer, { code: '', trust: '', redirectTo })
  const { code, trust } = form.fields
  const target = form.fields.redirectTo.value ?? redirectTo
  const label = methods.totp ? t('Code') : t('Recovery code')
  return (
    <section className="narrow ticket" aria-labelledby="verify-title">
      <h1 id="verify-title">{t('Second step')}</h1>
      <p>
        <RichWords
          text="You sign in as {email}. Now show that it is you."
          parts={{ email: <strong>{email}</strong> }}
        />
      </p>
      {methods.passkey ? (
        <>
          <PasskeyStep target={target} trustId={trust.id} />
          <p className="divider">{t('or')}</p>
        </>
      ) : null}
      <PostForm id={form.id} action="/login/verify" className="form">
        <ErrorSummary errors={form.errors} fields={[code]} answer={answer} />
        <TextField
          field={{ ...code, value: '' }}
          label={label}
          hint={
            methods.totp
              ? t('Six digits from your authenticator app. Without your phone: one of your recovery codes.')
              : t('Without your passkey: one of the codes that you kept when you set it up.')
          }
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={100}
          required
        />
        <CheckboxField
          field={trust}
          label={t('Trust this browser for 30 days')}
          hint={t('For your own device. Until then your password is enough here.')}
        />
        <input type="hidden" name="redirectTo" value={target} />
        <SubmitButton pending={t('Checking…')}>{t('Go on')}</SubmitButton>
      </PostForm>
      <p className="aside">
        {t('Not you?')}{' '}
        <Link to={`/login?${new URLSearchParams({ redirectTo: target })}`}>{t('Sign in as somebody else')}</Link>
      </p>
    </section>
  )
}
