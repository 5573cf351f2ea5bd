import { data } from '@remix-run/node'
import { Link, useActionData } from '@remix-run/react'
import { confirmApp, guardAction, guardLoader, resumeApp, startApp } from '../bff/index.server.ts'
import { AppEnrolmentForm } from '../components/account/app-enrolment-form.tsx'
import { RecoveryCodeList } from '../components/account/recovery-code-list.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { AlertNotice } from '../components/layout/alert-notice.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { confirmAppInput } from '../contract/index.ts'
import { message, t } from '../i18n/index.ts'
import { parseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async () => ({}))

export const action = /* @__PURE__ */ guardAction({ access: 'user', fresh: true }, async ({ form, principal }) => {
  const { email } = principal
  if (form.get('intent') !== 'confirm')
    return data({ step: 'show' as const, enrolment: await startApp(principal), email })
  const submission = parseForm(form, confirmAppInput)
  const encrypted = String(form.get('encrypted') ?? '')
  const again = (lastResult: ReturnType<typeof submission.reply>) => {
    const enrolment = resumeApp(principal, encrypted)
    if (!enrolment) return data({ step: 'refused' as const, message: t(tooOld), email }, { status: 400 })
    return data({ step: 'show' as const, enrolment, lastResult, email }, { status: 400 })
  }
  if (submission.status !== 'success') return again(submission.reply())
  const result = await confirmApp(principal, submission.value)
  switch (result.kind) {
    case 'added':
      return data({ step: 'added' as const, recoveryCodes: result.recoveryCodes, email })
    case 'wrong-code':
      return again(submission.reply({ fieldErrors: { code: [t(wrongCode)] } }))
    case 'already-there':
      return data({ step: 'refused' as const, message: t(alreadyThere), email }, { status: 409 })
    case 'enrolment-expired':
      return data({ step: 'refused' as const, message: t(tooOld), email }, { status: 400 })
  }
})

const wrongCode = message(
  'That code does not fit the picture above. Wait for the next one and check the clock of your phone.',
)
const tooOld = message('This picture is too old. Nothing was changed; start again and scan the new one.')
const alreadyThere = message(
  'Your account has an authenticator app already, perhaps from another tab. Remove that one first.',
)

export const meta = pageTitle(() => t('Add an authenticator app'))

export default function AddApp() {
  const answer = useActionData<typeof action>()
  return answer?.step === 'added' ? (
    <Added codes={answer.recoveryCodes} email={answer.email} />
  ) : (
    <section className="narrow ticket" aria-labelledby="add-app-title">
      <h1 id="add-app-title">{t('Add an authenticator app')}</h1>
      <AlertNotice refusal={answer?.step === 'refused' ? answer : undefined} />
      {answer?.step === 'show' ? <AppEnrolmentForm {...answer} /> : <Start />}
      <p className="aside">
        <Link to="/account/security">{t('Back without a change')}</Link>
      </p>
    </section>
  )
}

function Start() {
  return (
    <>
      <p>
        {t(
          'Any app for one-time codes will do: on your phone, or in your password manager. From then on, signing in asks for your password and a code. Your other sessions end.',
        )}
      </p>
      <PostForm action="/account/security/app" className="form">
        <SubmitButton pending={t('Making a key…')} intent="start">
          {t('Show the picture to scan')}
        </SubmitButton>
      </PostForm>
    </>
  )
}

function Added({ codes, email }: { codes: readonly string[] | null; email: string }) {
  return (
    <div className="stack">
      <h1>{t('Authenticator app added')}</h1>
      <p className="notice notice-good" role="status">
        {t('Authenticator app added. Your other sessions have ended.')}
      </p>
      {codes ? <RecoveryCodeList codes={codes} email={email} /> : <Link to="/account/security">{t('Go on')}</Link>}
    </div>
  )
}
