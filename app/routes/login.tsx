import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { canUsePasskeys, guardAction, guardLoader, listProviders } from '../bff/index.server.ts'
import { ProviderButtons } from '../components/account/provider-buttons.tsx'
import { EmailField } from '../components/forms/email-field.tsx'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { CheckboxField } from '../components/forms/field.tsx'
import { PasswordField } from '../components/forms/password-field.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { PasskeySignIn } from '../components/passkeys/passkey-sign-in.tsx'
import { SessionEnded } from '../components/session/session-ended.tsx'
import { loginInput } from '../contract/index.ts'
import { safePath } from '../http/index.server.ts'
import { message, t } from '../i18n/index.ts'
import { problems } from '../kernel/index.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ url, principal, csrfToken }) => {
  const redirectTo = safePath(url.searchParams.get('redirectTo'))
  if (principal) throw redirect(redirectTo)
  return {
    redirectTo,
    why: url.searchParams.get('why'),
    csrf: csrfToken(),
    passkeys: canUsePasskeys(),
    providers: listProviders(),
  }
})

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ form, signIn }) => {
  const submission = parseForm(form, loginInput, ['redirectTo'])
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const result = await signIn(submission.value)
    if (result.kind === 'invalid-credentials') {
      return refuseForm(submission, 400, { formErrors: [problems.invalid_credentials[1]] })
    }
    if (result.kind === 'address-unconfirmed') {
      return refuseForm(submission, 403, { formErrors: [t(unconfirmed)] })
    }
    if (result.kind === 'password-reset-required') {
      return refuseForm(submission, 403, { formErrors: [resetRequired] })
    }
    if (result.kind === 'account-disabled') {
      return refuseForm(submission, 403, { formErrors: [problems.account_disabled[1]] })
    }
    const target = safePath(form.get('redirectTo')?.toString())
    if (result.kind === 'second-factor-required') {
      return redirect(`/login/verify?${new URLSearchParams({ redirectTo: target })}`)
    }
    return redirect(target)
  })
})

const unconfirmed = message('Confirm your address first: enter the code from our mail, or ask for another one.')

const resetRequired =
  'An admin has asked for a new password for this account, so this one no longer signs in. Choose a new one with a code from a mail: use the link below.'

export const meta = pageTitle(() => t('Sign in'))

export default function Login() {
  const { redirectTo, why, passkeys, providers } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('login', answer, { email: '', password: '', remember: '', redirectTo })
  const { email, password, remember } = form.fields
  const target = form.fields.redirectTo.value ?? redirectTo
  return (
    <section className="narrow ticket" aria-labelledby="login-title">
      <h1 id="login-title">{t('Sign in')}</h1>
      {answer ? null : <SessionEnded why={why} />}
      <PostForm id={form.id} action="/login" className="form">
        <ErrorSummary errors={form.errors} fields={[email, password]} answer={answer} />
        <EmailField field={email} autoComplete="username webauthn" />
        <PasswordField field={password} label={t('Password')} autoComplete="current-password" answer={answer} />
        <CheckboxField
          field={remember}
          label={t('Keep me signed in')}
          hint={t(
            'For your own device. Otherwise the session ends when you close the browser, at the latest after 12 hours.',
          )}
        />
        <input type="hidden" name="redirectTo" value={target} />
        <SubmitButton pending={t('Signing in…')}>{t('Sign in')}</SubmitButton>
      </PostForm>
      {passkeys ? <PasskeySignIn target={target} rememberId={remember.id} /> : null}
      <ProviderButtons providers={providers} target={target} />
      {form.errors?.includes(t(unconfirmed)) ? (
        <p className="aside">
          <Link to={`/verify?redirectTo=${encodeURIComponent(target)}`}>{t('Confirm your address')}</Link>
        </p>
      ) : null}
      <p className="aside">
        <Link to="/forgot">{t('Forgotten your password?')}</Link>
      </p>
      <p className="aside">
        {t('No account yet?')} <Link to={`/register?redirectTo=${encodeURIComponent(target)}`}>{t('Register')}</Link>
      </p>
    </section>
  )
}
