import { data, redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { CodeField } from '../components/forms/code-field.tsx'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { TextField } from '../components/forms/field.tsx'
import { NewPasswordField } from '../components/forms/new-password-field.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { type FormAnswer, postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { PasskeyProof } from '../components/passkeys/passkey-proof.tsx'
import { passwordMinLength, resetPasswordInput } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'
import { codeRefused } from '../presenters/recovery-refusals.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ csrfToken }) => ({
  minLength: passwordMinLength,
  csrf: csrfToken(),
}))

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ form, recovery }) => {
  const submission = parseForm(form, resetPasswordInput)
  if (submission.status !== 'success') return refuseForm(submission, 400, { keepsCode: true })
  const { passkey: json, ...typed } = submission.value
  const passkey = json === '' ? {} : { passkey: parseCredential(json) }
  return carryOut(submission, async () => {
    const result = await recovery.resetPassword({ ...typed, ...passkey })
    if (result.kind === 'code-refused') return refuseForm(submission, 422, { fieldErrors: { code: [codeRefused] } })
    if (result.kind === 'factor-required' || result.kind === 'factor-refused') {
      const words = result.kind === 'factor-required' ? factorNeeded : factorRefused
      const refused = refuseForm(submission, 422, { fieldErrors: { factor: [words] }, keepsCode: true })
      return data({ ...refused.data, methods: result.methods }, { status: 422 })
    }
    if (result.kind === 'password-refused') {
      return refuseForm(submission, 400, { fieldErrors: { password: [result.words] }, keepsCode: true })
    }
    return redirect(withDone('/login', 'password-reset'))
  })
})

const factorNeeded = 'This account has a second step: enter the new password again, and show that it is you.'
const factorRefused = 'That was not accepted, or was used before. Enter the password again, and try once more.'

/** Null for what is no JSON: no authenticator signed that. */
function parseCredential(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

type Answer = { lastResult?: FormAnswer; methods?: { totp: boolean; passkey: boolean; recoveryCode: boolean } }

function codeOf(form: HTMLFormElement): Record<string, string> {
  return { code: String(new FormData(form).get('code') ?? '') }
}

export const meta = pageTitle(() => t('New password'))

export default function Reset() {
  const { minLength } = useLoaderData<typeof loader>()
  const { lastResult: answer, methods } = (useActionData<typeof action>() ?? {}) as Answer
  const form = postedForm('reset', answer, { code: '', password: '', factor: '' })
  const { code, password, factor } = form.fields
  return (
    <section className="narrow ticket" aria-labelledby="reset-title">
      <h1 id="reset-title">{t('Choose a new password')}</h1>
      <p>{t('Every session of the account ends, and you sign in with the new password.')}</p>
      <PostForm id={form.id} action="/reset" className="form">
        <ErrorSummary errors={form.errors} fields={[code, password, factor]} answer={answer} />
        <CodeField field={code} />
        <NewPasswordField
          field={password}
          label={t('New password')}
          ownWordFields={[]}
          minLength={minLength}
          answer={answer}
        />
        {factor.errors ? (
          <TextField
            field={{ ...factor, value: '' }}
            label={methods?.totp ? t('Code from your app, or a recovery code') : t('Recovery code')}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={100}
          />
        ) : null}
        <SubmitButton pending={t('Changing your password…')}>{t('Change password')}</SubmitButton>
        {methods?.passkey ? (
          <PasskeyProof name="passkey" optionsPath="/bff/passkeys/reset-options" input={codeOf} />
        ) : null}
      </PostForm>
      <p className="aside">
        {t('No mail, or the code is too old?')} <Link to="/forgot">{t('Ask for a new one')}</Link>
      </p>
    </section>
  )
}
