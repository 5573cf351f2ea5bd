import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { type ActionContext, findIsAddressConfirmed, guardAction, guardLoader } from '../bff/index.server.ts'
import { CodeField } from '../components/forms/code-field.tsx'
import { EmailField } from '../components/forms/email-field.tsx'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { PasswordField } from '../components/forms/password-field.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { RichWords } from '../components/text/rich-words.tsx'
import { changeAddressInput, codeInput } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'
import { addressTaken, codeRefused, wrongPassword } from '../presenters/recovery-refusals.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ principal }) => ({
  email: principal.email,
  isConfirmed: await findIsAddressConfirmed(principal),
}))

export const action = /* @__PURE__ */ guardAction({ access: 'user', usesKey: true }, async (context) => {
  const intent = context.form.get('intent')
  if (intent === 'confirm-present') {
    await context.recovery.requestConfirmation(context.principal.email)
    return redirect(withDone('/verify', 'confirmation-mail'))
  }
  return intent === 'confirm' ? confirm(context) : request(context)
})

type Context = ActionContext<'user'>

async function request({ form, recovery }: Context) {
  const submission = parseForm(form, changeAddressInput)
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const result = await recovery.requestAddressChange(submission.value)
    if (result.kind === 'wrong-password') {
      return refuseForm(submission, 422, { fieldErrors: { current: [`${wrongPassword} of this account.`] } })
    }
    if (result.kind === 'same-address') {
      return refuseForm(submission, 422, { fieldErrors: { email: ['This is the address that your account has.'] } })
    }
    return redirect(withDone('/account/address', 'address-mail'))
  })
}

async function confirm({ form, recovery }: Context) {
  const submission = parseForm(form, codeInput)
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const result = await recovery.confirmAddressChange(submission.value.code)
    if (result.kind === 'code-refused') return refuseForm(submission, 422, { fieldErrors: { code: [codeRefused] } })
    if (result.kind === 'email-taken') return refuseForm(submission, 409, { fieldErrors: { code: [addressTaken] } })
    return redirect(withDone('/account', 'address-changed'))
  })
}

export const meta = pageTitle(() => t('Change address'))

export default function ChangeAddress() {
  const data = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  // A code is never sent back, an address always is.
  const isAboutCode = answer !== undefined && !('email' in (answer.initialValue ?? {}))
  const [ofRequest, ofCode] = isAboutCode ? [undefined, answer] : [answer, undefined]
  const change = postedForm('change-address', ofRequest, { email: '', current: '' })
  const confirmation = postedForm('confirm-address', ofCode, { code: '' })
  const { email, current } = change.fields
  return (
    <div className="change-address">
      <h1>{t('Change address')}</h1>
      <p>
        <RichWords
          text={
            data.isConfirmed
              ? 'Your account has the address {email}. It stays until the new one is confirmed.'
              : 'Your account has the address {email}, which nobody has confirmed yet. It stays until the new one is confirmed.'
          }
          parts={{ email: <strong>{data.email}</strong> }}
        />
      </p>
      {data.isConfirmed ? null : (
        <PostForm action="/account/address">
          <SubmitButton pending={t('Sending the code…')} look="plain" intent="confirm-present">
            {t('Confirm this address')}
          </SubmitButton>
        </PostForm>
      )}
      <div className="columns">
        <section className="card" aria-labelledby="change-address-title">
          <h2 id="change-address-title">{t('The new address')}</h2>
          <PostForm id={change.id} action="/account/address" className="form">
            <ErrorSummary errors={change.errors} fields={[email, current]} answer={ofRequest} />
            <EmailField field={email} label={t('New email address')} autoComplete="email" />
            <PasswordField
              field={current}
              label={t('Current password')}
              autoComplete="current-password"
              answer={ofRequest}
            />
            <SubmitButton pending={t('Sending the code…')} intent="request">
              {t('Send a code there')}
            </SubmitButton>
          </PostForm>
        </section>
        <section className="card ticket" aria-labelledby="confirm-address-title">
          <h2 id="confirm-address-title">{t('The code that came there')}</h2>
          <PostForm id={confirmation.id} action="/account/address" className="form">
            <ErrorSummary errors={confirmation.errors} fields={[confirmation.fields.code]} answer={ofCode} />
            <CodeField field={confirmation.fields.code} />
            <SubmitButton pending={t('Changing your address…')} intent="confirm">
              {t('Use the new address')}
            </SubmitButton>
          </PostForm>
        </section>
      </div>
      <p>
        <Link to="/account">{t('Back to your account')}</Link>
      </p>
    </div>
  )
}
