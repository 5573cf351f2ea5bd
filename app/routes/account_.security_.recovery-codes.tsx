import { data } from '@remix-run/node'
import { Link, useActionData } from '@remix-run/react'
import { guardAction, guardLoader, renewRecoveryCodes } from '../bff/index.server.ts'
import { RecoveryCodeList } from '../components/account/recovery-code-list.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { AlertNotice } from '../components/layout/alert-notice.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { t } from '../i18n/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async () => ({}))

export const action = /* @__PURE__ */ guardAction({ access: 'user', fresh: true }, async ({ principal }) => {
  const codes = await renewRecoveryCodes(principal)
  if (codes) return data({ codes, email: principal.email })
  return data(
    { refusal: { message: t('Recovery codes come with an authenticator app or a passkey. Add one first.') } },
    { status: 409 },
  )
})

export const meta = pageTitle(() => t('New recovery codes'))

export default function RecoveryCodes() {
  const answer = useActionData<typeof action>()
  if (answer && 'codes' in answer) {
    return (
      <>
        <h1>{t('New recovery codes')}</h1>
        <RecoveryCodeList codes={answer.codes} email={answer.email} />
      </>
    )
  }
  return (
    <section className="narrow ticket" aria-labelledby="new-codes-title">
      <h1 id="new-codes-title">{t('New recovery codes')}</h1>
      <AlertNotice refusal={answer?.refusal} />
      <p>
        {t(
          'You get ten new codes. All earlier ones stop working, browsers that were trusted ask for a second step again, and your other sessions end.',
        )}
      </p>
      <PostForm action="/account/security/recovery-codes" className="form">
        <SubmitButton pending={t('Making codes…')}>{t('Make new codes')}</SubmitButton>
      </PostForm>
      <p className="aside">
        <Link to="/account/security">{t('Back without a change')}</Link>
      </p>
    </section>
  )
}
