import { data, redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import { addPasskey, canUsePasskeys, guardAction, guardLoader, startPasskey } from '../bff/index.server.ts'
import { RecoveryCodeList } from '../components/account/recovery-code-list.tsx'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { TextField } from '../components/forms/field.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { type FormAnswer, postedForm } from '../components/forms/posted-form.ts'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { AlertNotice } from '../components/layout/alert-notice.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { PasskeyMaker } from '../components/passkeys/passkey-maker.tsx'
import { addPasskeyInput, namePasskeyInput } from '../contract/index.ts'
import { message, t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { parseForm, refuseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async () => ({ isPossible: canUsePasskeys() }))

export const action = /* @__PURE__ */ guardAction({ access: 'user', fresh: true }, async ({ form, principal }) => {
  if (form.get('intent') !== 'add') {
    const submission = parseForm(form, namePasskeyInput)
    if (submission.status !== 'success') return refuseForm(submission)
    return data({ options: await startPasskey(principal), name: submission.value.name })
  }
  const submission = parseForm(form, addPasskeyInput)
  const credential = submission.status === 'success' ? parseCredential(submission.value.credential) : null
  if (submission.status !== 'success' || credential === null) return refuse('factor-refused')
  const result = await addPasskey(principal, { response: credential, name: submission.value.name })
  if (result.kind !== 'added') return refuse(result.kind)
  if (result.recoveryCodes === null) return redirect(withDone('/account/security', 'passkey-added'))
  return data({ recoveryCodes: result.recoveryCodes, email: principal.email })
})

const refusals = {
  'factor-refused': message(
    'The passkey was not accepted, or it took longer than five minutes. Nothing was changed; try again.',
  ),
  'already-there': message('That passkey is known here already.'),
  'too-many': message('There are twenty passkeys already. Remove one that you no longer use.'),
}

function refuse(kind: keyof typeof refusals) {
  return data({ refusal: { message: t(refusals[kind]) } }, { status: kind === 'factor-refused' ? 400 : 409 })
}

function parseCredential(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

type Answer = {
  lastResult?: FormAnswer
  options?: Parameters<typeof PasskeyMaker>[0]['options']
  name?: string
  refusal?: { message: string }
  recoveryCodes?: readonly string[]
  email?: string
}

export const meta = pageTitle(() => t('Add a passkey'))

export default function AddPasskey() {
  const { isPossible } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>() as Answer | undefined
  if (answer?.recoveryCodes) return <Added codes={answer.recoveryCodes} email={answer.email ?? ''} />
  return (
    <section className="narrow ticket" aria-labelledby="add-passkey-title">
      <h1 id="add-passkey-title">{t('Add a passkey')}</h1>
      <AlertNotice refusal={answer?.refusal} />
      {isPossible ? null : (
        <p className="notice">{t('Browsers keep no passkeys for a site whose address is a number.')}</p>
      )}
      {answer?.options && answer.name ? (
        <PasskeyMaker options={answer.options} name={answer.name} />
      ) : (
        <NameForm answer={answer?.lastResult} />
      )}
      <p className="aside">
        <Link to="/account/security">{t('Back without a change')}</Link>
      </p>
    </section>
  )
}

function NameForm({ answer }: { answer: FormAnswer }) {
  const form = postedForm('passkey', answer, { name: '' })
  const { name } = form.fields
  return (
    <>
      <p>
        {t(
          'A passkey is kept by your phone, your computer, a security key or a password manager, and opens with your finger, face or PIN. It signs you in with nothing to type. Your other sessions end when you add one.',
        )}
      </p>
      <PostForm id={form.id} action="/account/security/passkeys" className="form">
        <ErrorSummary errors={form.errors} fields={[name]} answer={answer} />
        <TextField
          field={name}
          label={t('Name')}
          hint={t('To tell it from others, such as “Phone”.')}
          maxLength={40}
          required
        />
        <SubmitButton pending={t('One moment…')} intent="start">
          {t('Go on')}
        </SubmitButton>
      </PostForm>
    </>
  )
}

function Added({ codes, email }: { codes: readonly string[]; email: string }) {
  return (
    <div className="stack">
      <h1>{t('Passkey added')}</h1>
      <p className="notice notice-good" role="status">
        {t('Passkey added. Your other sessions have ended.')}
      </p>
      <RecoveryCodeList codes={codes} email={email} />
    </div>
  )
}
