import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { EmailField } from '../components/forms/email-field.tsx'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { TextField } from '../components/forms/field.tsx'
import { NewPasswordField } from '../components/forms/new-password-field.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { passwordMinLength, registerInput } from '../contract/index.ts'
import { safePath } from '../http/index.server.ts'
import { message, t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ url, principal, csrfToken }) => {
  const redirectTo = safePath(url.searchParams.get('redirectTo'))
  if (principal) throw redirect(redirectTo)
  return { redirectTo, minLength: passwordMinLength, csrf: csrfToken() }
})

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ form, register }) => {
  const submission = parseForm(form, registerInput, ['redirectTo'])
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const result = await register(submission.value)
    if (result.kind === 'password-refused') {
      return refuseForm(submission, 400, { fieldErrors: { password: [result.words] } })
    }
    if (result.kind === 'email-taken') {
      return refuseForm(submission, 409, { fieldErrors: { email: [t(taken)] } })
    }
    const redirectTo = safePath(form.get('redirectTo')?.toString())
    if (result.kind === 'mail-sent') {
      return redirect(withDone(`/verify?${new URLSearchParams({ redirectTo })}`, 'registration-mail'))
    }
    return redirect(redirectTo)
  })
})

const taken = message('That address already has an account.')

export const meta = pageTitle(() => t('Register'))

export default function Register() {
  const { redirectTo, minLength } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const form = postedForm('register', answer, { name: '', email: '', password: '', redirectTo })
  const { name, email, password } = form.fields
  const target = form.fields.redirectTo.value ?? redirectTo
  const login = `/login?redirectTo=${encodeURIComponent(target)}`
  return (
    <section className="narrow ticket" aria-labelledby="register-title">
      <h1 id="register-title">{t('Register')}</h1>
      <PostForm id={form.id} action="/register" className="form">
        <ErrorSummary errors={form.errors} fields={[name, email, password]} answer={answer} />
        <TextField
          field={name}
          label={t('Name')}
          hint={t('How others here see you.')}
          autoComplete="name"
          maxLength={80}
          required
        />
        <EmailField
          field={email}
          help={email.errors?.includes(t(taken)) ? <Link to={login}>{t('Sign in instead')}</Link> : null}
        />
        <NewPasswordField
          field={password}
          label={t('Password')}
          hint={t(
            'At least {minLength} characters. A few words that do not belong together work well; common passwords and your own name do not.',
            { minLength },
          )}
          ownWordFields={['name', 'email']}
          minLength={minLength}
          answer={answer}
        />
        <input type="hidden" name="redirectTo" value={target} />
        <SubmitButton pending={t('Creating your account…')}>{t('Create account')}</SubmitButton>
      </PostForm>
      <p className="aside">
        {t('Already have an account?')} <Link to={login}>{t('Sign in')}</Link>
      </p>
    </section>
  )
}
